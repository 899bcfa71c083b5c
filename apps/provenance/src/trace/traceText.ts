import type { Trace, TraceEdgeView } from '@lading/api';
import type { Direction, TraceEdge, TraceEvent, TraceResult } from '@lading/provenance';
import type { RowEvent } from './runTrace.js';
import { traceEvent } from './traceEvents.js';

/** Characters of one piece of the answer. */
const PIECE = 1 << 16;

/** The answer as JSON text, piece by piece: one of thousands of events never stands in memory as a whole. */
export function* traceText(
  result: TraceResult,
  question: { readonly item: string; readonly direction: Direction; readonly height: number }
): Generator<string> {
  const indexOf = new Map(result.events.map(({ ref }, i) => [ref, i]));
  const head = { ...question, truncated: result.isTruncated } satisfies Partial<Trace>;
  const lists: Readonly<Record<Exclude<keyof Trace, keyof typeof head>, Iterable<unknown>>> = {
    items: mapped(result.items, ({ uri, distance, kind }) => ({ item: uri, depth: distance, kind })),
    edges: mapped(result.edges, (edge) => edgeView(edge, indexOf.get(edge.ref) ?? 0)),
    events: mapped(result.events, shown),
    errorDeclared: mapped(result.declaredErrors, shown),
    frontier: result.frontier,
    unexplained: result.unexplained
  };
  let piece = JSON.stringify(head).slice(0, -1);
  for (const [name, list] of Object.entries(lists)) {
    piece += `,"${name}":[`;
    let separator = '';
    for (const entry of list) {
      piece += separator + JSON.stringify(entry);
      separator = ',';
      if (piece.length < PIECE) continue;
      yield piece;
      piece = '';
    }
    piece += ']';
  }
  yield `${piece}}`;
}

function* mapped<A, B>(list: Iterable<A>, shown: (entry: A) => B): Generator<B> {
  for (const entry of list) yield shown(entry);
}

/** The core hands on the very events that it was brought. */
const shown = (event: TraceEvent): object => {
  const { row } = event as RowEvent;
  return traceEvent(row, row.items);
};

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
