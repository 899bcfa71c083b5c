import { ApiFault } from '@lading/api';
import { STANDARD_NAMESPACES } from '@lading/provenance';
import { DESCENDANTS, type EventFilter, type EventQuery, type VocabularyQueries } from '@lading/storage';
import { extensionName } from '../fields/fieldNames.js';
import { absoluteUri } from './absoluteUri.js';
import { each, only, type Draft } from './draft.js';
import { isAttributeParameter, readAttributes } from './attributeParameters.js';
import { FIXED, WITH_DESCENDANTS } from './fixedParameters.js';
import { invalid, PAGE_PARAMETERS, type Given } from './given.js';
import { ITEM_PARAMETERS, readItems } from './itemParameters.js';
import { asksNothing, expanded, openCondition, type NamespacesOf } from './openParameters.js';

/** What a client asks of the events, read and checked. */
export interface Question {
  readonly filter: EventFilter;
  readonly order: EventQuery['order'];
  readonly direction: EventQuery['direction'];
  /** The answer ends after as many events. */
  readonly countLimit: number | null;
  /** More events than this refuse the answer. */
  readonly maxCount: number | null;
  /** All of it as text, for page tokens. */
  readonly text: string;
}

const ORDER_PARAMETERS = ['orderBy', 'orderDirection', 'eventCountLimit', 'maxEventCount'] as const;

/** Names that need no explanation, for documentation and for answers to unknown ones. */
export const EVENT_PARAMETERS: readonly string[] = [...ITEM_PARAMETERS.keys(), ...FIXED.keys(), ...WITH_DESCENDANTS.keys()];
export const ANSWER_PARAMETERS: readonly string[] = [...ORDER_PARAMETERS, ...PAGE_PARAMETERS];

/** Meanings of one prefix that an unexplained one stands for. */
const NAMESPACES = 20;

/** The question in the parameters, or an ApiFault that names the parameter at fault. */
export async function readQuestion(given: Given, vocabulary: VocabularyQueries): Promise<Question> {
  const draft: Draft = { matches: [], fields: [] };
  const namespacesOf = namespaceFinder(given.prefixes, vocabulary);
  for (const [name, values] of given.values) {
    if ((ORDER_PARAMETERS as readonly string[]).includes(name)) continue;
    const reader = FIXED.get(name);
    const role = WITH_DESCENDANTS.get(name);
    if (reader !== undefined) reader(draft, values, name);
    else if (ITEM_PARAMETERS.has(name)) await readItems(draft, values, name, vocabulary);
    else if (isAttributeParameter(name)) await readAttributes(draft, values, name, { vocabulary, namespacesOf });
    else if (role !== undefined) {
      const asked = each(values, absoluteUri, name);
      const items = await vocabulary.withDescendants(asked);
      if (items.length > DESCENDANTS + asked.length) {
        throw new ApiFault('QUERY_TOO_LARGE', `${name}: more than ${DESCENDANTS} places are inside; ask for fewer`);
      }
      draft.matches.push({ roles: [role], items });
    } else {
      const condition = await openCondition(name, values, namespacesOf);
      if (condition === null) throw unknown(name);
      if (!asksNothing(condition)) draft.fields.push(condition);
    }
  }
  const { order, direction } = await readOrder(given, namespacesOf);
  const countLimit = count(given, 'eventCountLimit');
  const maxCount = count(given, 'maxEventCount');
  if (countLimit !== null && maxCount !== null) throw invalid('maxEventCount', 'it excludes eventCountLimit; give one of them');
  const text = JSON.stringify([[...given.values].sort(), [...given.prefixes].sort()]);
  return { filter: draft, order, direction, countLimit, maxCount, text };
}

/** A prefix means what the asker says, else what the standard says, else whatever captured events said. */
function namespaceFinder(prefixes: ReadonlyMap<string, string>, vocabulary: VocabularyQueries): NamespacesOf {
  return async (prefix) => {
    const known = prefixes.get(prefix) ?? STANDARD_NAMESPACES.get(prefix);
    if (known !== undefined) return [known];
    const seen = await vocabulary.terms(`prefix:${prefix}`, new Uint8Array(), NAMESPACES + 1);
    if (seen.length > NAMESPACES) {
      const why = `events give the prefix more than ${NAMESPACES} meanings; say in GS1-Extensions which one you mean`;
      throw invalid(prefix, why);
    }
    return seen.map(({ value }) => value);
  };
}

async function readOrder(given: Given, namespacesOf: NamespacesOf): Promise<Pick<Question, 'order' | 'direction'>> {
  const by = given.values.get('orderBy');
  const asked = given.values.get('orderDirection');
  const direction = asked === undefined ? null : only(asked, 'orderDirection');
  if (direction !== null && direction !== 'ASC' && direction !== 'DESC') throw invalid('orderDirection', 'use ASC or DESC');
  if (by === undefined) return { order: 'sequence', direction: direction ?? 'ASC' };
  const field = only(by, 'orderBy');
  const way = direction ?? 'DESC';
  if (field === 'eventTime') return { order: 'eventTime', direction: way };
  if (field === 'recordTime') return { order: 'sequence', direction: way };
  if (!/[:#]/.test(field)) throw invalid('orderBy', 'use eventTime, recordTime or an extension field');
  const names = (await expanded(field, 'orderBy', namespacesOf)).map((iri) => extensionName('', false, iri));
  return { order: { field: names }, direction: way };
}

function count(given: Given, name: string): number | null {
  const values = given.values.get(name);
  if (values === undefined) return null;
  const text = only(values, name);
  if (!/^[1-9][0-9]{0,8}$/.test(text)) throw invalid(name, 'use a number from 1');
  return Number(text);
}

function unknown(name: string): ApiFault {
  const hint = `known: ${[...EVENT_PARAMETERS, ...ANSWER_PARAMETERS].join(', ')}, and the open names of spec/epcisRest.md`;
  return new ApiFault('PARAMETER_UNKNOWN', `${name} is not a parameter of this query; ${hint}`);
}
