import type { TraceEvent } from '@lading/api';
import { toBase64Url } from '@lading/kernel';
import { isAssertedLater } from '@lading/provenance';
import type { EventRow, ProjectionStore } from '@lading/storage';

/** Rows as trace and item answers show them: what happened, who says so, and where the ledger has it. */
export async function traceEvents(rows: readonly EventRow[], projection: ProjectionStore): Promise<TraceEvent[]> {
  const items = await projection.itemsOf(rows.map(({ sequence }) => sequence));
  return rows.map((row) => {
    const named = items.get(row.sequence) ?? [];
    return traceEvent(row, named.map(({ role, item }) => ({ role, uri: item })));
  });
}

/** One row and what its event names. */
export function traceEvent(
  row: Omit<EventRow, 'content' | 'context' | 'eventIdAssigned' | 'transformationId'>,
  items: readonly { readonly role: string; readonly uri: string }[]
): TraceEvent {
  return {
    eventID: row.eventId,
    type: row.type,
    action: row.action,
    bizStep: row.bizStep,
    disposition: row.disposition,
    eventTime: new Date(row.eventTimeMs).toISOString(),
    recordTime: new Date(row.recordTimeMs).toISOString(),
    assertedLater: isAssertedLater(row.eventTimeMs, row.recordTimeMs),
    readPoint: row.readPoint,
    bizLocation: row.bizLocation,
    organization: row.organization,
    member: row.member,
    onBehalfOf: row.onBehalfOf,
    txId: toBase64Url(row.txId),
    height: row.height,
    index: row.index,
    eventIndex: row.eventIndex,
    items: items.map(({ role, uri }) => ({ role, item: uri }))
  };
}
