import type { TraceEdge, TraceEvent } from './model.js';
import type { ReadEvent } from './readRoles.js';

const SHIPPING: ReadonlySet<string> = new Set(['shipping', 'departing', 'consigning']);
const VOIDING = 'void_shipping';
const RECEIVING: ReadonlySet<string> = new Set(['receiving', 'accepting']);

/** The ways between items that the events of a trace show, `most` at most. `events` are in time order. */
export function edgesOf(events: readonly ReadEvent[], most: number): readonly TraceEdge[] {
  const edges = transformations(events, most);
  for (const edge of containments(events)) edges.push(edge);
  for (const edge of transfers(events)) edges.push(edge);
  return edges.length > most ? edges.slice(0, most) : edges;
}

function addTo<K, V>(lists: Map<K, V[]>, key: K, value: V): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [value]);
  else list.push(value);
}

/** Events with one transformationID are one node: any input may be in any output (EPCIS 2.0 §7.4.6). */
function transformations(events: readonly ReadEvent[], most: number): TraceEdge[] {
  const nodes = new Map<string, ReadEvent[]>();
  for (const read of events) {
    if (read.event.type === 'TransformationEvent') addTo(nodes, read.groups[0] ?? read.event.ref, read);
  }
  const edges: TraceEdge[] = [];
  for (const members of nodes.values()) {
    for (const from of new Set(members.flatMap(({ inputs }) => inputs))) {
      for (const { event, outputs } of members) {
        if (edges.length >= most) return edges;
        for (const to of outputs) edges.push({ kind: 'transformation', from, to, ref: event.ref });
      }
    }
  }
  return edges;
}

function containments(events: readonly ReadEvent[]): readonly TraceEdge[] {
  /** Container → what is in it, with the event that put it there. */
  const open = new Map<string, Map<string, TraceEvent>>();
  const edges: TraceEdge[] = [];
  const close = (parent: string, child: string, untilMs: number | null): void => {
    const since = open.get(parent)?.get(child);
    if (since === undefined) return;
    open.get(parent)?.delete(child);
    edges.push({ kind: 'containment', parent, child, sinceMs: since.eventTimeMs, untilMs, ref: since.ref });
  };
  for (const { event, parent, children } of events) {
    if (parent === undefined) continue;
    const inside = open.get(parent) ?? new Map<string, TraceEvent>();
    if (event.action === 'ADD') {
      open.set(parent, inside);
      for (const child of children) if (!inside.has(child)) inside.set(child, event);
    } else if (event.action === 'DELETE') {
      for (const child of children.length === 0 ? [...inside.keys()] : children) close(parent, child, event.eventTimeMs);
    }
  }
  for (const [parent, inside] of open) for (const child of [...inside.keys()]) close(parent, child, null);
  return edges;
}

const MOVED: ReadonlySet<string> = new Set(['epc', 'epcClass', 'childEPC', 'childEPCClass']);

/** A container stands for what is in it. */
function moved({ event, parent }: ReadEvent): readonly string[] {
  if (parent !== undefined) return [parent];
  return event.items.flatMap(({ role, uri }) => (MOVED.has(role) ? [uri] : []));
}

function transfers(events: readonly ReadEvent[]): readonly TraceEdge[] {
  const [receipts, voids] = [byItem(events, (step) => RECEIVING.has(step)), byItem(events, (step) => step === VOIDING)];
  const edges: TraceEdge[] = [];
  for (const [at, read] of events.entries()) {
    const shipped = read.event;
    if (!SHIPPING.has(shipped.bizStep)) continue;
    for (const item of moved(read)) {
      const next = receipts.get(item)?.find((candidate) => candidate.at > at);
      const before = next?.at ?? Infinity;
      if (voids.get(item)?.some((one) => one.at > at && one.at < before && one.event.organization === shipped.organization)) continue;
      const receipt = next !== undefined && isReceiptOf(shipped, next.event) ? next.event : undefined;
      edges.push({
        kind: 'transfer',
        item,
        from: shipped.organization,
        to: receipt?.organization ?? (shipped.receiver === undefined || shipped.receiver === '' ? shipped.destination : shipped.receiver),
        shippedMs: shipped.eventTimeMs,
        receivedMs: receipt?.eventTimeMs ?? null,
        ref: shipped.ref
      });
    }
  }
  return edges;
}

/**
 * What was sent to one organization and received by another went through hands that tell nothing: the way to the first
 * stays open. An agent's receipt names whom it is for.
 */
function isReceiptOf({ receiver = '' }: TraceEvent, receipt: TraceEvent): boolean {
  return receiver === '' || receipt.organization === receiver || receipt.receiver === receiver;
}

/** Where among the events each item was moved by such a step, in time order. */
function byItem(
  events: readonly ReadEvent[],
  isMeant: (bizStep: string) => boolean
): ReadonlyMap<string, readonly { at: number; event: TraceEvent }[]> {
  const found = new Map<string, { at: number; event: TraceEvent }[]>();
  for (const [at, read] of events.entries()) {
    if (!isMeant(read.event.bizStep)) continue;
    for (const item of new Set(moved(read))) addTo(found, item, { at, event: read.event });
  }
  return found;
}
