import { toBase64Url } from '@lading/kernel';
import { formatQuantity } from '@lading/ledger';
import {
  childrenOf,
  gtinOf,
  inStoryOrder,
  parentOf,
  RECEIVING_STEPS,
  SHIPPING_STEPS,
  type StoryEvent,
  type StoryItem
} from '@lading/provenance';
import type { EventRow } from '@lading/storage';
import { iso } from './itemQuestions.js';

/** Key data elements of 21 CFR 1.1325–1.1350, and where the proof of the row is. */
export const FSMA_COLUMNS = [
  ...['Critical tracking event', 'Traceability lot code', 'GTIN', 'Quantity', 'Unit', 'Event time', 'Recorded'],
  ...['Location', 'Ship-from', 'Recipient', 'Lot code source', 'Reference document type', 'Reference document'],
  ...['Business step', 'Recorded by', 'Event id', 'Transaction', 'Block', 'Receipt']
] as const;

const LOT = /\/10\/[^/]+$/;
const STEPS: Readonly<Record<string, string>> = { harvesting: 'Harvesting', cooling: 'Cooling', packing: 'Initial packing' };

/** The critical tracking event that an event is, or null. */
function tracked({ type, action, bizStep }: StoryEvent): string | null {
  if (SHIPPING_STEPS.has(bizStep)) return 'Shipping';
  if (RECEIVING_STEPS.has(bizStep)) return 'Receiving';
  if (type === 'TransformationEvent') return bizStep === 'packing' ? 'Initial packing' : 'Transformation';
  const named = STEPS[bizStep];
  if (named !== undefined && type === 'ObjectEvent') return named;
  if (type === 'ObjectEvent' && action === 'ADD') return 'Harvesting';
  return null;
}

/** Lots that an event moves or makes: those it names, else those packed into the containers that it names. */
export function lotsOf(event: StoryEvent, packed: ReadonlyMap<string, readonly StoryItem[]>): readonly StoryItem[] {
  const named = event.items.filter(({ role, uri }) => role !== 'bizLocation' && role !== 'readPoint' && LOT.test(uri));
  if (named.length > 0) return named;
  const containers = event.items.filter(({ role }) => role === 'parentID' || role === 'epc' || role === 'childEPC');
  return containers.flatMap(({ uri }) => packed.get(uri) ?? []);
}

/** Lots in containers, by the packing events among these. */
export function packedLots(events: readonly StoryEvent[]): ReadonlyMap<string, readonly StoryItem[]> {
  const packed = new Map<string, readonly StoryItem[]>();
  for (const event of inStoryOrder(events)) {
    const parent = parentOf(event);
    if (event.type !== 'AggregationEvent' || parent === undefined || event.action === 'OBSERVE') continue;
    const lots = event.items.filter(({ role, uri }) => role === 'childEPCClass' && LOT.test(uri));
    if (event.action === 'ADD') packed.set(parent, [...(packed.get(parent) ?? []), ...lots]);
    else if (childrenOf(event).length === 0) packed.delete(parent);
    else packed.set(parent, (packed.get(parent) ?? []).filter((one) => !lots.some(({ uri }) => uri === one.uri)));
  }
  return packed;
}

export interface FsmaSelection {
  readonly events: readonly StoryEvent[];
  readonly rows: ReadonlyMap<string, EventRow>;
  readonly packed: ReadonlyMap<string, readonly StoryItem[]>;
  /** Lot → place that gave it its code. */
  readonly sources: ReadonlyMap<string, string>;
  /** Only rows of this lot. */
  readonly lot: string | null;
}

export function fsmaRows({ events, rows, packed, sources, lot }: FsmaSelection): readonly (readonly string[])[] {
  return inStoryOrder(events).flatMap((event) => {
    const cte = tracked(event);
    const row = rows.get(event.ref);
    if (cte === null || row === undefined) return [];
    const [documentType, document] = documentsOf(row);
    const txId = toBase64Url(row.txId);
    const place = event.bizLocation === '' ? event.readPoint : event.bizLocation;
    return lotsOf(event, packed)
      .filter(({ uri }) => lot === null || uri === lot)
      .map(({ uri, amount, uom, role }) => [
        role.startsWith('input') ? `${cte} (input)` : cte,
        ...[decodeURIComponent(uri.slice(uri.lastIndexOf('/') + 1)), gtinOf(uri)],
        ...[amount === null ? '' : formatQuantity(amount), uom, iso(event.eventTimeMs), iso(event.recordTimeMs), place],
        ...[cte === 'Shipping' ? event.readPoint : event.sender, cte === 'Shipping' ? event.destination : event.organization],
        ...[sources.get(uri) ?? '', documentType, document, event.bizStep, row.member, event.eventID],
        ...[txId, String(event.height), `/v1/proofs/receipt/${txId}`]
      ]);
  });
}

/** Types and numbers of the reference documents of an event. */
function documentsOf({ content }: EventRow): readonly [types: string, numbers: string] {
  const { bizTransactionList } = JSON.parse(Buffer.from(content).toString('utf8')) as {
    readonly bizTransactionList?: readonly { readonly type?: string; readonly bizTransaction: string }[];
  };
  const list = bizTransactionList ?? [];
  return [list.map(({ type }) => type ?? '').join('; '), list.map(({ bizTransaction }) => bizTransaction).join('; ')];
}

/** Where lots were given their code: the place of the first event that brings them into being. */
export function lotSources(events: readonly StoryEvent[]): ReadonlyMap<string, string> {
  const sources = new Map<string, string>();
  for (const event of inStoryOrder(events)) {
    const makes = (role: string): boolean => role === 'outputEPCClass' || (role === 'epcClass' && event.action === 'ADD');
    const place = event.bizLocation === '' ? event.readPoint : event.bizLocation;
    for (const { role, uri } of event.items) if (makes(role) && !sources.has(uri)) sources.set(uri, place);
  }
  return sources;
}
