import { sha256Buffer } from '../sha256.js';
import type { FieldValue } from './projection.types.js';

/** SQL text and parameters. With a `name` it is planned once a connection. */
export interface Statement {
  readonly name?: string;
  readonly text: string;
  readonly values: readonly unknown[];
}

/** Free text is indexed by this: identifiers have no limit that a B-tree page would bear. */
export const hashText = (text: string): Buffer => sha256Buffer(text);

export const FIELD_KINDS = ['number', 'time', 'text', 'node'] as const;

/** Half a hash: fields are many, and nobody gains by two of them meeting. */
const half = (text: string): Buffer => hashText(text).subarray(0, 16);

/** Names are few, and stand in every row. */
const NAMES = new Map<string, Buffer>();
const NAMES_KEPT = 4096;

export function fieldNameHash(name: string, kind: FieldValue['kind']): Buffer {
  const key = `${kind}|${name}`;
  const known = NAMES.get(key);
  if (known !== undefined) return known;
  const hash = half(key);
  if (NAMES.size >= NAMES_KEPT) NAMES.clear();
  NAMES.set(key, hash);
  return hash;
}

/** Null for what has no value to compare. */
export const fieldPairHash = (name: string, { kind, value }: FieldValue): Buffer | null =>
  kind === 'node' ? null : half(`${kind}|${name.length}|${name}|${value}`);
