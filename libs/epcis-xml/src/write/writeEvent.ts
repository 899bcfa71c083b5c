import { itemsOf, membersOf, scalar, type JsonValue } from './jsonValue.js';
import { prefixesOf, type Names } from './names.js';
import { extensionElements, type Writing } from './writeExtensions.js';
import { sensorElement } from './writeSensors.js';
import { cbvUri, type CbvKind, type CbvXmlFormat } from './words.js';
import { element, textElement, Unwritable } from './xmlText.js';

type Write = (value: JsonValue, name: string, writing: Writing) => string;

const text: Write = (value, name) => textElement(name, scalar(value) ?? '');
const word =
  (kind: CbvKind): Write =>
  (value, name, { cbv }) =>
    textElement(name, cbvUri(scalar(value) ?? '', kind, cbv));

/** A list of texts, each in an element of its own. */
const listOf =
  (item: string): Write =>
  (value, name) =>
    element(name, itemsOf(value).map((one) => textElement(item, scalar(one) ?? '')).join(''));

/** Texts of an object by their names, then its extensions. */
const objectOf =
  (fields: Readonly<Record<string, Write>>): Write =>
  (value, name, writing) => {
    const members = membersOf(value);
    const own = Object.entries(fields).map(([field, write]) => {
      const member = members.get(field);
      return member === undefined ? '' : write(member, field, writing);
    });
    return element(name, own.join('') + extensionElements(members, writing));
  };

const quantityList: Write = (value, name, writing) =>
  element(
    name,
    itemsOf(value).map((one) => objectOf({ epcClass: text, quantity: text, uom: text })(one, 'quantityElement', writing)).join('')
  );

/** Entries whose text is the value and whose attribute says what it is. */
const typedList =
  (item: string, kind: CbvKind): Write =>
  (value, name, { cbv }) => {
    const entries = itemsOf(value).map((entry) => {
      const type = scalar(membersOf(entry).get('type'));
      const attributes = type === null ? [] : [['type', cbvUri(type, kind, cbv)] as const];
      return textElement(item, scalar(membersOf(entry).get(item)) ?? '', attributes);
    });
    return element(name, entries.join(''));
  };

const persistentDisposition: Write = (value, name, { cbv }) =>
  element(
    name,
    ['unset', 'set']
      .flatMap((way) => itemsOf(membersOf(value).get(way)).map((one) => textElement(way, cbvUri(scalar(one) ?? '', 'disposition', cbv))))
      .join('')
  );

const repeated: Write = (value, name) => itemsOf(value).map((one) => textElement(name, scalar(one) ?? '')).join('');
const place = objectOf({ id: text });

const FIELDS: Readonly<Record<string, Write>> = {
  eventTime: text,
  recordTime: text,
  eventTimeZoneOffset: text,
  eventID: text,
  errorDeclaration: objectOf({ declarationTime: text, reason: word('reason'), correctiveEventIDs: listOf('correctiveEventID') }),
  certificationInfo: repeated,
  epcList: listOf('epc'),
  childEPCs: listOf('epc'),
  inputEPCList: listOf('epc'),
  outputEPCList: listOf('epc'),
  quantityList,
  childQuantityList: quantityList,
  inputQuantityList: quantityList,
  outputQuantityList: quantityList,
  parentID: text,
  action: text,
  transformationID: text,
  bizStep: word('bizStep'),
  disposition: word('disposition'),
  readPoint: place,
  bizLocation: place,
  bizTransactionList: typedList('bizTransaction', 'transaction'),
  sourceList: typedList('source', 'party'),
  destinationList: typedList('destination', 'party'),
  sensorElementList: (value, name, writing) => element(name, itemsOf(value).map((one) => sensorElement(one, writing)).join('')),
  persistentDisposition,
  ilmd: objectOf({})
};

/** The order of the XML schema (EPCglobal-epcis-2_0.xsd). */
const HEAD = ['eventTime', 'recordTime', 'eventTimeZoneOffset', 'eventID', 'errorDeclaration', 'certificationInfo'];
const WHERE = ['action', 'bizStep', 'disposition', 'readPoint', 'bizLocation'];
const REST = ['sourceList', 'destinationList', 'sensorElementList', 'persistentDisposition', 'ilmd'];
const ORDER: ReadonlyMap<string, readonly string[]> = new Map([
  ['ObjectEvent', [...HEAD, 'epcList', ...WHERE, 'bizTransactionList', 'quantityList', ...REST]],
  ['AggregationEvent', [...HEAD, 'parentID', 'childEPCs', ...WHERE, 'bizTransactionList', 'childQuantityList', ...REST]],
  ['AssociationEvent', [...HEAD, 'parentID', 'childEPCs', 'childQuantityList', ...WHERE, 'bizTransactionList', ...REST]],
  ['TransactionEvent', [...HEAD, 'bizTransactionList', 'parentID', 'epcList', ...WHERE, 'quantityList', ...REST]],
  ['TransformationEvent', [
    ...[...HEAD, 'inputEPCList', 'inputQuantityList', 'outputEPCList', 'outputQuantityList', 'transformationID'],
    ...[...WHERE, 'bizTransactionList', ...REST]
  ]]
]);

export interface Surroundings {
  readonly names: Names;
  readonly prefixes: ReadonlyMap<string, string>;
  readonly cbv: CbvXmlFormat;
}

/** One event in the order of the schema, extensions last. */
export function writeEvent(event: JsonValue, { names, prefixes, cbv }: Surroundings): string {
  const members = membersOf(event);
  const type = scalar(members.get('type')) ?? '';
  const order = ORDER.get(type);
  if (order === undefined) throw new Unwritable(`an event of type ${type}`);
  const writing: Writing = { names, cbv, prefixes: prefixesOf(members.get('@context'), prefixes) };
  const own = order.map((name) => {
    const value = members.get(name);
    return value === undefined ? '' : (FIELDS[name] as Write)(value, name, writing);
  });
  return element(type, own.join('') + extensionElements(members, writing));
}
