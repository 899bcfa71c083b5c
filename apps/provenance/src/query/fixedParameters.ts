import { bareWord, BIZ_STEPS, DISPOSITIONS, ERROR_REASONS, EVENT_TYPES, type Vocabulary } from '@lading/provenance';
import { SENSOR_TEXTS, SENSOR_TIMES, sensorText } from '../fields/fieldNames.js';
import { textValue } from '../fields/fieldValue.js';
import { each, time, truth, type Draft, type Reader } from './draft.js';

const ACTIONS = ['ADD', 'OBSERVE', 'DELETE'];
const among = (known: readonly string[]) => (value: string): string | null => (known.includes(value) ? value : null);

const word = (vocabulary: Vocabulary) => (value: string): string => bareWord(vocabulary, value) ?? value;

/** Texts that stand in the index of fields under the parameter's own name, and how they are spelled there. */
const TEXTS: Readonly<Record<string, (value: string) => string>> = {
  disposition: word(DISPOSITIONS),
  persistentDisposition_set: word(DISPOSITIONS),
  persistentDisposition_unset: word(DISPOSITIONS),
  transformationID: (value) => value,
  errorReason: word(ERROR_REASONS),
  correctiveEventID: (value) => value,
  ...Object.fromEntries(SENSOR_TEXTS.map((name) => [name, (value: string) => sensorText(name, value)]))
};

const TIMES = [...SENSOR_TIMES, 'errorDeclarationTime'];

function timeReader(name: string, operator: '<' | '>='): Reader {
  return (draft, values, parameter) => {
    const value = { kind: 'time', value: String(time(values, parameter)) } as const;
    draft.fields.push({ kind: 'range', names: [name], operator, value });
  };
}

const exists = (name: string): Reader => (draft, values, parameter) => {
  if (truth(values, parameter)) draft.fields.push({ kind: 'exists', names: [name] });
};

const COLUMNS: Readonly<Record<string, Reader>> = {
  eventType: (draft, values, name) => (draft.types = each(values, among(EVENT_TYPES), name)),
  EQ_action: (draft, values, name) => (draft.actions = each(values, among(ACTIONS), name)),
  EQ_bizStep: (draft, values) => (draft.bizSteps = values.map(word(BIZ_STEPS))),
  EQ_eventID: (draft, values) => (draft.eventIds = values),
  EXISTS_errorDeclaration: (draft: Draft, values, name) => {
    if (truth(values, name)) draft.errorDeclared = true;
  },
  GE_eventTime: (draft, values, name) => (draft.eventTimeFromMs = time(values, name)),
  LT_eventTime: (draft, values, name) => (draft.eventTimeBeforeMs = time(values, name)),
  GE_recordTime: (draft, values, name) => (draft.recordTimeFromMs = time(values, name)),
  LT_recordTime: (draft, values, name) => (draft.recordTimeBeforeMs = time(values, name))
};

/** Parameters whose names say everything. */
export const FIXED: ReadonlyMap<string, Reader> = new Map<string, Reader>([
  ...Object.entries(COLUMNS),
  ...Object.entries(TEXTS).map(([name, spell]): [string, Reader] => [
    `EQ_${name}`,
    (draft, values) => {
      draft.fields.push({ kind: 'equals', names: [name], values: values.map((value) => textValue(spell(value))) });
    }
  ]),
  ...TIMES.flatMap((name): [string, Reader][] => [
    [`GE_${name}`, timeReader(name, '>=')],
    [`LT_${name}`, timeReader(name, '<')]
  ]),
  // The query schema spells these two so, the OpenAPI without the underscore.
  ['GE_errorDeclaration_Time', timeReader('errorDeclarationTime', '>=')],
  ['LT_errorDeclaration_Time', timeReader('errorDeclarationTime', '<')],
  ['EXISTS_sensorElementList', exists('sensorElementList')],
  ['EXISTS_ilmd', exists('ilmd')]
]);

/** Places with what is inside them: parameter → role. */
export const WITH_DESCENDANTS: ReadonlyMap<string, string> = new Map([
  ['WD_readPoint', 'readPoint'],
  ['WD_bizLocation', 'bizLocation']
]);
