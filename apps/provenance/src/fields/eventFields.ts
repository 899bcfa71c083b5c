import type { JsonNode, JsonObject } from '@lading/ledger';
import { canonicalUri, namespacesOf, STANDARD_NAMESPACES, type EpcisEvent } from '@lading/provenance';
import type { ProjectedField, VocabularyTerm } from '@lading/storage';
import { ExtensionFields } from './extensionFields.js';
import { sensorFields } from './sensorFields.js';
import { textValue } from './fieldValue.js';

/** Field values of one event that queries look at; what is beyond stays in the event (spec/epcisRest.md 2.1). */
const FIELD_LIMIT = 5000;

export interface EventFields {
  readonly fields: readonly ProjectedField[];
  /** Prefixes that the event uses, with what they mean. */
  readonly prefixes: readonly VocabularyTerm[];
}

/** Everything of an event that the query language asks for and that is neither an item nor a column of its own. */
export function eventFields(event: EpcisEvent, documentNamespaces: ReadonlyMap<string, string>): EventFields {
  const { node } = event;
  const namespaces = namespacesOf(node.members.get('@context'), documentNamespaces);
  const extensions = new ExtensionFields(namespaces);
  extensions.members('', node);
  extensions.part('ILMD', node.members.get('ilmd'));
  extensions.part('ERROR_DECLARATION', node.members.get('errorDeclaration'));
  extensions.part('readPoint', node.members.get('readPoint'));
  extensions.part('bizLocation', node.members.get('bizLocation'));
  const sensors = sensorFields(node.members.get('sensorElementList'), extensions);
  const fields = [...standardFields(event), ...declarationFields(event), ...sensors, ...extensions.fields];
  const prefixes = [...extensions.prefixes].flatMap((prefix) => {
    const value = namespaces.get(prefix);
    return value === undefined || STANDARD_NAMESPACES.get(prefix) === value ? [] : [{ kind: `prefix:${prefix}`, value }];
  });
  return { fields: fields.slice(0, FIELD_LIMIT), prefixes };
}

const text = (name: string, value: string): ProjectedField => ({ name, ...textValue(value) });
const texts = (name: string, values: readonly string[]): readonly ProjectedField[] =>
  values.filter((value) => value !== '').map((value) => text(name, value));
const canonical = (uri: string): string => canonicalUri(uri) ?? uri;

function standardFields(event: EpcisEvent): readonly ProjectedField[] {
  const amounts = [...event.quantities, ...event.childQuantities, ...event.inputQuantities, ...event.outputQuantities];
  const isThere = (name: string): readonly ProjectedField[] =>
    event.node.members.has(name) ? [{ name, kind: 'node', value: '' }] : [];
  return [
    ...texts('disposition', [event.disposition]),
    ...texts('persistentDisposition_set', event.persistentSet),
    ...texts('persistentDisposition_unset', event.persistentUnset),
    ...texts('transformationID', [event.transformationID]),
    ...event.transactions.map(({ type, id }) => text(`bizTransaction_${type}`, canonical(id))),
    ...event.sources.map(({ type, item }) => text(`source_${type}`, item.uri)),
    ...event.destinations.map(({ type, item }) => text(`destination_${type}`, item.uri)),
    ...amounts.flatMap(({ amount, uom }) => (amount === null ? [] : quantities(amount, uom))),
    ...isThere('ilmd'),
    ...isThere('sensorElementList')
  ];
}

/** Millionths as decimal text; by itself, and where it has a unit with that. */
function quantities(amount: bigint, uom: string): readonly ProjectedField[] {
  const digits = amount.toString().padStart(7, '0');
  const fraction = digits.slice(-6).replace(/0+$/, '');
  const value = `${digits.slice(0, -6)}${fraction === '' ? '' : `.${fraction}`}`;
  const names = uom === '' ? ['quantity'] : ['quantity', `quantity_${uom}`];
  return names.map((name) => ({ name, kind: 'number', value }));
}

function declarationFields({ errorDeclaration }: EpcisEvent): readonly ProjectedField[] {
  if (errorDeclaration === null) return [];
  const { declarationTimeMs, reason, correctiveEventIDs } = errorDeclaration;
  return [
    { name: 'errorDeclarationTime', kind: 'time', value: String(declarationTimeMs) },
    ...texts('errorReason', [reason]),
    ...texts('correctiveEventID', correctiveEventIDs)
  ];
}

/** Members of an object, or none. */
export const membersOf = (node: JsonNode | undefined): JsonObject['members'] =>
  node?.type === 'object' ? node.members : new Map<string, JsonNode>();
