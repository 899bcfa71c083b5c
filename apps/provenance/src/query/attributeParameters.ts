import type { ItemSource, VocabularyQueries } from '@lading/storage';
import { attributeKind, attributeName } from '../fields/masterData.js';
import { extensionName } from '../fields/fieldNames.js';
import { fieldValue } from '../fields/fieldValue.js';
import type { Draft } from './draft.js';
import { invalid } from './given.js';
import { readSources } from './itemParameters.js';
import { expanded, type NamespacesOf } from './openParameters.js';

const PARTIES = ['location', 'possessing_party', 'owning_party'];
const partyRoles = (list: string): readonly string[] => PARTIES.map((type) => (type === 'location' ? list : `${list}/${type}`));

/** Fields of an event whose values master data describes, by the roles in which they are indexed. */
const FIELDS: ReadonlyMap<string, readonly string[]> = new Map([
  ...['epc', 'childEPC', 'parentID', 'inputEPC', 'outputEPC', 'epcClass', 'childEPCClass', 'inputEPCClass', 'outputEPCClass'].map(
    (role): [string, readonly string[]] => [role, [role]]
  ),
  ['readPoint', ['readPoint']],
  ['bizLocation', ['bizLocation']],
  ['source', partyRoles('source')],
  ['destination', partyRoles('destination')]
]);

const HAS = /^HASATTR_([A-Za-z]+)$/;
const EQUALS = /^(?:EQATTR|EQ_ATTR)_([A-Za-z]+)_(.+)$/;

export const isAttributeParameter = (name: string): boolean => HAS.test(name) || EQUALS.test(name);

interface Sources {
  readonly vocabulary: VocabularyQueries;
  readonly namespacesOf: NamespacesOf;
}

/**
 * `HASATTR_field=name|name`, `EQATTR_field_name=value|value` (EPCIS 2.0 §8.2.7.1): events whose field names something
 * that has such an attribute, by captured master data or by the ilmd of the event that made it.
 */
export async function readAttributes(
  draft: Draft,
  values: readonly string[],
  name: string,
  { vocabulary, namespacesOf }: Sources
): Promise<void> {
  const has = HAS.exec(name);
  const equals = EQUALS.exec(name);
  const field = has?.[1] ?? equals?.[1] ?? '';
  const roles = FIELDS.get(field);
  if (roles === undefined) throw invalid(name, `master data is kept for ${[...FIELDS.keys()].join(', ')}`);
  const names = has === null ? [equals?.[2] ?? ''] : values;
  const wanted = has === null ? values : null;
  const sources: ItemSource[] = [];
  for (const attribute of names) sources.push(await described(attribute, wanted, name, namespacesOf));
  await readSources(draft, roles, [], { sources, vocabulary });
}

/**
 * Things with an attribute; with `wanted`, those where it has one of these values. What is said of a product holds for its
 * lots and serials.
 */
async function described(
  attribute: string,
  wanted: readonly string[] | null,
  parameter: string,
  namespacesOf: NamespacesOf
): Promise<ItemSource> {
  const iris = await expanded(attributeName(attribute), parameter, namespacesOf);
  return {
    kind: 'described',
    terms: iris.flatMap((iri) => (wanted ?? [null]).map((value) => attributeKind(attributeName(iri), value))),
    fields: iris.map((iri) => extensionName('ILMD', false, iri)),
    wanted: wanted === null ? null : wanted.map(fieldValue)
  };
}
