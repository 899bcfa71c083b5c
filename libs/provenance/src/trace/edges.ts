import { childrenOf, inputsOf, outputsOf, parentOf, rolesOf, type TraceEdge, type TraceEvent } from './model.js';

const SHIPPING: ReadonlySet<string> = new Set(['shipping', 'departing', 'consigning']);
const RECEIVING: ReadonlySet<string> = new Set(['receiving', 'accepting']);

/** The ways between items that the events of a trace show. `events` are in time order. */
export function edgesOf(events: readonly TraceEvent[]): readonly TraceEdge[] {
  return [...transformations(events), ...containments(events), ...transfers(events)];
}

/** Events with one transformationID are one node: any input may be in any output (EPCIS 2.0 §7.4.6). */
function transformations(events: readonly TraceEvent[]): readonly TraceEdge[] {
  const groups = new Map<string, TraceEvent[]>();
  for (const event of events) {
    if (event.type !== 'TransformationEvent') continue;
    const group = rolesOf(event, 'transformation')[0] ?? event.ref;
    groups.set(group, [...(groups.get(group) ?? []), event]);
  }
  const edges: TraceEdge[] = [];
  for (const members of groups.values()) {
    const outputs = members.flatMap((event) => outputsOf(event).map((to) => ({ to, ref: event.ref })));
    for (const from of new Set(members.flatMap(inputsOf))) {
      for (const { to, ref } of outputs) edges.push({ kind: 'transformation', from, to, ref });
    }
  }
  return edges;
}

function containments(events: readonly TraceEvent[]): readonly TraceEdge[] {
  const open = new Map<string, { since: TraceEvent; parent: string; child: string }>();
  const edges: TraceEdge[] = [];
  const close = (key: string, untilMs: number | null): void => {
    const entry = open.get(key);
    if (entry === undefined) return;
    open.delete(key);
    const { since, parent, child } = entry;
    edges.push({ kind: 'containment', parent, child, sinceMs: since.eventTimeMs, untilMs, ref: since.ref });
  };
  for (const event of events) {
    const parent = parentOf(event);
    if (parent === undefined) continue;
    const children = childrenOf(event);
    if (event.action === 'ADD') {
      for (const child of children) {
        const key = `${parent}\n${child}`;
        if (!open.has(key)) open.set(key, { since: event, parent, child });
      }
    } else if (event.action === 'DELETE') {
      const all = children.length === 0;
      for (const [key, entry] of [...open]) {
        if (entry.parent === parent && (all || children.includes(entry.child))) close(key, event.eventTimeMs);
      }
    }
  }
  for (const key of [...open.keys()]) close(key, null);
  return edges;
}

const moved = (event: TraceEvent): readonly string[] => {
  const parent = parentOf(event);
  return parent !== undefined ? [parent] : rolesOf(event, 'epc', 'epcClass', 'childEPC', 'childEPCClass');
};

function transfers(events: readonly TraceEvent[]): readonly TraceEdge[] {
  const receipts = receiptsByItem(events);
  const edges: TraceEdge[] = [];
  for (const [at, shipped] of events.entries()) {
    if (!SHIPPING.has(shipped.bizStep)) continue;
    for (const item of moved(shipped)) {
      const receipt = receipts.get(item)?.find((candidate) => candidate.at > at)?.event;
      edges.push({
        kind: 'transfer',
        item,
        from: shipped.organization,
        to: receipt?.organization ?? shipped.destination,
        shippedMs: shipped.eventTimeMs,
        receivedMs: receipt?.eventTimeMs ?? null,
        ref: shipped.ref
      });
    }
  }
  return edges;
}

/** Where among the events each item was received, in time order. */
function receiptsByItem(events: readonly TraceEvent[]): ReadonlyMap<string, readonly { at: number; event: TraceEvent }[]> {
  const receipts = new Map<string, { at: number; event: TraceEvent }[]>();
  for (const [at, event] of events.entries()) {
    if (!RECEIVING.has(event.bizStep)) continue;
    for (const item of new Set(moved(event))) {
      const list = receipts.get(item);
      if (list === undefined) receipts.set(item, [{ at, event }]);
      else list.push({ at, event });
    }
  }
  return receipts;
}
