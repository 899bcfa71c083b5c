import { createHash } from 'node:crypto';
import type { JsonNode } from '@lading/ledger';
import { canonicalUri } from '@lading/provenance';
import type { VocabularyTerm } from '@lading/storage';
import { membersOf } from './eventFields.js';
import { expandedName } from './extensionFields.js';

const itemsOf = (node: JsonNode | undefined): readonly JsonNode[] => (node?.type === 'array' ? node.items : []);
export const textOf = (node: JsonNode | undefined): string => (node?.type === 'string' ? node.value : '');

/** An element of a vocabulary, and the vocabulary's type. */
export interface VocabularyElement {
  readonly type: string;
  readonly element: JsonNode;
}

/** Elements of the vocabularies in a document's header, or in the results of a query. */
export function vocabularyElements(root: JsonNode | null): readonly VocabularyElement[] {
  const members = membersOf(root ?? undefined);
  if (!members.has('epcisHeader') && !members.has('epcisBody')) return [];
  const header = membersOf(members.get('epcisHeader')).get('epcisMasterData');
  const results = membersOf(membersOf(members.get('epcisBody')).get('queryResults')).get('resultsBody');
  return [header, results].flatMap((holder) =>
    itemsOf(membersOf(holder).get('vocabularyList')).flatMap((vocabulary) => {
      const type = textOf(membersOf(vocabulary).get('type'));
      return itemsOf(membersOf(vocabulary).get('vocabularyElementList')).map((element) => ({ type, element }));
    })
  );
}

/** Attributes that one document adds at most. */
const ATTRIBUTES = 20_000;

/** The name of an attribute in one spelling: the CBV's master data attributes end in ":" or "#" in front of the word. */
export const attributeName = (iri: string): string => iri.replace(/^urn:epcglobal:cbv:mda[#:]?/, 'urn:epcglobal:cbv:mda:');

/**
 * Kind of the terms under which the things with an attribute stand; with a `value`, those that have just this one. Names
 * and values have no limit that an index would bear, hence the hash.
 */
export function attributeKind(name: string, value: string | null): string {
  const text = value === null ? name : `${name.length}|${name}|${value}`;
  return `attribute${value === null ? '' : '='}:${createHash('sha256').update(text, 'utf8').digest('hex').slice(0, 32)}`;
}

/** What the master data of a document says of things: a term for each attribute, and one for it with its value. */
export function masterDataTerms(
  elements: readonly VocabularyElement[],
  namespaces: ReadonlyMap<string, string>
): readonly VocabularyTerm[] {
  const terms: VocabularyTerm[] = [];
  for (const { element } of elements) {
    const item = canonicalUri(textOf(membersOf(element).get('id')));
    if (item === null) continue;
    for (const attribute of itemsOf(membersOf(element).get('attributes'))) {
      const { id, value } = attributeOf(attribute);
      if (id === '' || terms.length >= ATTRIBUTES) continue;
      const name = attributeName(expandedName(id, namespaces));
      terms.push({ kind: attributeKind(name, null), value: item });
      if (value !== null) terms.push({ kind: attributeKind(name, value), value: item });
    }
  }
  return terms;
}

function attributeOf(node: JsonNode): { readonly id: string; readonly value: string | null } {
  const members = membersOf(node);
  const value = members.get('attribute');
  if (value?.type === 'string') return { id: textOf(members.get('id')), value: value.value };
  if (value?.type === 'number') return { id: textOf(members.get('id')), value: value.lexeme };
  return { id: textOf(members.get('id')), value: value?.type === 'boolean' ? String(value.value) : null };
}
