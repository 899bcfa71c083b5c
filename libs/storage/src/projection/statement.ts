import { sha256Buffer } from '../sha256.js';
import type { FieldValue } from './projection.types.js';

/** SQL text and parameters. With a `name` it is planned once a connection. */
export interface Statement {
  readonly name?: string;
  readonly text: string;
  readonly values: readonly unknown[];
}

/**
 * Free text is indexed by this, 16 bytes that the tables hold as a uuid: identifiers have no limit that a B-tree page would
 * bear. Half a hash will do: rows prove nothing, and who would make two texts meet needs 2^64 tries.
 */
export const hashText = (text: string): Buffer => sha256Buffer(text).subarray(0, HASH_BYTES);

export const HASH_BYTES = 16;

export const FIELD_KINDS = ['number', 'time', 'text', 'node'] as const;

/** Names are few, and stand in every row. */
const NAMES = new Map<string, Buffer>();
const NAMES_KEPT = 4096;

export function fieldNameHash(name: string, kind: FieldValue['kind']): Buffer {
  const key = `${kind}|${name}`;
  const known = NAMES.get(key);
  if (known !== undefined) return known;
  const hash = hashText(key);
  if (NAMES.size >= NAMES_KEPT) NAMES.clear();
  NAMES.set(key, hash);
  return hash;
}

/** Null for what has no value to compare. */
export const fieldPairHash = (name: string, { kind, value }: FieldValue): Buffer | null =>
  kind === 'node' ? null : hashText(`${kind}|${name.length}|${name}|${value}`);
