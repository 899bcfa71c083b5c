import { ApiFault } from '@lading/api';
import type { LedgerStore } from '@lading/engine';
import { sha256Node } from '@lading/identity';
import { equalBytes } from '@lading/kernel';
import { decodeEventRecord, eventRecordKey, type EpcisEvent } from '@lading/provenance';

export interface KnownEvent {
  readonly event: EpcisEvent;
  /** Whether the content captured before is the same (rule R24). */
  readonly same: boolean;
  /** Where it was captured: height, transaction index, event index. */
  readonly place: readonly [number, number, number];
}

/**
 * Events whose id the organization has used before. A hint that spares ordering: the contract decides again. Error
 * declarations repeat an id on purpose and are left out.
 */
export async function knownEvents(
  organization: string,
  events: readonly EpcisEvent[],
  store: LedgerStore
): Promise<readonly KnownEvent[]> {
  const keyed = events
    .filter((event) => event.errorDeclaration === null)
    .map((event) => ({ event, key: eventRecordKey(organization, event.eventID, sha256Node) }));
  const values = await store.stateValues(keyed.map(({ key }) => key));
  return keyed.flatMap(({ event, key }) => {
    const value = values.get(key);
    if (value === undefined) return [];
    const { contentHash, place } = decodeEventRecord(value);
    return [{ event, same: equalBytes(contentHash, event.contentHash), place }];
  });
}

export function eventIdConflict({ event, place: [height, index] }: KnownEvent): ApiFault {
  const where = `at height ${height}, index ${index}`;
  const detail = `${event.eventID} was captured ${where} with other content; give a new event a new id`;
  return new ApiFault('EVENT_ID_CONFLICT', detail, { data: { eventIndex: event.index, eventID: event.eventID } });
}
