import { assert } from '@lading/kernel';
import type { JsonNode, JsonObject } from '@lading/ledger';
import { formatUtc, isUtcText, parseDateTime } from '../event/dateTime.js';
import * as cbv from '../event/vocabulary.js';
import { HashText } from './hashText.js';
import { canonicalName, canonicalNumber, canonicalText, trimmed, type ValueRules } from './canonicalValue.js';

/**
 * The pre-hash string of CBV 2.0 §8.9.2: fields in a fixed order, `key=value` without separators, lists sorted, then
 * the extensions. Two spellings of one event (order of fields, EPC URN or Digital Link, time zone) give one string.
 */

type Writer = (node: JsonNode, rules: ValueRules, out: HashText) => void;

const scalar: Writer = (node, rules, out) => {
  switch (node.type) {
    case 'string':
      out.write(canonicalText(node.value, rules));
      return;
    case 'number':
      out.write(canonicalNumber(node.lexeme) ?? node.lexeme);
      return;
    case 'boolean':
      out.write(String(node.value));
      return;
    default:
  }
};

const time: Writer = (node, _, out) => {
  const text = node.type === 'string' ? trimmed(node.value) : '';
  const ms = parseDateTime(text);
  out.write(ms === null || isUtcText(text) ? text : formatUtc(ms));
};

const cbvTerm =
  (vocabulary: cbv.Vocabulary): Writer =>
  (node, rules, out) => {
    const word = node.type === 'string' ? cbv.bareWord(vocabulary, trimmed(node.value)) : null;
    if (word === null) {
      scalar(node, rules, out);
      return;
    }
    out.write('https://ref.gs1.org/cbv/');
    out.write(vocabulary.web);
    out.write(word);
  };

const gs1Term =
  (known: ReadonlySet<string>, prefix = ''): Writer =>
  (node, rules, out) => {
    const word = node.type === 'string' ? cbv.gs1Word(known, trimmed(node.value), prefix) : null;
    if (word === null) {
      scalar(node, rules, out);
      return;
    }
    out.write('https://gs1.org/voc/');
    out.write(prefix);
    out.write(word);
  };

/** `label` stands before what is written, where something is. Returns whether it was. */
function labelled(label: string, write: Writer, node: JsonNode, rules: ValueRules, out: HashText): boolean {
  const start = out.size;
  out.write(label);
  const from = out.size;
  write(node, rules, out);
  if (out.size > from) return true;
  out.cut(start);
  return false;
}

/** `label` is the name, and "=" where a plain value follows. */
type Field = readonly [name: string, write: Writer, label: string];
const field = (name: string, write: Writer): Field => [name, write, `${name}=`];

/** All values of a field, sorted. */
function values([, write, label]: Field, node: JsonNode, rules: ValueRules, out: HashText): void {
  if (node.type !== 'array') {
    const start = out.size;
    if (labelled(label, write, node, rules, out)) out.pay(start, rules.work);
    return;
  }
  const starts: number[] = [];
  for (const item of node.items) {
    const start = out.size;
    if (!labelled(label, write, item, rules, out)) continue;
    out.pay(start, rules.work);
    starts.push(start);
  }
  out.sort(starts);
}

/** The listed fields of an object in order, each with all its values sorted. */
function inOrder(fields: readonly Field[], node: JsonObject, rules: ValueRules, out: HashText): void {
  for (const known of fields) {
    const value = node.members.get(known[0]);
    if (value !== undefined) values(known, value, rules, out);
  }
}

/** The same of an object that has few of many fields: `places` of the fields by their names. */
function fewInOrder(
  fields: readonly Field[],
  places: ReadonlyMap<string, number>,
  node: JsonObject,
  rules: ValueRules,
  out: HashText
): void {
  const found: number[] = [];
  node.members.forEach((_, name) => {
    const place = places.get(name);
    if (place !== undefined) found.push(place);
  });
  found.sort((a, b) => a - b);
  for (const place of found) {
    const known = fields[place];
    const value = known === undefined ? undefined : node.members.get(known[0]);
    if (known !== undefined && value !== undefined) values(known, value, rules, out);
  }
}

const NOT_HASHED: ReadonlySet<string> = new Set(['comment', 'rdfs:comment', '@context']);

function extension(name: string, node: JsonNode, rules: ValueRules, out: HashText): void {
  if (rules.work.exhausted) return;
  const start = out.size;
  out.write(canonicalName(name, rules.namespaces));
  out.pay(start, rules.work);
  if (node.type === 'object') extensions(node, rules, out, () => false);
  else if (node.type === 'array') {
    // Each element says the name for itself.
    out.cut(start);
    const starts: number[] = [];
    for (const item of node.items) {
      starts.push(out.size);
      extension(name, item, rules, out);
    }
    out.sort(starts);
  } else {
    const end = out.size;
    out.write('=');
    const from = out.size;
    scalar(node, rules, out);
    out.pay(from, rules.work);
    if (out.size === from) out.cut(end);
  }
}

/** All members but the known ones, as `{namespace}name=value`, sorted. */
function extensions(node: JsonObject, rules: ValueRules, out: HashText, isKnown: (name: string) => boolean): void {
  const from = out.size;
  out.sort(extensionParts(node, rules, out, isKnown));
  out.pay(from, rules.work);
}

/** Where each part begins. */
function extensionParts(
  node: JsonObject,
  rules: ValueRules,
  out: HashText,
  isKnown: (name: string) => boolean
): number[] {
  const starts: number[] = [];
  node.members.forEach((value, name) => {
    if (isKnown(name) || NOT_HASHED.has(name)) return;
    for (const item of value.type === 'array' ? value.items : [value]) {
      starts.push(out.size);
      extension(name, item, rules, out);
    }
  });
  return starts;
}

type ObjectWriter = (node: JsonObject, rules: ValueRules, out: HashText) => void;

/** An object: its fields in order, then its extensions. */
const objectOf = (fields: readonly Field[], nested: ObjectWriter = () => undefined): Writer => {
  const names = new Set([...fields.map(([name]) => name), 'sensorMetadata', 'sensorReport']);
  const isKnown = (name: string): boolean => names.has(name);
  const places = new Map(fields.map(([name], place) => [name, place]));
  return (node, rules, out) => {
    if (node.type !== 'object') {
      scalar(node, rules, out);
      return;
    }
    if (2 * node.members.size < fields.length) fewInOrder(fields, places, node, rules, out);
    else inOrder(fields, node, rules, out);
    nested(node, rules, out);
    extensions(node, rules, out, isKnown);
  };
};

/** `list` + every element written as `element` + its text, sorted; nothing for an empty list. */
const listOf =
  (element: string, write: Writer): Writer =>
  (node, rules, out) => {
    const starts: number[] = [];
    for (const item of node.type === 'array' ? node.items : [node]) {
      const start = out.size;
      out.write(element);
      const from = out.size;
      write(item, rules, out);
      out.pay(from, rules.work);
      if (out.size === from) out.cut(start);
      else starts.push(start);
    }
    out.sort(starts);
  };

const epcs = listOf('epc=', scalar);
const quantity = objectOf([
  field('epcClass', scalar),
  field('quantity', scalar),
  field('uom', scalar)
]);
const quantities = listOf('quantityElement', quantity);
const place = objectOf([field('id', scalar)]);
const disposition = cbvTerm(cbv.DISPOSITIONS);
const partyType = field('type', cbvTerm(cbv.PARTY_TYPES));
const metadata = objectOf([
  field('time', time),
  field('startTime', time),
  field('endTime', time),
  field('deviceID', scalar),
  field('deviceMetadata', scalar),
  field('rawData', scalar),
  field('dataProcessingMethod', scalar),
  field('bizRules', scalar)
]);

const scalars = (names: string): Field[] => names.split(' ').map((name) => field(name, scalar));

const report = objectOf([
  field('type', gs1Term(cbv.MEASUREMENTS)),
  field('exception', gs1Term(cbv.SENSOR_ALERTS, 'SensorAlertType-')),
  ...scalars('deviceID deviceMetadata rawData dataProcessingMethod'),
  field('time', time),
  ...scalars('microorganism chemicalSubstance value'),
  field('component', cbvTerm(cbv.COMPONENTS)),
  ...scalars('stringValue booleanValue hexBinaryValue uriValue minValue maxValue meanValue sDev percRank percValue'),
  ...scalars('uom coordinateReferenceSystem')
]);

const reports = listOf('sensorReport', report);
const sensor = objectOf([], (node, rules, out) => {
  const head = node.members.get('sensorMetadata');
  const told = node.members.get('sensorReport');
  if (head !== undefined) labelled('sensorMetadata', metadata, head, rules, out);
  if (told !== undefined) reports(told, rules, out);
});

/** Fields written as `name=value`. */
const LEAF = { time, scalar, bizStep: cbvTerm(cbv.BIZ_STEPS), disposition } as const;

const zone: Writer = (node, _, out) => out.write(node.type === 'string' ? trimmed(node.value) : '');

/** The canonical property order. A plain value is written with "=" behind its name, the others as name + content. */
const ORDER: readonly Field[] = [
  field('eventTime', LEAF.time),
  field('eventTimeZoneOffset', zone),
  ['epcList', epcs, 'epcList'],
  field('parentID', LEAF.scalar),
  ['inputEPCList', epcs, 'inputEPCList'],
  ['childEPCs', epcs, 'childEPCs'],
  ['quantityList', quantities, 'quantityList'],
  ['childQuantityList', quantities, 'childQuantityList'],
  ['inputQuantityList', quantities, 'inputQuantityList'],
  ['outputEPCList', epcs, 'outputEPCList'],
  ['outputQuantityList', quantities, 'outputQuantityList'],
  field('action', LEAF.scalar),
  field('transformationID', LEAF.scalar),
  field('bizStep', LEAF.bizStep),
  field('disposition', LEAF.disposition),
  ['persistentDisposition', objectOf([field('set', disposition), field('unset', disposition)]), 'persistentDisposition'],
  ['readPoint', place, 'readPoint'],
  ['bizLocation', place, 'bizLocation'],
  ['sensorElementList', listOf('sensorElement', sensor), 'sensorElementList']
];

/**
 * The table of the standard puts these lists before the sensors, source before destination. The reference
 * implementation, whose hashes the industry exchanges, sorts them among the extensions; we follow the hashes.
 */
const SORTED_WITH_EXTENSIONS: readonly (readonly [name: string, write: Writer])[] = [
  ['bizTransactionList', listOf('', objectOf([field('type', cbvTerm(cbv.TRANSACTION_TYPES)), field('bizTransaction', scalar)]))],
  ['destinationList', listOf('', objectOf([partyType, field('destination', scalar)]))],
  ['sourceList', listOf('', objectOf([partyType, field('source', scalar)]))]
];

/** What names the event, and what is written in its own place. */
const ORDERED: ReadonlySet<string> = new Set([
  ...['type', 'eventID', 'recordTime', 'errorDeclaration'],
  ...[...ORDER, ...SORTED_WITH_EXTENSIONS].map(([name]) => name)
]);
const isOrdered = (name: string): boolean => ORDERED.has(name);
const isOrderedOrCertificate = (name: string): boolean => isOrdered(name) || name === 'certificationInfo';

/** One event is written at a time. */
const OUT = new HashText();

/** The whole string. certificationInfo is not in the standard's order; only the exact form includes it. */
export function preHash(event: JsonObject, rules: ValueRules): string {
  writeEvent(event, rules, OUT);
  return OUT.text();
}

/** The same in UTF-8, until the next call. */
export function preHashBytes(event: JsonObject, rules: ValueRules): Uint8Array {
  writeEvent(event, rules, OUT);
  const bytes = OUT.bytes();
  assert(bytes !== null, 'preHash: the scanner let a lone surrogate pass');
  return bytes;
}

function writeEvent(event: JsonObject, rules: ValueRules, out: HashText): void {
  out.clear();
  const type = event.members.get('type');
  out.write('eventType=');
  if (type?.type === 'string') out.write(type.value);
  for (const [name, write, label] of ORDER) {
    const node = event.members.get(name);
    if (node !== undefined) labelled(label, write, node, rules, out);
  }
  const starts = extensionParts(event, rules, out, rules.exact ? isOrdered : isOrderedOrCertificate);
  for (const [name, write] of SORTED_WITH_EXTENSIONS) {
    const node = event.members.get(name);
    const start = out.size;
    if (node !== undefined && labelled(name, write, node, rules, out)) starts.push(start);
  }
  out.sort(starts);
}
