import type { JsonNode } from '@lading/ledger';
import { canonicalNumber } from '../hash/canonicalValue.js';
import { CAPTURE_LIMITS } from '../capture/captureLimits.js';
import { both, boolean, dateTime, list, number, object, rule, string, uri, word, type Check } from './check.js';
import {
  bareWord,
  BIZ_STEPS,
  COMPONENTS,
  DISPOSITIONS,
  ERROR_REASONS,
  gs1Word,
  isClosedNamespace,
  isGs1Vocabulary,
  MEASUREMENTS,
  PARTY_TYPES,
  SENSOR_ALERTS,
  TRANSACTION_TYPES,
  type Vocabulary
} from './vocabulary.js';

/** The parts that events share (EPCIS JSON Schema 2.0.1, definitions of the same names). */

const cbv = (what: string, vocabulary: Vocabulary): Check =>
  word(what, (text) => bareWord(vocabulary, text) !== null, (text) => !isClosedNamespace(text));

const gs1 = (what: string, known: ReadonlySet<string>, prefix = ''): Check =>
  word(what, (text) => gs1Word(known, text, prefix) !== null, (text) => !isGs1Vocabulary(text));

export const bizStep = cbv('a business step', BIZ_STEPS);
export const disposition = cbv('a disposition', DISPOSITIONS);

export const action: Check = (node, pointer, faults) => {
  const word = node.type === 'string' ? node.value : '';
  if (word === 'OBSERVE' || word === 'ADD' || word === 'DELETE') return;
  faults.add(pointer, 'FIELD_VALUE', 'action is one of OBSERVE, ADD and DELETE');
};

export const timeZoneOffset = string('a time zone offset such as +02:00', (text) =>
  /^[+-](?:(?:0\d|1[0-3]):[0-5]\d|14:00)$/.test(text)
);

export const quantityElement = object({
  what: 'a quantity element',
  required: ['epcClass'],
  fields: {
    epcClass: uri,
    quantity: number,
    uom: string('a unit of measure of UN/CEFACT Recommendation 20 (2–3 characters)', (text) =>
      /^[A-Z0-9]{2,3}$/.test(text)
    )
  },
  others: 'none'
});

export const location = object({ what: 'a location', required: ['id'], fields: { id: uri }, others: 'any' });

export const bizTransaction = object({
  what: 'a business transaction',
  required: ['bizTransaction'],
  fields: { type: cbv('a business transaction type', TRANSACTION_TYPES), bizTransaction: uri },
  others: 'none'
});

const partyType = cbv('a source or destination type', PARTY_TYPES);

export const source = object({
  what: 'a source',
  required: ['type', 'source'],
  fields: { type: partyType, source: uri },
  others: 'none'
});

export const destination = object({
  what: 'a destination',
  required: ['type', 'destination'],
  fields: { type: partyType, destination: uri },
  others: 'none'
});

const dispositions = list(disposition, { min: 1, max: CAPTURE_LIMITS.dispositions, unique: true });

export const persistentDisposition = both(
  object({ what: 'persistentDisposition', fields: { set: dispositions, unset: dispositions }, others: 'none' }),
  rule((node, pointer, faults) => {
    if (node.members.has('set') || node.members.has('unset')) return;
    faults.add(pointer, 'FIELD_MISSING', 'persistentDisposition needs set or unset');
  })
);

export const errorDeclaration = object({
  what: 'an error declaration',
  required: ['declarationTime'],
  fields: {
    declarationTime: dateTime,
    reason: cbv('an error reason', ERROR_REASONS),
    correctiveEventIDs: list(uri)
  },
  others: 'extension'
});

export const certificationInfo: Check = (node, pointer, faults) => {
  const check = node.type === 'array' ? list(uri) : uri;
  check(node, pointer, faults);
};

const sensorMetadata = object({
  what: 'sensor metadata',
  fields: {
    time: dateTime,
    startTime: dateTime,
    endTime: dateTime,
    deviceID: uri,
    deviceMetadata: uri,
    rawData: uri,
    dataProcessingMethod: uri,
    bizRules: uri
  },
  others: 'extension'
});

const sensorReport = object({
  what: 'a sensor report',
  required: ['type'],
  fields: {
    type: gs1('a measurement type', MEASUREMENTS),
    exception: gs1('a sensor alert', SENSOR_ALERTS, 'SensorAlertType-'),
    deviceID: uri,
    deviceMetadata: uri,
    rawData: uri,
    dataProcessingMethod: uri,
    bizRules: uri,
    time: dateTime,
    microorganism: uri,
    chemicalSubstance: uri,
    coordinateReferenceSystem: uri,
    value: number,
    component: cbv('a component', COMPONENTS),
    stringValue: string('text'),
    booleanValue: boolean,
    hexBinaryValue: string('hexadecimal digits', (text) => /^[0-9A-Fa-f]+$/.test(text)),
    uriValue: uri,
    minValue: number,
    maxValue: number,
    meanValue: number,
    sDev: number,
    percRank: number,
    percValue: number,
    uom: string('a unit of measure')
  },
  others: 'extension'
});

export const sensorElement = object({
  what: 'a sensor element',
  required: ['sensorReport'],
  fields: { sensorMetadata, sensorReport: list(sensorReport, { min: 1 }) },
  others: 'extension'
});

/** Instance and lot master data: every name needs a namespace. */
export const ilmd = object({ what: 'ilmd', fields: {}, others: 'extension' });

export const context: Check = (node, pointer, faults) => {
  if (node.type !== 'array') {
    contextEntry(node, pointer, faults);
    return;
  }
  list(contextEntry)(node, pointer, faults);
  // The schema wants distinct entries. Two that are equal say the same, whatever the order of their members.
  const seen = new Set<string>();
  node.items.forEach((item, i) => {
    const text = sameText(item);
    if (seen.has(text)) faults.add(`${pointer}/${i}`, 'LIST_DUPLICATE', 'the same context entry occurs twice');
    seen.add(text);
  });
};

/** One text for equal JSON values. */
function sameText(node: JsonNode): string {
  switch (node.type) {
    case 'object': {
      const members = [...node.members].map(([name, value]) => `${JSON.stringify(name)}:${sameText(value)}`);
      return `{${members.sort().join(',')}}`;
    }
    case 'array':
      return `[${node.items.map(sameText).join(',')}]`;
    case 'number':
      return canonicalNumber(node.lexeme) ?? node.lexeme;
    case 'null':
      return 'null';
    default:
      return JSON.stringify(node.value);
  }
}

const contextEntry: Check = (node, pointer, faults) => {
  if (node.type !== 'object') uri(node, pointer, faults);
};
