import type { JsonNode, JsonObject } from '@lading/ledger';
import { both, dateTime, list, object, rule, uri, type Check } from './check.js';
import type { Faults } from './faults.js';
import * as shape from './shapes.js';

/** The five event types (EPCIS JSON Schema 2.0.1, definitions ObjectEvent … AssociationEvent). */

export const EVENT_TYPES = [
  'ObjectEvent',
  'AggregationEvent',
  'AssociationEvent',
  'TransactionEvent',
  'TransformationEvent'
] as const;
export type EventType = (typeof EVENT_TYPES)[number];

export const isEventType = (text: string): text is EventType => (EVENT_TYPES as readonly string[]).includes(text);

const typeName: Check = () => undefined;

const COMMON = {
  '@context': shape.context,
  type: typeName,
  eventTime: dateTime,
  recordTime: dateTime,
  eventTimeZoneOffset: shape.timeZoneOffset,
  eventID: uri,
  certificationInfo: shape.certificationInfo,
  errorDeclaration: shape.errorDeclaration,
  bizStep: shape.bizStep,
  disposition: shape.disposition,
  persistentDisposition: shape.persistentDisposition,
  readPoint: shape.location,
  bizLocation: shape.location,
  sourceList: list(shape.source),
  destinationList: list(shape.destination),
  sensorElementList: list(shape.sensorElement)
} as const;

const COMMON_REQUIRED = ['type', 'eventTime', 'eventTimeZoneOffset'];
const uris = list(uri);
const distinctUris = list(uri, { unique: true });
const quantities = list(shape.quantityElement);
const transactions = list(shape.bizTransaction);

const event = (
  what: EventType,
  required: readonly string[],
  fields: Readonly<Record<string, Check>>,
  further: (event: JsonObject, pointer: string, faults: Faults) => void
): Check =>
  both(
    object({
      what: `${what === 'ObjectEvent' ? 'an' : 'a'} ${what}`.replace(/^a A/, 'an A'),
      required: [...COMMON_REQUIRED, ...required],
      fields: { ...COMMON, ...fields },
      others: 'extension'
    }),
    rule(further)
  );

const lengthOf = (node: JsonObject, name: string): number => {
  const value: JsonNode | undefined = node.members.get(name);
  return value?.type === 'array' ? value.items.length : 0;
};

const textOf = (node: JsonObject, name: string): string => {
  const value = node.members.get(name);
  return value?.type === 'string' ? value.value : '';
};

const objectEvent = event(
  'ObjectEvent',
  ['action'],
  {
    action: shape.action,
    epcList: distinctUris,
    quantityList: quantities,
    bizTransactionList: transactions,
    ilmd: shape.ilmd
  },
  (node, pointer, faults) => {
    const sensed = lengthOf(node, 'sensorElementList') > 0 && node.members.has('readPoint');
    if (!node.members.has('epcList') && lengthOf(node, 'quantityList') === 0 && !sensed) {
      faults.add(pointer, 'FIELD_MISSING', 'an ObjectEvent needs epcList, quantityList, or sensor data at a readPoint');
    }
    if (node.members.has('ilmd') && textOf(node, 'action') !== 'ADD') {
      faults.add(`${pointer}/ilmd`, 'FIELD_VALUE', 'ilmd is allowed only with action ADD');
    }
  }
);

const CHILD_FIELDS = {
  action: shape.action,
  parentID: uri,
  childEPCs: uris,
  childQuantityList: quantities,
  bizTransactionList: transactions
} as const;

const childrenUnlessDelete = (node: JsonObject, pointer: string, faults: Faults): void => {
  if (textOf(node, 'action') === 'DELETE') return;
  if (lengthOf(node, 'childEPCs') > 0 || lengthOf(node, 'childQuantityList') > 0) return;
  faults.add(pointer, 'FIELD_MISSING', 'childEPCs or childQuantityList is needed unless action is DELETE');
};

const aggregationEvent = event('AggregationEvent', ['action'], CHILD_FIELDS, childrenUnlessDelete);
const associationEvent = event('AssociationEvent', ['action', 'parentID'], CHILD_FIELDS, childrenUnlessDelete);

const transactionEvent = event(
  'TransactionEvent',
  ['action', 'bizTransactionList'],
  {
    action: shape.action,
    parentID: uri,
    epcList: uris,
    quantityList: quantities,
    bizTransactionList: list(shape.bizTransaction, { min: 1 })
  },
  (node, pointer, faults) => {
    if (textOf(node, 'action') === 'DELETE') return;
    if (node.members.has('epcList') || lengthOf(node, 'quantityList') > 0) return;
    faults.add(pointer, 'FIELD_MISSING', 'a TransactionEvent needs epcList or quantityList unless action is DELETE');
  }
);

const transformationEvent = event(
  'TransformationEvent',
  [],
  {
    inputEPCList: distinctUris,
    inputQuantityList: quantities,
    outputEPCList: distinctUris,
    outputQuantityList: quantities,
    transformationID: uri,
    bizTransactionList: transactions,
    ilmd: shape.ilmd
  },
  (node, pointer, faults) => {
    const inputs = lengthOf(node, 'inputEPCList') + lengthOf(node, 'inputQuantityList');
    const outputs = lengthOf(node, 'outputEPCList') + lengthOf(node, 'outputQuantityList');
    const enough = node.members.has('transformationID') ? inputs + outputs > 0 : inputs > 0 && outputs > 0;
    if (enough) return;
    faults.add(pointer, 'FIELD_MISSING', 'inputs and outputs are needed, or a transformationID and one of them');
  }
);

const SHAPES = {
  ObjectEvent: objectEvent,
  AggregationEvent: aggregationEvent,
  AssociationEvent: associationEvent,
  TransactionEvent: transactionEvent,
  TransformationEvent: transformationEvent
} as const satisfies Readonly<Record<EventType, Check>>;

/** The shape of events of a type; none for another text. */
export const EVENT_SHAPES: ReadonlyMap<string, Check> = new Map(Object.entries(SHAPES));
