import {
  advanceTrace,
  startTrace,
  TRACE_LIMITS,
  type Direction,
  type TraceEvent,
  type TraceResult
} from '@lading/provenance';
import type { ChainEvent, ProjectionStore } from '@lading/storage';
import { destinationOf } from './destinationRole.js';
import { organizationOfParty, type Organizations } from './partyOrganization.js';

/** Time after which no further round begins. */
const TRACE_MS = 10_000;

/** An event of the trace with the row that it was made of. */
export interface RowEvent extends TraceEvent {
  readonly row: ChainEvent;
}

export interface TraceQuestion {
  /** Canonical URI. */
  readonly item: string;
  readonly direction: Direction;
  /** Steps away from the item that are followed; null: all. */
  readonly depth: number | null;
}

/** Brings the pure trace the events that it wants, round after round, until it is complete, cut, or out of time. */
export async function runTrace(
  { item, direction, depth }: TraceQuestion,
  projection: ProjectionStore,
  organizations: Organizations
): Promise<TraceResult> {
  const trace = startTrace(item, direction);
  const reader = projection.chainReader(TRACE_LIMITS.events);
  const untilMs = performance.now() + TRACE_MS;
  let result: TraceResult | null = null;
  for (let round = 0; result === null; round++) {
    if (round > (depth ?? Infinity) || performance.now() > untilMs) result = trace.result();
    else result = advanceTrace(trace, asTraceEvents(await reader.eventsOf(trace.wanted), organizations));
  }
  return result;
}

const idOf = ({ organization, eventId }: ChainEvent): string => `${organization} ${eventId}`;

function asTraceEvents(found: readonly ChainEvent[], organizations: Organizations): readonly RowEvent[] {
  const receivers = new Map<string, string>();
  const receiverOf = (destination: string): string => {
    const known = receivers.get(destination) ?? organizationOfParty(destination, organizations);
    receivers.set(destination, known);
    return known;
  };
  // A declaration names the same items as the event it is about, so both are always among the rows of one round.
  const declared = new Set(found.filter(({ errorDeclared }) => errorDeclared).map(idOf));
  return found.map((row) => {
    const destination = destinationOf(row.items);
    return {
      ref: `${row.height}/${row.index}/${row.eventIndex}`,
      eventID: row.eventId,
      type: row.type,
      action: row.action ?? '',
      bizStep: row.bizStep ?? '',
      eventTimeMs: row.eventTimeMs,
      organization: row.organization,
      items: row.items,
      destination,
      receiver: receiverOf(destination),
      isDeclaredError: declared.size > 0 && declared.has(idOf(row)),
      row
    };
  });
}
