import type { JsonNode } from '@lading/ledger';
import { canonicalUri } from '@lading/provenance';
import type { PlaceLink, ProjectedItem } from '@lading/storage';
import { membersOf } from './eventFields.js';

const PLACES = /(?:BusinessLocation|ReadPoint|Location)$/;
/** Links that one document adds at most. */
const LINK_LIMIT = 10_000;

/** Which place is inside which, as the master data in a document's header says. */
export function headerPlaces(root: JsonNode | null): readonly PlaceLink[] {
  const header = membersOf(root ?? undefined).get('epcisHeader');
  const list = membersOf(membersOf(header).get('epcisMasterData')).get('vocabularyList');
  const links: PlaceLink[] = [];
  for (const vocabulary of itemsOf(list)) {
    if (!PLACES.test(textOf(membersOf(vocabulary).get('type')))) continue;
    for (const element of itemsOf(membersOf(vocabulary).get('vocabularyElementList'))) {
      const parent = canonicalUri(textOf(membersOf(element).get('id')));
      if (parent === null) continue;
      for (const child of itemsOf(membersOf(element).get('children'))) {
        const uri = canonicalUri(textOf(child));
        if (uri !== null && links.length < LINK_LIMIT) links.push({ parent, child: uri });
      }
    }
  }
  return links;
}

const EXTENDED = /^(https:\/\/id\.gs1\.org\/414\/[0-9]{13})\/254\/./;

/** An SGLN with extension is inside the one without. */
export function extensionPlaces(items: readonly ProjectedItem[]): readonly PlaceLink[] {
  return items.flatMap(({ item }) => {
    const parent = EXTENDED.exec(item)?.[1];
    return parent === undefined ? [] : [{ parent, child: item }];
  });
}

const itemsOf = (node: JsonNode | undefined): readonly JsonNode[] => (node?.type === 'array' ? node.items : []);
const textOf = (node: JsonNode | undefined): string => (node?.type === 'string' ? node.value : '');
