import { toBase64Url } from '@lading/kernel';
import { formatQuantity } from '@lading/ledger';
import {
  gtinOf,
  inStoryOrder,
  RECEIVING_STEPS,
  SHIPPING_STEPS,
  type StoryEvent,
  type StoryItem
} from '@lading/provenance';
import type { EventRow } from '@lading/storage';
import type { Descriptions } from './descriptions.js';
import { iso } from './itemQuestions.js';

/** Key data elements of 21 CFR 1.1325–1.1350, and where the proof of the row is. */
export const FSMA_COLUMNS = [
  ...['Critical tracking event', 'Traceability lot code', 'GTIN', 'Product description', 'Quantity', 'Unit', 'Event time'],
  ...['Recorded', 'Location', 'Location description', 'Ship-from', 'Ship-from description', 'Recipient'],
  ...['Recipient description', 'Lot code source', 'Lot code source description', 'Reference document type', 'Reference document'],
  ...['Business step', 'Recorded by', 'Event id', 'Transaction', 'Block', 'Receipt', 'Missing']
] as const;
type Column = (typeof FSMA_COLUMNS)[number];

/** Key data elements that the rule asks for at every event, and at some (21 CFR 1.1325 to 1.1350). No unit is pieces. */
const ALWAYS: readonly Column[] = [
  ...(['Product description', 'Quantity', 'Event time', 'Location'] as const),
  ...(['Reference document type', 'Reference document'] as const)
];
const ALSO: Readonly<Record<string, readonly Column[]>> = {
  Shipping: ['Ship-from', 'Recipient', 'Lot code source'],
  Receiving: ['Ship-from', 'Lot code source']
};

/** What the row should say and no event says. */
function missingIn(cte: string, cells: readonly string[]): string {
  const wanted = [...ALWAYS, ...(ALSO[cte] ?? [])];
  return wanted.filter((column) => cells[FSMA_COLUMNS.indexOf(column)] === '').join('; ');
}

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

export interface FsmaSelection {
  readonly events: readonly StoryEvent[];
  readonly rows: ReadonlyMap<string, EventRow>;
  /** Event → lots that it moves or makes. */
  readonly lotsOf: ReadonlyMap<string, readonly StoryItem[]>;
  /** Lot → place that gave it its code. */
  readonly sources: ReadonlyMap<string, string>;
  /** Only rows of this lot. */
  readonly lot: string | null;
  readonly descriptions: Pick<Descriptions, 'product' | 'place'>;
}

export function fsmaRows({ events, rows, lotsOf, sources, lot, descriptions }: FsmaSelection): readonly (readonly string[])[] {
  const described = (place: string): readonly string[] => [place, descriptions.place(place)];
  return inStoryOrder(events).flatMap((event) => {
    const cte = tracked(event);
    const row = rows.get(event.ref);
    if (cte === null || row === undefined) return [];
    const [documentType, document] = documentsOf(row);
    const txId = toBase64Url(row.txId);
    const { from, to, at } = placesOf(event);
    return (lotsOf.get(event.ref) ?? [])
      .filter(({ uri }) => lot === null || uri === lot)
      .map(({ uri, amount, uom, role }) => [
        role.startsWith('input') ? `${cte} (input)` : cte,
        ...[decodeURIComponent(uri.slice(uri.lastIndexOf('/') + 1)), gtinOf(uri), descriptions.product(uri)],
        ...[amount === null ? '' : formatQuantity(amount), uom, iso(event.eventTimeMs), iso(event.recordTimeMs)],
        ...[...described(at), ...described(from), ...described(to), ...described(sources.get(uri) ?? '')],
        ...[documentType, document, event.bizStep, row.member, event.eventID],
        ...[txId, String(event.height), `/v1/proofs/receipt/${txId}`]
      ])
      .map((cells) => [...cells, missingIn(cte, cells)]);
  });
}

/** Where it happened, and where the goods came from and go to. */
export function placesOf(event: StoryEvent): { readonly at: string; readonly from: string; readonly to: string } {
  const at = event.bizLocation === '' ? event.readPoint : event.bizLocation;
  const isShipping = tracked(event) === 'Shipping';
  return { at, from: isShipping ? event.readPoint : event.sender, to: isShipping ? event.destination : event.organization };
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
