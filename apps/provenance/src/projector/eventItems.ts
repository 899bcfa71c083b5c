import { groupUri, type EpcisEvent, type NamedItem, type NamedQuantity } from '@lading/provenance';
import type { ProjectedItem } from '@lading/storage';
import { partyRole } from '../trace/destinationRole.js';

/** Every item an event names, in the order of the event's fields, as rows of the query tables. */
export function eventItems(event: EpcisEvent, organization: string): readonly ProjectedItem[] {
  const rows: ProjectedItem[] = [];
  const one = (named: NamedItem | null): void => {
    if (named !== null) rows.push(itemRow(named));
  };
  const all = (list: readonly (NamedItem | NamedQuantity)[]): void => {
    for (const named of list) rows.push(itemRow(named));
  };
  one(event.parent);
  all(event.epcs);
  all(event.quantities);
  all(event.children);
  all(event.childQuantities);
  all(event.inputs);
  all(event.inputQuantities);
  all(event.outputs);
  all(event.outputQuantities);
  one(event.readPoint);
  one(event.bizLocation);
  for (const { type, item } of event.sources) rows.push(partyRow(partyRole('source', type), item.uri));
  for (const { type, item } of event.destinations) rows.push(partyRow(partyRole('destination', type), item.uri));
  const group = event.transformationID;
  if (group !== '') rows.push(partyRow('transformation', groupUri(organization, group)));
  return rows;
}

function itemRow(entry: NamedItem | NamedQuantity): ProjectedItem {
  const { role, item } = entry;
  const quantified = 'uom' in entry;
  return {
    role,
    item: item.uri,
    label: labelOf(item.uri),
    isClass: item.kind === 'class',
    quantity: quantified && entry.amount !== null ? entry.amount.toString() : null,
    unit: quantified ? entry.uom : null
  };
}

const partyRow = (role: string, uri: string): ProjectedItem => ({
  role,
  item: uri,
  label: labelOf(uri),
  isClass: false,
  quantity: null,
  unit: null
});

const [SLASH, COLON, HASH] = [0x2f, 0x3a, 0x23];
const isSeparator = (code: number): boolean => code === SLASH || code === COLON || code === HASH;

/** What people call a thing: the last part of its identifier — lot, serial, SSCC or GLN — without escapes. */
export function labelOf(uri: string): string {
  let start = uri.length;
  while (start > 0 && !isSeparator(uri.charCodeAt(start - 1))) start -= 1;
  const last = uri.slice(start);
  if (!last.includes('%')) return last;
  try {
    return decodeURIComponent(last);
  } catch {
    return last;
  }
}
