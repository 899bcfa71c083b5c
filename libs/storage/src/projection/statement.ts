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

/** PostgreSQL text cannot hold U+0000, which JSON strings can: the exact text stays in the event's content. */
export const storable = (value: string): string => (value.includes('\0') ? value.replaceAll('\0', '\ufffd') : value);

/** What a capture without an identifier of its own is called; its row has none then. */
export const ownCaptureId = (txId: Uint8Array): string => Buffer.from(txId).toString('base64url');

export const FIELD_KINDS = ['number', 'time', 'text', 'node'] as const;

const WORDS = new Map<string, Buffer>();
const WORDS_KEPT = 4096;

/** As {@link hashText}, for texts that are few and stand in every row: names of fields, business steps. */
export function hashWord(text: string): Buffer {
  const known = WORDS.get(text);
  if (known !== undefined) return known;
  const hash = hashText(text);
  if (WORDS.size >= WORDS_KEPT) WORDS.clear();
  WORDS.set(text, hash);
  return hash;
}

export const fieldNameHash = (name: string, kind: FieldValue['kind']): Buffer => hashWord(`${kind}|${name}`);

/** Null for what has no value to compare. */
export const fieldPairHash = (name: string, { kind, value }: FieldValue): Buffer | null =>
  kind === 'node' ? null : hashText(`${kind}|${name.length}|${name}|${value}`);
