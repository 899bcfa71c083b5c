import type { Trace, TraceEdgeView, TraceEvent as TraceEventView } from '@lading/api';
import {
  advanceTrace,
  startTrace,
  TRACE_LIMITS,
  type Direction,
  type TraceEdge,
  type TraceEvent,
  type TraceResult
} from '@lading/provenance';
import type { ChainEvent, ProjectionStore } from '@lading/storage';
import { destinationOf } from './destinationRole.js';
import { traceEvent } from './traceEvents.js';

/** Items asked for in one query: so many hashes are a parameter of 320 KiB. */
const ITEMS_PER_QUERY = 10_000;

const refOf = ({ height, index, eventIndex }: ChainEvent): string => `${height}/${index}/${eventIndex}`;

/** Brings the pure trace the events it wants, round after round, and shows the result. */
export async function runTrace(
  item: string,
  direction: Direction,
  height: number,
  projection: ProjectionStore
): Promise<Trace> {
  const trace = startTrace(item, direction);
  const rows = new Map<string, ChainEvent>();
  const declared = new Set<string>();
  let result: TraceResult | null = null;
  while (result === null) {
    const found = await eventsOf(trace.wanted, rows, projection);
    for (const row of found) rows.set(refOf(row), row);
    result = advanceTrace(trace, asTraceEvents(found, declared));
  }
  const shown = (events: readonly TraceEvent[]): TraceEventView[] =>
    events.flatMap(({ ref }) => {
      const row = rows.get(ref);
      return row === undefined ? [] : [traceEvent(row, row.items)];
    });
  const indexOf = new Map(result.events.map(({ ref }, i) => [ref, i]));
  return {
    item,
    direction,
    height,
    truncated: result.isTruncated,
    items: result.items.map(({ uri, distance, kind }) => ({ item: uri, depth: distance, kind })),
    edges: result.edges.map((edge) => edgeView(edge, indexOf.get(edge.ref) ?? 0)),
    events: shown(result.events),
    errorDeclared: shown(result.declaredErrors)
  };
}

/** Events of the items that have not been brought yet. */
async function eventsOf(
  wanted: readonly string[],
  brought: ReadonlyMap<string, ChainEvent>,
  projection: ProjectionStore
): Promise<readonly ChainEvent[]> {
  const rows = new Map<number, ChainEvent>();
  const known = [...brought.values()].map(({ sequence }) => sequence);
  for (let i = 0; i < wanted.length && rows.size <= TRACE_LIMITS.events; i += ITEMS_PER_QUERY) {
    // One more than the limit: the trace then knows that it is cut off.
    const found = await projection.chainEvents(wanted.slice(i, i + ITEMS_PER_QUERY), known, TRACE_LIMITS.events + 1);
    for (const row of found) rows.set(row.sequence, row);
  }
  return [...rows.values()];
}

function asTraceEvents(rows: readonly ChainEvent[], declared: Set<string>): readonly TraceEvent[] {
  const idOf = ({ organization, eventId }: ChainEvent): string => `${organization} ${eventId}`;
  // A declaration names the same items as the event it is about, so both are always among the same rows.
  for (const row of rows) if (row.errorDeclared) declared.add(idOf(row));
  return rows.map((row) => ({
    ref: refOf(row),
    eventID: row.eventId,
    type: row.type,
    action: row.action ?? '',
    bizStep: row.bizStep ?? '',
    eventTimeMs: row.eventTimeMs,
    organization: row.organization,
    items: row.items.map(({ role, item }) => ({ role, uri: item })),
    destination: destinationOf(row.items),
    isDeclaredError: declared.has(idOf(row))
  }));
}

const iso = (ms: number | null): string | null => (ms === null ? null : new Date(ms).toISOString());

function edgeView(edge: TraceEdge, event: number): TraceEdgeView {
  switch (edge.kind) {
    case 'transformation':
      return { kind: edge.kind, from: edge.from, to: edge.to, item: null, since: null, until: null, event };
    case 'containment': {
      const { child, parent, sinceMs, untilMs } = edge;
      return { kind: edge.kind, from: child, to: parent, item: null, since: iso(sinceMs), until: iso(untilMs), event };
    }
    case 'transfer': {
      const { from, to, item, shippedMs, receivedMs } = edge;
      return { kind: edge.kind, from, to, item, since: iso(shippedMs), until: iso(receivedMs), event };
    }
  }
}
