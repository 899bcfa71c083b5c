import type { JsonNode, JsonObject } from '@lading/ledger';
import { formatUtc, parseDateTime } from '../event/dateTime.js';
import * as cbv from '../event/vocabulary.js';
import { canonicalName, canonicalNumber, canonicalText, trimmed, type ValueRules } from './canonicalValue.js';

/**
 * The pre-hash string of CBV 2.0 §8.9.2: fields in a fixed order, `key=value` without separators, lists sorted, then
 * the extensions. Two spellings of one event (order of fields, EPC URN or Digital Link, time zone) give one string.
 */

type Writer = (node: JsonNode, rules: ValueRules) => string;

/** Strings in the order of their code units; for the ASCII texts of identifiers that is the order of their bytes. */
function sorted(parts: readonly string[]): string {
  if (parts.length < 2) return parts[0] ?? '';
  return [...parts].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0)).join('');
}

const scalar: Writer = (node, rules) => {
  switch (node.type) {
    case 'string':
      return canonicalText(node.value, rules);
    case 'number':
      return canonicalNumber(node.lexeme) ?? node.lexeme;
    case 'boolean':
      return String(node.value);
    default:
      return '';
  }
};

const time: Writer = (node) => {
  const text = node.type === 'string' ? trimmed(node.value) : '';
  const ms = parseDateTime(text);
  return ms === null ? text : formatUtc(ms);
};

const cbvTerm =
  (vocabulary: cbv.Vocabulary): Writer =>
  (node, rules) => {
    const word = node.type === 'string' ? cbv.bareWord(vocabulary, trimmed(node.value)) : null;
    return word === null ? scalar(node, rules) : `https://ref.gs1.org/cbv/${vocabulary.web}${word}`;
  };

const gs1Term =
  (known: ReadonlySet<string>, prefix = ''): Writer =>
  (node, rules) => {
    const word = node.type === 'string' ? cbv.gs1Word(known, trimmed(node.value), prefix) : null;
    return word === null ? scalar(node, rules) : `https://gs1.org/voc/${prefix}${word}`;
  };

type Field = readonly [name: string, write: Writer];

const NOTHING: string[] = [];

const values = (field: Field, node: JsonNode, rules: ValueRules): string[] => {
  const [name, write] = field;
  if (node.type !== 'array') {
    const text = write(node, rules);
    return text === '' ? NOTHING : [rules.work.pay(`${name}=${text}`)];
  }
  return node.items
    .map((item) => write(item, rules))
    .filter((text) => text !== '')
    .map((text) => rules.work.pay(`${name}=${text}`));
};

/** The listed fields of an object in order, each with all its values sorted. */
function inOrder(fields: readonly Field[], node: JsonObject, rules: ValueRules): string {
  let out = '';
  for (const field of fields) {
    const value = node.members.get(field[0]);
    if (value !== undefined) out += sorted(values(field, value, rules));
  }
  return out;
}

const NOT_HASHED: ReadonlySet<string> = new Set(['comment', 'rdfs:comment', '@context']);

function extension(name: string, node: JsonNode, rules: ValueRules): string {
  if (rules.work.exhausted) return '';
  const key = rules.work.pay(canonicalName(name, rules.namespaces));
  if (node.type === 'array') return sorted(node.items.map((item) => extension(name, item, rules)));
  if (node.type === 'object') return key + extensions(node, rules, () => false);
  const text = rules.work.pay(scalar(node, rules));
  return text === '' ? key : `${key}=${text}`;
}

/** All members but the known ones, as `{namespace}name=value`, sorted. */
const extensions = (node: JsonObject, rules: ValueRules, isKnown: (name: string) => boolean): string =>
  rules.work.pay(sorted(extensionParts(node, rules, isKnown)));

function extensionParts(node: JsonObject, rules: ValueRules, isKnown: (name: string) => boolean): string[] {
  const parts: string[] = [];
  for (const [name, value] of node.members) {
    if (isKnown(name) || NOT_HASHED.has(name)) continue;
    if (value.type === 'array') for (const item of value.items) parts.push(extension(name, item, rules));
    else parts.push(extension(name, value, rules));
  }
  return parts;
}

/** An object: its fields in order, then its extensions. */
const objectOf =
  (fields: readonly Field[], nested: (node: JsonObject, rules: ValueRules) => string = () => ''): Writer => {
    const names = new Set([...fields.map(([name]) => name), 'sensorMetadata', 'sensorReport']);
    const isKnown = (name: string): boolean => names.has(name);
    return (node, rules) => {
      if (node.type !== 'object') return scalar(node, rules);
      return inOrder(fields, node, rules) + nested(node, rules) + extensions(node, rules, isKnown);
    };
  };

/** `list` + every element written as `element` + its text, sorted; nothing for an empty list. */
const listOf =
  (element: string, write: Writer): Writer =>
  (node, rules) => {
    const items = node.type === 'array' ? node.items : [node];
    const texts = items.map((item) => rules.work.pay(write(item, rules))).filter((text) => text !== '');
    return sorted(texts.map((text) => element + text));
  };

const epcs = listOf('epc=', scalar);
const quantity = objectOf([
  ['epcClass', scalar],
  ['quantity', scalar],
  ['uom', scalar]
]);
const quantities = listOf('quantityElement', quantity);
const place = objectOf([['id', scalar]]);
const disposition = cbvTerm(cbv.DISPOSITIONS);
const partyType: Field = ['type', cbvTerm(cbv.PARTY_TYPES)];
const metadata = objectOf([
  ['time', time],
  ['startTime', time],
  ['endTime', time],
  ['deviceID', scalar],
  ['deviceMetadata', scalar],
  ['rawData', scalar],
  ['dataProcessingMethod', scalar],
  ['bizRules', scalar]
]);

const scalars = (names: string): Field[] => names.split(' ').map((name): Field => [name, scalar]);

const report = objectOf([
  ['type', gs1Term(cbv.MEASUREMENTS)],
  ['exception', gs1Term(cbv.SENSOR_ALERTS, 'SensorAlertType-')],
  ...scalars('deviceID deviceMetadata rawData dataProcessingMethod'),
  ['time', time],
  ...scalars('microorganism chemicalSubstance value'),
  ['component', cbvTerm(cbv.COMPONENTS)],
  ...scalars('stringValue booleanValue hexBinaryValue uriValue minValue maxValue meanValue sDev percRank percValue'),
  ...scalars('uom coordinateReferenceSystem')
]);

const sensor = objectOf([], (node, rules) => {
  const meta = node.members.get('sensorMetadata');
  const reports = node.members.get('sensorReport');
  const head = meta === undefined ? '' : metadata(meta, rules);
  return (
    (head === '' ? '' : `sensorMetadata${head}`) +
    (reports === undefined ? '' : listOf('sensorReport', report)(reports, rules))
  );
});

/** Fields written as `name=value`. */
const LEAF = { time, scalar, bizStep: cbvTerm(cbv.BIZ_STEPS), disposition } as const;

/** The canonical property order. A leading "=" marks a plain value, the others are written as name + content. */
const ORDER: readonly (readonly [name: string, write: Writer, leaf: boolean])[] = [
  ['eventTime', LEAF.time, true],
  ['eventTimeZoneOffset', (node) => (node.type === 'string' ? trimmed(node.value) : ''), true],
  ['epcList', epcs, false],
  ['parentID', LEAF.scalar, true],
  ['inputEPCList', epcs, false],
  ['childEPCs', epcs, false],
  ['quantityList', quantities, false],
  ['childQuantityList', quantities, false],
  ['inputQuantityList', quantities, false],
  ['outputEPCList', epcs, false],
  ['outputQuantityList', quantities, false],
  ['action', LEAF.scalar, true],
  ['transformationID', LEAF.scalar, true],
  ['bizStep', LEAF.bizStep, true],
  ['disposition', LEAF.disposition, true],
  ['persistentDisposition', objectOf([['set', disposition], ['unset', disposition]]), false],
  ['readPoint', place, false],
  ['bizLocation', place, false],
  ['sensorElementList', listOf('sensorElement', sensor), false]
];

/**
 * The table of the standard puts these lists before the sensors, source before destination. The reference
 * implementation, whose hashes the industry exchanges, sorts them among the extensions; we follow the hashes.
 */
const SORTED_WITH_EXTENSIONS: readonly (readonly [name: string, write: Writer])[] = [
  ['bizTransactionList', listOf('', objectOf([['type', cbvTerm(cbv.TRANSACTION_TYPES)], ['bizTransaction', scalar]]))],
  ['sourceList', listOf('', objectOf([partyType, ['source', scalar]]))],
  ['destinationList', listOf('', objectOf([partyType, ['destination', scalar]]))]
];

const ORDERED: ReadonlySet<string> = new Set([...ORDER, ...SORTED_WITH_EXTENSIONS].map(([name]) => name));
const IDENTITY: ReadonlySet<string> = new Set(['type', 'eventID', 'recordTime', 'errorDeclaration']);

/** The whole string. certificationInfo is not in the standard's order; only the exact form includes it. */
export function preHash(event: JsonObject, rules: ValueRules): string {
  const type = event.members.get('type');
  let out = `eventType=${type?.type === 'string' ? type.value : ''}`;
  for (const [name, write, leaf] of ORDER) {
    const node = event.members.get(name);
    const text = node === undefined ? '' : write(node, rules);
    if (text !== '') out += leaf ? `${name}=${text}` : name + text;
  }
  const isKnown = (name: string): boolean =>
    ORDERED.has(name) || IDENTITY.has(name) || (name === 'certificationInfo' && !rules.exact);
  const rest = extensionParts(event, rules, isKnown);
  for (const [name, write] of SORTED_WITH_EXTENSIONS) {
    const node = event.members.get(name);
    const text = node === undefined ? '' : write(node, rules);
    if (text !== '') rest.push(name + text);
  }
  return out + sorted(rest);
}
