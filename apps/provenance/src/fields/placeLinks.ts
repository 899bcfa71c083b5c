import { canonicalUri } from '@lading/provenance';
import type { PlaceLink, ProjectedItem } from '@lading/storage';
import { membersOf } from './eventFields.js';
import { textOf, type VocabularyElement } from './masterData.js';

const PLACES = /(?:BusinessLocation|ReadPoint|Location)$/;
/** Links that one document adds at most. */
const LINK_LIMIT = 10_000;

/** Which place is inside which, as the master data of a document says. */
export function headerPlaces(elements: readonly VocabularyElement[]): readonly PlaceLink[] {
  const links: PlaceLink[] = [];
  for (const { type, element } of elements) {
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

const GLN = 'https://id.gs1.org/414/';
const EXTENDED = /^(https:\/\/id\.gs1\.org\/414\/[0-9]{13})\/254\/./;

/** An SGLN with extension is inside the one without. */
export function addExtensionPlaces(items: readonly ProjectedItem[], places: PlaceLink[]): void {
  for (const { item } of items) {
    const parent = item.startsWith(GLN) ? EXTENDED.exec(item)?.[1] : undefined;
    if (parent !== undefined) places.push({ parent, child: item });
  }
}
