import { ApiFault } from '@lading/api';
import { bareWord, BIZ_STEPS, DISPOSITIONS, EVENT_TYPES, type Vocabulary } from '@lading/provenance';
import type { EventFilter, VocabularyQueries } from '@lading/storage';
import { textValue } from '../fields/fieldValue.js';
import { absoluteUri } from '../query/absoluteUri.js';

/** One kind of top-level resource: its members, and the events of one of them. */
export interface Resource {
  /** Words of the standard, listed before everything else. */
  readonly words: readonly string[];
  /** Kind of the terms that events have named; null when there are only words. */
  readonly terms: string | null;
  /** The member's name in the index, or null for what cannot be one. */
  readonly read: (id: string) => string | null;
  readonly filter: (member: string) => EventFilter;
}

const EPC_ROLES = ['epc', 'childEPC', 'parentID', 'inputEPC', 'outputEPC'];
const byItem = (roles: readonly string[]) => (item: string): EventFilter => ({ matches: [{ roles, items: [item] }] });
const wordOf = (vocabulary: Vocabulary) => (id: string): string | null => {
  const word = bareWord(vocabulary, id) ?? id;
  return /^[a-z_]+$/.test(word) || /^[A-Za-z][A-Za-z0-9+.-]*:./.test(word) ? word : null;
};

export const RESOURCES = {
  eventTypes: {
    words: EVENT_TYPES,
    terms: null,
    read: (id) => (/^[A-Za-z]+$/.test(id) || absoluteUri(id) !== null ? id : null),
    filter: (type) => ({ types: [type] })
  },
  epcs: { words: [], terms: 'epc', read: absoluteUri, filter: byItem(EPC_ROLES) },
  bizSteps: {
    words: [...BIZ_STEPS.words],
    terms: 'bizStep',
    read: wordOf(BIZ_STEPS),
    filter: (step) => ({ bizSteps: [step] })
  },
  bizLocations: { words: [], terms: 'bizLocation', read: absoluteUri, filter: byItem(['bizLocation']) },
  readPoints: { words: [], terms: 'readPoint', read: absoluteUri, filter: byItem(['readPoint']) },
  dispositions: {
    words: [...DISPOSITIONS.words],
    terms: 'disposition',
    read: wordOf(DISPOSITIONS),
    filter: (word) => ({ fields: [{ kind: 'equals', names: ['disposition'], values: [textValue(word)] }] })
  }
} satisfies Readonly<Record<string, Resource>>;
export type ResourceName = keyof typeof RESOURCES;

/** The member that an id names. Throws PARAMETER_INVALID for what cannot be one and RESOURCE_UNKNOWN for what is not there. */
export async function memberOf(resource: Resource, id: string, vocabulary: VocabularyQueries): Promise<string> {
  const member = resource.read(id);
  if (member === null) throw new ApiFault('PARAMETER_INVALID', `${id} is not an identifier or word of this kind`);
  if (resource.words.includes(member)) return member;
  const isThere =
    resource.terms === 'epc'
      ? await vocabulary.hasEpc(member)
      : resource.terms !== null && (await vocabulary.hasTerm(resource.terms, member));
  if (!isThere) throw new ApiFault('RESOURCE_UNKNOWN', `no event names ${id}`);
  return member;
}
