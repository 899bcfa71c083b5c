import { createHash } from 'node:crypto';
import { canonicalUri } from '@lading/provenance';
import type { VocabularyTerm } from '@lading/storage';
import { membersOf } from './eventFields.js';
import { attributeName, textOf, type VocabularyElement } from './masterData.js';

/** Descriptions that one document adds at most, and characters of one. */
const DESCRIPTIONS = 10_000;
const CHARACTERS = 500;

/** Attributes of master data that tell people what a thing is, by the word at the end of their names. */
const TELLING: ReadonlySet<string> = new Set([
  ...['descriptionShort', 'regulatedProductName', 'functionalName', 'speciesForFisheryStatisticsPurposesName'],
  ...['name', 'streetAddressOne', 'city', 'state', 'countryCode']
]);
const NAMESPACE = /^(?:urn:epcglobal:cbv:mda:|https?:\/\/(?:ref\.|www\.)?gs1\.org\/(?:cbv\/mda|voc)\/|cbvmda:|gs1:)([A-Za-z]+)$/;

/** The word of an attribute that tells what a thing is, else null; its name may be an IRI or begin with a prefix. */
export function tellingWord(name: string): string | null {
  const word = NAMESPACE.exec(attributeName(name))?.[1] ?? '';
  return TELLING.has(word) ? word : null;
}

/** Kind of the terms that hold what was said of one thing. Identifiers have no limit that an index would bear, hence the hash. */
export const aboutKind = (uri: string): string =>
  `about:${createHash('sha256').update(uri, 'utf8').digest('hex').slice(0, 32)}`;

/** One thing said: by whom, which word, what. */
export type Saying = readonly [organization: string, word: string, text: string];

/** What the master data of a document says of things in words for people; each value is a {@link Saying} in JSON. */
export function descriptionTerms(elements: readonly VocabularyElement[], organization: string): readonly VocabularyTerm[] {
  const terms: VocabularyTerm[] = [];
  for (const { element } of elements) {
    const item = canonicalUri(textOf(membersOf(element).get('id')));
    const attributes = membersOf(element).get('attributes');
    if (item === null || attributes?.type !== 'array') continue;
    for (const attribute of attributes.items) {
      const members = membersOf(attribute);
      const word = tellingWord(textOf(members.get('id')));
      const text = textOf(members.get('attribute')).trim().slice(0, CHARACTERS);
      if (word === null || text === '' || terms.length >= DESCRIPTIONS) continue;
      const saying: Saying = [organization, word, text];
      terms.push({ kind: aboutKind(item), value: JSON.stringify(saying) });
    }
  }
  return terms;
}
