import type { JsonNode } from '@lading/ledger';
import { canonicalUri } from '@lading/provenance';
import type { PlaceLink, ProjectedItem } from '@lading/storage';
import { membersOf } from './eventFields.js';
import { textOf, vocabularyElements } from './masterData.js';

const PLACES = /(?:BusinessLocation|ReadPoint|Location)$/;
/** Links that one document adds at most. */
const LINK_LIMIT = 10_000;

/** Which place is inside which, as the master data of a document says. */
export function headerPlaces(root: JsonNode | null): readonly PlaceLink[] {
  const links: PlaceLink[] = [];
  for (const { type, element } of vocabularyElements(root)) {
    const parent = PLACES.test(type) ? canonicalUri(textOf(membersOf(element).get('id'))) : null;
    const children = membersOf(element).get('children');
    if (parent === null || children?.type !== 'array') continue;
    for (const child of children.items) {
      const uri = canonicalUri(textOf(child));
      if (uri !== null && links.length < LINK_LIMIT) links.push({ parent, child: uri });
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
