import type { Trace, TraceEdgeView } from '@lading/api';
import {
  advanceTrace,
  startTrace,
  TRACE_LIMITS,
  type Direction,
  type TraceEdge,
  type TraceEvent,
  type TraceResult
} from '@lading/provenance';
import type { EventRow, ProjectionStore } from '@lading/storage';
import { destinationOf } from './destinationRole.js';
import { traceEvents } from './traceEvents.js';

/** Items asked for in one query. */
const ITEMS_PER_QUERY = 500;

const refOf = ({ height, index, eventIndex }: EventRow): string => `${height}/${index}/${eventIndex}`;

/** Brings the pure trace the events it wants, round after round, and shows the result. */
export async function runTrace(
  item: string,
  direction: Direction,
  height: number,
  projection: ProjectionStore
): Promise<Trace> {
  const trace = startTrace(item, direction);
  const rows = new Map<string, EventRow>();
  let result: TraceResult | null = null;
  while (result === null) {
    const found = await eventsOf(trace.wanted, projection);
    for (const row of found) rows.set(refOf(row), row);
    result = advanceTrace(trace, await asTraceEvents(found, projection));
  }
  const shown = (events: readonly TraceEvent[]): readonly EventRow[] =>
    events.flatMap(({ ref }) => rows.get(ref) ?? []);
  const indexOf = new Map(result.events.map(({ ref }, i) => [ref, i]));
  return {
    item,
    direction,
    height,
    truncated: result.isTruncated,
    items: result.items.map(({ uri, distance, kind }) => ({ item: uri, depth: distance, kind })),
    edges: result.edges.map((edge) => edgeView(edge, indexOf.get(edge.ref) ?? 0)),
    events: await traceEvents(shown(result.events), projection),
    errorDeclared: await traceEvents(shown(result.declaredErrors), projection)
  };
}

async function eventsOf(wanted: readonly string[], projection: ProjectionStore): Promise<readonly EventRow[]> {
  const rows: EventRow[] = [];
  for (let i = 0; i < wanted.length && rows.length <= TRACE_LIMITS.events; i += ITEMS_PER_QUERY) {
    // One more than the limit: the trace then knows that it is cut off.
    rows.push(...(await projection.eventsOfItems(wanted.slice(i, i + ITEMS_PER_QUERY), TRACE_LIMITS.events + 1)));
  }
  return rows;
}

async function asTraceEvents(rows: readonly EventRow[], projection: ProjectionStore): Promise<readonly TraceEvent[]> {
  const items = await projection.itemsOf(rows.map(({ sequence }) => sequence));
  const idOf = ({ organization, eventId }: EventRow): string => `${organization} ${eventId}`;
  // A declaration names the same items as the event it is about, so both are always among the same rows.
  const declared = new Set(rows.filter(({ errorDeclared }) => errorDeclared).map(idOf));
  return rows.map((row) => {
    const own = items.get(row.sequence) ?? [];
    return {
      ref: refOf(row),
      eventID: row.eventId,
      type: row.type,
      action: row.action ?? '',
      bizStep: row.bizStep ?? '',
      eventTimeMs: row.eventTimeMs,
      organization: row.organization,
      items: own.map(({ role, item }) => ({ role, uri: item })),
      destination: destinationOf(own),
      isDeclaredError: declared.has(idOf(row))
    };
  });
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
