import type { ItemKey, ItemKind } from '../identifiers/canonicalItem.js';
import { groupUri, itemStateKey } from '../identifiers/canonicalItem.js';
import type { EpcisEvent, ItemMention, ItemRole, NamedItem, Party } from './model.js';

const mentionOf = (role: ItemRole, { uri, kind, key }: Pick<ItemKey, 'uri' | 'kind' | 'key'>): ItemMention => {
  return { role, uri, itemKey: uri, kind, key };
};

/** All that an event names but the group of its transformationID, whose name says who signs. */
export function listMentions(event: EpcisEvent, mentions: ItemMention[]): void {
  const one = (named: NamedItem | null): void => {
    if (named !== null) mentions.push(mentionOf(named.role, named.item));
  };
  const all = (list: readonly NamedItem[]): void => {
    for (const named of list) one(named);
  };
  const places = (role: 'source' | 'destination', list: readonly Party[]): void => {
    for (const { type, item, text } of list) if (type === 'location') one({ role, item, text });
  };
  all(event.epcs);
  one(event.parent);
  all(event.children);
  all(event.inputs);
  all(event.outputs);
  all(event.quantities);
  all(event.childQuantities);
  all(event.inputQuantities);
  all(event.outputQuantities);
  one(event.readPoint);
  one(event.bizLocation);
  places('source', event.sources);
  places('destination', event.destinations);
}

/**
 * Every item that an event names: objects, classes, containers, locations (also those of sources and destinations) and
 * the group of its transformationID. Parties and business documents are not items.
 */
export function namedItems(event: EpcisEvent, organization: string): readonly ItemMention[] {
  if (event.transformationID === '') return event.mentions;
  const uri = groupUri(organization, event.transformationID);
  return [...event.mentions, mentionOf('transformation', { uri, kind: 'group', key: itemStateKey(uri) })];
}

/** Mentions that are compared one with another; from more on they are looked up. */
const FEW = 8;

/** What kind of item is meant where one is named more than once: what its last mention says. */
export function kindsOf(mentions: readonly ItemMention[]): (mention: ItemMention) => ItemKind {
  if (mentions.length > FEW) {
    const kinds = new Map(mentions.map(({ uri, kind }) => [uri, kind]));
    return ({ uri, kind }) => kinds.get(uri) ?? kind;
  }
  return ({ uri, kind }) => {
    for (let i = mentions.length - 1; i >= 0; i--) {
      const other = mentions[i];
      if (other?.uri === uri) return other.kind;
    }
    return kind;
  };
}
