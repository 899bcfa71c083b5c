import { epcPattern } from '@lading/provenance';
import type { ItemSource, VocabularyQueries } from '@lading/storage';
import { absoluteUri } from './absoluteUri.js';
import { each, type Draft } from './draft.js';
import { invalid } from './given.js';

const EPC = ['epc', 'childEPC', 'parentID', 'inputEPC', 'outputEPC'];
const EPC_CLASS = ['epcClass', 'childEPCClass', 'inputEPCClass', 'outputEPCClass'];

/** Parameters that ask for items, by the roles in which events name them. */
export const ITEM_PARAMETERS: ReadonlyMap<string, readonly string[]> = new Map([
  ['MATCH_epc', ['epc', 'childEPC']],
  ['MATCH_parentID', ['parentID']],
  ['MATCH_inputEPC', ['inputEPC']],
  ['MATCH_outputEPC', ['outputEPC']],
  ['MATCH_anyEPC', EPC],
  ['MATCH_epcClass', ['epcClass', 'childEPCClass']],
  ['MATCH_inputEPCClass', ['inputEPCClass']],
  ['MATCH_outputEPCClass', ['outputEPCClass']],
  ['MATCH_anyEPCClass', EPC_CLASS],
  ['EQ_readPoint', ['readPoint']],
  ['EQ_bizLocation', ['bizLocation']]
]);

/** Items that are looked up before the events: from here on the database finds events and items together. */
const LISTED = 10_000;

/** What a parameter asks for: single items, and sources of others. */
export async function readSources(
  draft: Draft,
  roles: readonly string[],
  single: Iterable<string>,
  asked: { readonly sources: readonly ItemSource[]; readonly vocabulary: VocabularyQueries }
): Promise<void> {
  const items = new Set(single);
  const sources: ItemSource[] = [];
  for (const source of asked.sources) {
    const found = items.size > LISTED ? null : await asked.vocabulary.itemsOf(source, LISTED + 1);
    if (found === null || found.length + items.size > LISTED) sources.push(source);
    else for (const item of found) items.add(item);
  }
  draft.matches.push({ roles, items: [...items], ...(sources.length === 0 ? {} : { sources }) });
}

/** Reads a `MATCH_` parameter or one of a place: single identifiers, and in `MATCH_` patterns of them. */
export async function readItems(
  draft: Draft,
  values: readonly string[],
  name: string,
  vocabulary: VocabularyQueries
): Promise<void> {
  const roles = ITEM_PARAMETERS.get(name) ?? [];
  const classes = roles.every((role) => role.endsWith('Class'));
  const sources: ItemSource[] = [];
  const single: string[] = [];
  for (const value of values) {
    const pattern = name.startsWith('MATCH_') ? epcPattern(value, classes) : null;
    if (pattern !== null && !pattern.ok) throw invalid(name, pattern.detail);
    if (pattern === null || pattern.value === null) single.push(value);
    else sources.push({ kind: 'pattern', pattern: pattern.value });
  }
  await readSources(draft, roles, each(single, absoluteUri, name), { sources, vocabulary });
}
