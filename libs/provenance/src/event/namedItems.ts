import type { ItemKind } from '../identifiers/canonicalItem.js';
import { groupUri } from '../identifiers/canonicalItem.js';
import type { EpcisEvent, ItemRole } from './model.js';

/** An item whose chain the event extends, with the part it plays there. */
export interface ItemMention {
  readonly role: ItemRole;
  readonly uri: string;
  readonly kind: ItemKind;
}

/**
 * Every item that an event names: objects, classes, containers, locations (also those of sources and destinations) and
 * the group of its transformationID. Parties and business documents are not items.
 */
export function namedItems(event: EpcisEvent, organization: string): readonly ItemMention[] {
  const named = [
    ...event.epcs,
    ...(event.parent === null ? [] : [event.parent]),
    ...event.children,
    ...event.inputs,
    ...event.outputs,
    ...event.quantities,
    ...event.childQuantities,
    ...event.inputQuantities,
    ...event.outputQuantities,
    ...(event.readPoint === null ? [] : [event.readPoint]),
    ...(event.bizLocation === null ? [] : [event.bizLocation])
  ];
  const mentions: ItemMention[] = named.map(({ role, item }) => ({ role, uri: item.uri, kind: item.kind }));
  const places = (role: 'source' | 'destination', list: EpcisEvent['sources']): void => {
    for (const { type, item } of list) if (type === 'location') mentions.push({ role, uri: item.uri, kind: item.kind });
  };
  places('source', event.sources);
  places('destination', event.destinations);
  if (event.transformationID !== '') {
    mentions.push({ role: 'transformation', uri: groupUri(organization, event.transformationID), kind: 'group' });
  }
  return mentions;
}
