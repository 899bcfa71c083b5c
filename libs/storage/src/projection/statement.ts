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
const PAIRS = new Map<string, Buffer>();
const KEPT = 4096;
/** Longer texts are not words, and some of them fill a transaction: thousands would be gigabytes. */
const KEPT_CHARACTERS = 256;

function remembered(known: Map<string, Buffer>, text: string): Buffer {
  if (text.length > KEPT_CHARACTERS) return hashText(text);
  const found = known.get(text);
  if (found !== undefined) return found;
  const hash = hashText(text);
  if (known.size >= KEPT) known.clear();
  known.set(text, hash);
  return hash;
}

/** As {@link hashText}, for texts that are few and stand in every row: names of fields, business steps. */
export const hashWord = (text: string): Buffer => remembered(WORDS, text);

export const fieldNameHash = (name: string, kind: FieldValue['kind']): Buffer => hashWord(`${kind}|${name}`);

/** Null for what has no value to compare. Most values, as of a disposition or a unit, come again soon. */
export const fieldPairHash = (name: string, { kind, value }: FieldValue): Buffer | null =>
  kind === 'node' ? null : remembered(PAIRS, `${kind}|${name.length}|${name}|${value}`);
