import { decodeCbor, type CborValue } from '@lading/ledger/reading';

/**
 * Elements of a state value (spec/provenance.md §5) by their place. A value that a proof shows is certified or the proof is
 * false, so what has another type than expected reads as nothing instead of stopping the verifier.
 */
export type StateValue = readonly CborValue[];

export function readStateValue(value: Uint8Array): StateValue {
  const decoded = decodeCbor(value);
  return decoded.ok ? listOf(decoded.value) : [];
}

export const listOf = (value: CborValue | undefined): StateValue => (Array.isArray(value) ? (value as StateValue) : []);
export const textOf = (value: CborValue | undefined): string => (typeof value === 'string' ? value : '');
export const textsOf = (value: CborValue | undefined): readonly string[] => listOf(value).map(textOf);
export const countOf = (value: CborValue | undefined): number => (typeof value === 'number' ? value : -1);
export const bytesOf = (value: CborValue | undefined): Uint8Array =>
  value instanceof Uint8Array ? value : new Uint8Array(0);

/** Places in an item's value (spec/provenance.md 5.1). */
export const ITEM = {
  count: 1, head: 2, kind: 3, parent: 8, children: 10, contents: 11, balances: 15, lot: 16, recalls: 20, holds: 21
} as const;
/** Places in the record of a recall. */
export const RECALL = { open: 1, kind: 4, scope: 5 } as const;

export const ITEM_KEY = 'provenance/item/';
export const ANOMALY_KEY = 'provenance/anomaly/';
export const RECALLS_KEY = 'provenance/recalls/';
export const recallKey = (id: string): string => `provenance/recall/${id}`;
export const signerKey = (kid: string): string => `core/key/${kid}`;

/** spec/proofs.md 7.5: by what recalls of an item are kept. */
export const recallSubject = (uri: string): string => /^https:\/\/id\.gs1\.org\/01\/(\d{14})/.exec(uri)?.[1] ?? uri;
