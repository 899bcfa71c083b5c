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

export const fieldNameHash = (name: string, kind: FieldValue['kind']): Buffer => half(`${kind}|${name}`);

/** Null for what has no value to compare. */
export const fieldPairHash = (name: string, { kind, value }: FieldValue): Buffer | null =>
  kind === 'node' ? null : half(`${kind}|${name.length}|${name}|${value}`);
