import { flattened, listOf, membersOf, objectOf, plain, converted, typed, type Field, type Fields, type Reading } from './fields.js';
import { list, number, object, text, type Json } from './jsonTree.js';
import { isEpcis } from './namespaces.js';
import { sensorElement } from './sensors.js';
import { cbvWord, eventIdentifier } from './words.js';
import type { XmlElement } from './xmlTree.js';

/** The five event types. Order and envelopes of versions 1.0 to 1.2 do not matter: JSON has neither. */

const epcs = listOf('epc', plain);
const quantities = listOf(
  'quantityElement',
  objectOf({ epcClass: plain, quantity: (element) => number(element.text, element), uom: plain })
);
const word = converted(cbvWord);
const identifier = converted(eventIdentifier);

/** One certificate is a text, several are a list: the fields below read every other element at most once. */
const CERTIFICATION = 'certificationInfo';

const persistentDisposition: Field = (element, reading) => {
  const of = (name: string): Json[] =>
    element.children.filter((child) => isEpcis(child.uri) && child.local === name).map((child) => word(child, reading));
  const unknown = element.children.find((child) => !isEpcis(child.uri) || !['set', 'unset'].includes(child.local));
  if (unknown !== undefined) reading.faults.add('XML_FIELD', unknown, `persistentDisposition has no element ${unknown.local}`);
  const members = (['set', 'unset'] as const).flatMap((name) => {
    const words = of(name);
    return words.length === 0 ? [] : [[name, list(words, element)] as const];
  });
  return object(members, element);
};

const COMMON: Fields = {
  eventTime: plain,
  recordTime: plain,
  eventTimeZoneOffset: plain,
  eventID: identifier,
  errorDeclaration: objectOf({
    declarationTime: plain,
    reason: word,
    correctiveEventIDs: listOf('correctiveEventID', identifier)
  }),
  [CERTIFICATION]: plain,
  bizStep: word,
  disposition: word,
  readPoint: objectOf({ id: plain }),
  bizLocation: objectOf({ id: plain }),
  bizTransactionList: listOf('bizTransaction', typed('bizTransaction', cbvWord)),
  sourceList: listOf('source', typed('source', cbvWord)),
  destinationList: listOf('destination', typed('destination', cbvWord)),
  sensorElementList: listOf('sensorElement', sensorElement),
  persistentDisposition
};

const CHILDREN: Fields = { ...COMMON, action: plain, parentID: plain, childEPCs: epcs, childQuantityList: quantities };
const ilmd = objectOf({});

const EVENTS: Readonly<Record<string, Fields>> = {
  ObjectEvent: { ...COMMON, action: plain, epcList: epcs, quantityList: quantities, ilmd },
  AggregationEvent: CHILDREN,
  AssociationEvent: CHILDREN,
  TransactionEvent: { ...COMMON, action: plain, parentID: plain, epcList: epcs, quantityList: quantities },
  TransformationEvent: {
    ...COMMON,
    inputEPCList: epcs,
    inputQuantityList: quantities,
    outputEPCList: epcs,
    outputQuantityList: quantities,
    transformationID: plain,
    ilmd
  }
};

export const isEvent = (element: XmlElement): boolean => isEpcis(element.uri) && Object.hasOwn(EVENTS, element.local);

/** epcList may be empty, which says "no instance"; other empty lists say nothing. */
const isNothing = ([name, value]: readonly [string, Json]): boolean =>
  name !== 'epcList' && ((value.kind === 'list' && value.items.length === 0) || (value.kind === 'object' && value.members.size === 0));

const isCertification = (child: XmlElement): boolean => isEpcis(child.uri) && child.local === CERTIFICATION;

export function eventOf(element: XmlElement, reading: Reading): Json {
  const children = flattened(element);
  const certificates = children.filter(isCertification);
  const single = certificates.length < 2;
  const rest = single ? element : { ...element, children: children.filter((child) => !isCertification(child)) };
  const members = [...membersOf(rest, EVENTS[element.local] ?? {}, reading)].filter((member) => !isNothing(member));
  if (!single) members.push([CERTIFICATION, list(certificates.map((one) => plain(one, reading)), element)]);
  return object([['type', text(element.local, element)], ...members], element);
}

/** The events of an EventList, those that versions before 2.0 put into envelopes included. */
export const eventList: Field = (element, reading) => {
  const events = flattened(element).flatMap((child) => {
    if (isEvent(child)) return [eventOf(child, reading)];
    const hint = child.local === 'QuantityEvent' ? ': write an ObjectEvent with a quantityList (deprecated since 1.1)' : '';
    reading.faults.add('XML_FIELD', child, `${child.local} is not one of the five event types of EPCIS 2.0${hint}`);
    return [];
  });
  return list(events, element);
};
