import { ApiFault } from '@lading/api';
import { epcPattern } from '@lading/provenance';
import type { VocabularyQueries } from '@lading/storage';
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

/** Items that a pattern, or an attribute, may stand for. */
export const ITEMS = 10_000;

export function tooMany(name: string): ApiFault {
  return new ApiFault('QUERY_TOO_LARGE', `${name}: more than ${ITEMS} identifiers that events have named fit; ask for fewer`);
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
  const items = new Set<string>();
  const single: string[] = [];
  for (const value of values) {
    const pattern = name.startsWith('MATCH_') ? epcPattern(value, classes) : null;
    if (pattern !== null && !pattern.ok) throw invalid(name, pattern.detail);
    if (pattern === null || pattern.value === null) single.push(value);
    else for (const item of await vocabulary.itemsLike(pattern.value, ITEMS + 1)) items.add(item);
  }
  if (items.size > ITEMS) throw tooMany(name);
  for (const item of each(single, absoluteUri, name)) items.add(item);
  draft.matches.push({ roles, items: [...items] });
}
