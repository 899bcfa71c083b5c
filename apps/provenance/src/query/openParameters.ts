import { bareWord, canonicalUri, PARTY_TYPES, TRANSACTION_TYPES } from '@lading/provenance';
import type { FieldCondition } from '@lading/storage';
import { extensionName, PARTS, SENSOR_NUMBERS, type Part } from '../fields/fieldNames.js';
import { fieldValue, textValue } from '../fields/fieldValue.js';
import { only, OPERATORS, truth, type Comparison } from './draft.js';
import { invalid } from './given.js';

const REFERENCE = /^EQ_(bizTransaction|source|destination)_(.+)$/;
const NUMBER = new RegExp(
  `^(EQ|GT|GE|LT|LE)_(quantity(?:_[A-Za-z0-9]{1,10})?|percRank|(?:${SENSOR_NUMBERS.join('|')})_[A-Za-z0-9]{1,10})$`
);
const EXTENSION = new RegExp(`^(EQ|GT|GE|LT|LE|EXISTS)_(INNER_)?(?:(${PARTS.join('|')})_)?(.*[:#].*)$`);

/** Namespaces that a prefix stands for; none when nobody knows it. */
export type NamespacesOf = (prefix: string) => Promise<readonly string[]>;

/** The condition of a parameter with an open name, or null: the query language has no such parameter. */
export async function openCondition(
  name: string,
  values: readonly string[],
  namespacesOf: NamespacesOf
): Promise<FieldCondition | null> {
  const reference = REFERENCE.exec(name);
  if (reference !== null) {
    const [, list = '', type = ''] = reference;
    const wanted = values.map((value) => textValue(canonicalUri(value) ?? value));
    const word = bareWord(list === 'bizTransaction' ? TRANSACTION_TYPES : PARTY_TYPES, type) ?? type;
    return { kind: 'equals', names: [`${list}_${word}`], values: wanted };
  }
  const number = NUMBER.exec(name);
  if (number !== null) return numberCondition(number[1] ?? '', number[2] ?? '', values, name);
  const extension = EXTENSION.exec(name);
  if (extension === null) return null;
  const [, operator = '', inner = '', part = '', field = ''] = extension;
  const names = (await expanded(field, name, namespacesOf)).map((iri) => extensionName(part as Part, inner !== '', iri));
  if (operator === 'EXISTS') return truth(values, name) ? { kind: 'exists', names } : { kind: 'equals', names: [], values: [] };
  if (operator === 'EQ') return { kind: 'equals', names, values: values.map(fieldValue) };
  const value = fieldValue(only(values, name));
  if (value.kind === 'text') throw invalid(name, 'only numbers and date-times with offset have an order');
  return { kind: 'range', names, operator: OPERATORS[operator as Comparison], value };
}

/** A condition that asks nothing: `EXISTS_…=false`. */
export const asksNothing = (condition: FieldCondition): boolean =>
  condition.kind === 'equals' && condition.names.length === 0;

function numberCondition(operator: string, field: string, values: readonly string[], name: string): FieldCondition {
  const numbers = values.map((value) => {
    const read = fieldValue(value);
    if (read.kind !== 'number') throw invalid(name, `${value} is not a decimal number`);
    return read;
  });
  if (operator === 'EQ') return { kind: 'equals', names: [field], values: numbers };
  only(values, name);
  const [value = { kind: 'number', value: '0' } as const] = numbers;
  return { kind: 'range', names: [field], operator: OPERATORS[operator as Comparison], value };
}

/** Expanded names that a field's name can stand for (spec/epcisRest.md 2.2). */
export async function expanded(field: string, parameter: string, namespacesOf: NamespacesOf): Promise<readonly string[]> {
  const colon = field.indexOf(':');
  const prefix = field.slice(0, Math.max(0, colon));
  if (/^[A-Za-z_][A-Za-z0-9_.-]*$/.test(prefix) && !field.startsWith('//', colon + 1)) {
    const namespaces = await namespacesOf(prefix);
    if (namespaces.length > 0) return namespaces.map((namespace) => namespace + field.slice(colon + 1));
    if (!field.includes('#') && prefix !== 'urn') {
      throw invalid(parameter, `nobody knows the prefix ${prefix}: explain it in GS1-Extensions as ${prefix}=<namespace>`);
    }
  }
  const hash = field.lastIndexOf('#');
  return hash < 0 ? [field] : [field, field.slice(0, hash) + field.slice(hash + 1)];
}
