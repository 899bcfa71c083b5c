import { uuidArray } from '../ledgerStore/binaryArray.js';
import { FIELD_KINDS, fieldNameHash, fieldPairHash } from './statement.js';
import type { FieldValue } from './projection.types.js';

type Bind = (value: unknown) => string;

/** SQL that field `f` has one of the names. */
export function isNamed(names: readonly string[], bind: Bind): string {
  const hashes = names.flatMap((name) => FIELD_KINDS.map((kind) => fieldNameHash(name, kind)));
  return `f.name_hash = ANY(${bind(uuidArray(hashes))}::uuid[])`;
}

/**
 * SQL that field `f` has one of the names and one of the values, in the order of the index of fields: name, number, and
 * what is neither number nor time by the hash of name and value.
 */
export function hasValue(names: readonly string[], values: readonly FieldValue[], bind: Bind): string {
  const ways = FIELD_KINDS.flatMap((kind): readonly string[] => {
    const wanted = values.filter((value) => value.kind === kind);
    if (wanted.length === 0 || kind === 'node') return [];
    const named = `f.name_hash = ANY(${bind(uuidArray(names.map((name) => fieldNameHash(name, kind))))}::uuid[])`;
    if (kind !== 'text') return [`${named} AND f.number = ANY(${bind(wanted.map(({ value }) => value))}::numeric[])`];
    const pairs = names.flatMap((name) => wanted.map((value) => fieldPairHash(name, value)));
    return [`${named} AND f.number IS NULL AND f.pair_hash = ANY(${bind(uuidArray(pairs))}::uuid[])`];
  });
  return ways.length === 0 ? 'false' : `(${ways.join(' OR ')})`;
}
