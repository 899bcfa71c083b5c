import { formatQuantity, type JsonNode, type JsonObject } from '@lading/ledger';
import { canonicalUri, namespacesOf, STANDARD_NAMESPACES, type EpcisEvent } from '@lading/provenance';
import type { ProjectedField, VocabularyTerm } from '@lading/storage';
import { ExtensionFields } from './extensionFields.js';
import { addSensorFields } from './sensorFields.js';

/** Field values of one event that queries look at; what is beyond stays in the event (spec/epcisRest.md 2.1). */
const FIELD_LIMIT = 5000;

export interface EventFields {
  readonly fields: readonly ProjectedField[];
  /** Prefixes that the event uses, with what they mean. */
  readonly prefixes: readonly VocabularyTerm[];
}

/** Everything of an event that the query language asks for and that is neither an item nor a column of its own. */
export function eventFields(event: EpcisEvent, documentNamespaces: ReadonlyMap<string, string>): EventFields {
  const { members } = event.node;
  const namespaces = namespacesOf(members.get('@context'), documentNamespaces);
  const extensions = new ExtensionFields(namespaces);
  extensions.members('', event.node);
  extensions.part('ILMD', members.get('ilmd'));
  extensions.part('ERROR_DECLARATION', members.get('errorDeclaration'));
  extensions.part('readPoint', members.get('readPoint'));
  extensions.part('bizLocation', members.get('bizLocation'));
  const sensors = members.get('sensorElementList');
  const fields: ProjectedField[] = [];
  addStandardFields(event, fields);
  addDeclarationFields(event, fields);
  if (sensors !== undefined) addSensorFields(sensors, extensions, fields);
  for (const field of extensions.fields) fields.push(field);
  const kept = fields.length > FIELD_LIMIT ? fields.slice(0, FIELD_LIMIT) : fields;
  return { fields: kept, prefixes: extensions.prefixes.size === 0 ? NONE : prefixTerms(extensions.prefixes, namespaces) };
}

const NONE: readonly never[] = [];

function prefixTerms(prefixes: ReadonlySet<string>, namespaces: ReadonlyMap<string, string>): readonly VocabularyTerm[] {
  return [...prefixes].flatMap((prefix) => {
    const value = namespaces.get(prefix);
    return value === undefined || STANDARD_NAMESPACES.get(prefix) === value ? [] : [{ kind: `prefix:${prefix}`, value }];
  });
}

function addText(fields: ProjectedField[], name: string, value: string): void {
  if (value !== '') fields.push({ name, kind: 'text', value });
}

const canonical = (uri: string): string => canonicalUri(uri) ?? uri;

function addStandardFields(event: EpcisEvent, fields: ProjectedField[]): void {
  addText(fields, 'disposition', event.disposition);
  for (const word of event.persistentSet) addText(fields, 'persistentDisposition_set', word);
  for (const word of event.persistentUnset) addText(fields, 'persistentDisposition_unset', word);
  addText(fields, 'transformationID', event.transformationID);
  for (const { type, id } of event.transactions) fields.push({ name: `bizTransaction_${type}`, kind: 'text', value: canonical(id) });
  for (const { type, item } of event.sources) fields.push({ name: `source_${type}`, kind: 'text', value: item.uri });
  for (const { type, item } of event.destinations) fields.push({ name: `destination_${type}`, kind: 'text', value: item.uri });
  addAmounts(event.quantities, fields);
  addAmounts(event.childQuantities, fields);
  addAmounts(event.inputQuantities, fields);
  addAmounts(event.outputQuantities, fields);
  for (const name of SHOWN) if (event.node.members.has(name)) fields.push({ name, kind: 'node', value: '' });
}

/** Of these it is asked only whether they are there. */
const SHOWN = ['ilmd', 'sensorElementList'] as const;

/** Millionths as decimal text; by itself, and where it has a unit with that. */
function addAmounts(quantities: EpcisEvent['quantities'], fields: ProjectedField[]): void {
  for (const { amount, uom } of quantities) {
    if (amount === null) continue;
    const value = formatQuantity(amount);
    fields.push({ name: 'quantity', kind: 'number', value });
    if (uom !== '') fields.push({ name: `quantity_${uom}`, kind: 'number', value });
  }
}

function addDeclarationFields({ errorDeclaration }: EpcisEvent, fields: ProjectedField[]): void {
  if (errorDeclaration === null) return;
  const { declarationTimeMs, reason, correctiveEventIDs } = errorDeclaration;
  fields.push({ name: 'errorDeclarationTime', kind: 'time', value: String(declarationTimeMs) });
  addText(fields, 'errorReason', reason);
  for (const id of correctiveEventIDs) addText(fields, 'correctiveEventID', id);
}

/** Members of an object, or none. */
export const membersOf = (node: JsonNode | undefined): JsonObject['members'] =>
  node?.type === 'object' ? node.members : NO_MEMBERS;

const NO_MEMBERS: JsonObject['members'] = new Map<string, JsonNode>();
