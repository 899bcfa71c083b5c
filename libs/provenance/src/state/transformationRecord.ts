import { encodeCbor } from '@lading/ledger';
import { stored, texts } from './storedFields.js';

/** What went into one transformation and what came out: a recall's forward closure is checked against it (rule R21). */
export interface TransformationRecord {
  /** Canonical URIs, ascending. */
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
}

/** `name` is `<height>/<index>/<eventIndex>` of the event, or the URI of its transformation group. */
export const transformationKey = (name: string): string => `provenance/transformation/${name}`;

export const NO_TRANSFORMATION: TransformationRecord = { inputs: [], outputs: [] };

/** CBOR [1, [input…], [output…]]. */
export const encodeTransformation = ({ inputs, outputs }: TransformationRecord): Uint8Array =>
  encodeCbor([1, inputs, outputs]);

export function decodeTransformation(value: Uint8Array | null): TransformationRecord {
  if (value === null) return NO_TRANSFORMATION;
  const [, inputs, outputs] = stored(value, 3);
  return { inputs: texts(inputs), outputs: texts(outputs) };
}
