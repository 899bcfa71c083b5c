import { groupUri, type EpcisEvent, type NamedItem, type NamedQuantity } from '@lading/provenance';
import type { ProjectedItem } from '@lading/storage';
import { partyRole } from '../trace/destinationRole.js';

/** Every item an event names, in the order of the event's fields, as rows of the query tables. */
export function eventItems(event: EpcisEvent, organization: string): readonly ProjectedItem[] {
  const named: readonly (NamedItem | NamedQuantity | null)[] = [
    event.parent,
    ...event.epcs,
    ...event.quantities,
    ...event.children,
    ...event.childQuantities,
    ...event.inputs,
    ...event.inputQuantities,
    ...event.outputs,
    ...event.outputQuantities,
    event.readPoint,
    event.bizLocation
  ];
  const items = named.flatMap((entry) => (entry === null ? [] : [itemRow(entry)]));
  const parties = [
    ...event.sources.map((party) => partyRow(partyRole('source', party.type), party.item.uri)),
    ...event.destinations.map((party) => partyRow(partyRole('destination', party.type), party.item.uri))
  ];
  const group = event.transformationID;
  const groups = group === '' ? [] : [partyRow('transformation', groupUri(organization, group))];
  return [...items, ...parties, ...groups];
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

/** What people call a thing: the last part of its identifier — lot, serial, SSCC or GLN — without escapes. */
export function labelOf(uri: string): string {
  const last = uri.slice(Math.max(uri.lastIndexOf('/'), uri.lastIndexOf(':'), uri.lastIndexOf('#')) + 1);
  try {
    return decodeURIComponent(last);
  } catch {
    return last;
  }
}
