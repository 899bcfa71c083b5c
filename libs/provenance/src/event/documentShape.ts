import { list, object, string, uri, dateTime, type Check } from './check.js';
import { EVENT_SHAPES } from './eventShapes.js';
import { context } from './shapes.js';

/** The documents around events: EPCISDocument, EPCISQueryDocument, and one bare event. */

const eventType: Check = (node, pointer, faults) => {
  if (node.type !== 'object') {
    faults.add(pointer, 'FIELD_TYPE', 'an event object is expected here');
    return;
  }
  const type = node.members.get('type');
  if (type === undefined) {
    faults.add(`${pointer}/type`, 'FIELD_MISSING', 'an event needs a type');
    return;
  }
  const shape = type.type === 'string' ? EVENT_SHAPES.get(type.value) : undefined;
  if (shape === undefined) {
    faults.add(`${pointer}/type`, 'FIELD_VALUE', 'not one of the five event types of EPCIS 2.0');
    return;
  }
  shape(node, pointer, faults);
};

const eventList = list(eventType);
const anyType: Check = () => undefined;

const attribute = object({
  what: 'a master data attribute',
  required: ['id'],
  fields: {
    id: uri,
    attribute: (node, pointer, faults) => {
      if (node.type === 'number' || node.type === 'string' || node.type === 'object') return;
      faults.add(pointer, 'FIELD_TYPE', 'a number, text or an object is expected here');
    }
  },
  others: 'any'
});

const vocabularyElement = object({
  what: 'a vocabulary element',
  required: ['id'],
  fields: { id: uri, attributes: list(attribute), children: list(uri) },
  others: 'any'
});

const vocabulary = object({
  what: 'a vocabulary',
  required: ['type'],
  fields: { type: uri, vocabularyElementList: list(vocabularyElement) },
  others: 'any'
});

const vocabularyList = list(vocabulary);

const header = object({
  what: 'epcisHeader',
  fields: {
    epcisMasterData: object({ what: 'epcisMasterData', fields: { vocabularyList }, others: 'any' })
  },
  others: 'extension'
});

const version = string('a version such as 2.0', (text) => /^\d+(\.\d+)*$/.test(text));

export const epcisDocument = object({
  what: 'an EPCISDocument',
  required: ['@context', 'type', 'schemaVersion', 'creationDate', 'epcisBody'],
  fields: {
    '@context': context,
    id: uri,
    type: anyType,
    schemaVersion: version,
    creationDate: dateTime,
    instanceIdentifier: string('text'),
    sender: string('text'),
    receiver: string('text'),
    epcisHeader: header,
    epcisBody: object({ what: 'epcisBody', required: ['eventList'], fields: { eventList }, others: 'any' })
  },
  others: 'extension'
});

const resultsBody = object({
  what: 'resultsBody',
  required: ['eventList'],
  fields: { eventList, vocabularyList },
  others: 'extension'
});

const queryResults = object({
  what: 'queryResults',
  required: ['queryName', 'resultsBody'],
  fields: { queryName: string('text'), subscriptionID: string('text'), resultsBody },
  others: 'extension'
});

export const epcisQueryDocument = object({
  what: 'an EPCISQueryDocument',
  required: ['@context', 'type', 'epcisBody'],
  fields: {
    '@context': context,
    id: uri,
    type: anyType,
    schemaVersion: version,
    creationDate: dateTime,
    epcisBody: object({
      what: 'epcisBody',
      required: ['queryResults'],
      fields: { queryResults },
      others: 'extension'
    })
  },
  others: 'extension'
});

/** An event on its own brings its own context. */
export const bareEvent: Check = (node, pointer, faults) => {
  if (node.type === 'object' && !node.members.has('@context')) {
    faults.add(`${pointer}/@context`, 'FIELD_MISSING', 'an event that stands alone needs a @context');
  }
  eventType(node, pointer, faults);
};
