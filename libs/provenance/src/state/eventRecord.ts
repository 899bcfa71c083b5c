import { assert, encodeUtf8, toBase64Url, type Sha256 } from '@lading/kernel';
import { decodeCbor, encodeCbor, type StateView } from '@lading/ledger';
import type { EventPlace } from './itemState.js';

/** What an organization's eventID stands for (rule R24). */
export interface EventRecord {
  readonly contentHash: Uint8Array;
  readonly place: EventPlace;
  /** SHA-256 of the bytes of the errorDeclaration recorded last, or empty. */
  readonly declared: Uint8Array;
  /** Whether its changes of items stand (rule R23). */
  readonly effect: EventEffect;
}

/** `none`: it changed no item. `undone`: taken back by a declaration of error. `disputed`: could not be taken back. */
export type EventEffect = 'none' | 'standing' | 'undone' | 'disputed';

/** `provenance/event/<org>/<base64url SHA-256(eventID)>`: ids of two organizations never meet. */
export function eventRecordKey(organization: string, eventID: string, sha256: Sha256): string {
  const bytes = encodeUtf8(eventID);
  assert(bytes !== null, 'eventID is not Unicode');
  return `provenance/event/${organization}/${toBase64Url(sha256(bytes))}`;
}

/** CBOR [contentHash, height, index, eventIndex, declared, effect]. */
export const encodeEventRecord = (record: EventRecord): Uint8Array =>
  encodeCbor([record.contentHash, ...record.place, record.declared, record.effect]);

export function readEventRecord(view: StateView, key: string): EventRecord | null {
  const value = view.get(key);
  return value === null ? null : decodeEventRecord(value);
}

export function decodeEventRecord(value: Uint8Array): EventRecord {
  const decoded = decodeCbor(value);
  assert(decoded.ok && Array.isArray(decoded.value) && decoded.value.length === 6, 'event record');
  const [contentHash, height, index, eventIndex, declared, effect] = decoded.value as readonly unknown[];
  assert(contentHash instanceof Uint8Array && declared instanceof Uint8Array, 'event record');
  assert(typeof height === 'number' && typeof index === 'number' && typeof eventIndex === 'number', 'event record');
  return { contentHash, place: [height, index, eventIndex], declared, effect: effect as EventEffect };
}
