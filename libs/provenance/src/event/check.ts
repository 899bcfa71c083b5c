import { unreachable } from '@lading/kernel';
import type { JsonNode, JsonObject } from '@lading/ledger';
import type { Faults } from './faults.js';
import { parseDateTime } from './dateTime.js';
import { isUri, WORD_LIMIT } from './uri.js';

/** Checks one value and everything in it. A shape is a composition of these, one per field of EPCIS 2.0. */
export type Check = (node: JsonNode, pointer: string, faults: Faults) => void;

const article = (type: JsonNode['type']): string => {
  switch (type) {
    case 'object':
    case 'array':
      return `an ${type}`;
    case 'null':
      return 'null';
    case 'string':
    case 'number':
    case 'boolean':
      return `a ${type}`;
    default:
      return unreachable(type, 'JSON type');
  }
};

const wrongType = (faults: Faults, pointer: string, expected: string, node: JsonNode): void =>
  faults.add(pointer, 'FIELD_TYPE', `${expected} is expected here, not ${article(node.type)}`);

/** A string that satisfies `test`. */
export const string =
  (expected: string, test: (text: string) => boolean = () => true): Check =>
  (node, pointer, faults) => {
    if (node.type !== 'string') wrongType(faults, pointer, expected, node);
    else if (!test(node.value)) faults.add(pointer, 'FIELD_FORMAT', `${expected} is expected here`);
  };

export const uri: Check = string('an absolute URI', isUri);
export const dateTime: Check = string('a date-time with a zone (RFC 3339)', (text) => parseDateTime(text) !== null);

export const number: Check = (node, pointer, faults) => {
  if (node.type !== 'number') wrongType(faults, pointer, 'a number', node);
};

export const boolean: Check = (node, pointer, faults) => {
  if (node.type !== 'boolean') wrongType(faults, pointer, 'true or false', node);
};

/** A word of a closed list or, where `isOther` allows it, a URI of one's own. */
export const word =
  (what: string, isKnown: (text: string) => boolean, isOther: (text: string) => boolean): Check =>
  (node, pointer, faults) => {
    if (node.type !== 'string') wrongType(faults, pointer, what, node);
    else if (!isKnown(node.value) && !(isUri(node.value) && isOther(node.value))) {
      faults.add(pointer, 'FIELD_VALUE', `"${node.value}" is not ${what}; use a bare CBV word or a URI of your own`);
    } else if (node.value.length > WORD_LIMIT) {
      faults.add(pointer, 'FIELD_FORMAT', `a word of one's own has at most ${WORD_LIMIT} characters`);
    }
  };

export interface ListRule {
  readonly min?: number;
  readonly max?: number;
  readonly unique?: boolean;
}

export const list =
  (item: Check, rule: ListRule = {}): Check =>
  (node, pointer, faults) => {
    if (node.type !== 'array') {
      wrongType(faults, pointer, 'an array', node);
      return;
    }
    if (node.items.length < (rule.min ?? 0)) {
      faults.add(pointer, 'LIST_LENGTH', `at least ${rule.min} element(s) are expected here`);
    }
    if (node.items.length > (rule.max ?? Infinity)) {
      faults.add(pointer, 'LIST_LENGTH', `at most ${rule.max} elements are allowed here`);
    }
    const seen = rule.unique === true && node.items.length > 1 ? new Set<string>() : null;
    for (let i = 0; i < node.items.length && !faults.full; i++) {
      const element = node.items[i] as JsonNode;
      item(element, faults.below(pointer, i), faults);
      if (seen === null || element.type !== 'string') continue;
      if (seen.has(element.value)) faults.add(faults.below(pointer, i), 'LIST_DUPLICATE', `${element.value} occurs twice`);
      seen.add(element.value);
    }
  };

export interface ObjectRule {
  readonly required?: readonly string[];
  readonly fields: Readonly<Record<string, Check>>;
  /** Names beyond `fields`: "extension" allows URIs and prefix:name, "any" allows all, "none" allows nothing. */
  readonly others: 'extension' | 'any' | 'none';
  /** What the object is, for messages. */
  readonly what: string;
}

export const object = (rule: ObjectRule): Check => {
  const { required = [] } = rule;
  const checks = new Map(Object.entries(rule.fields));
  return (node, pointer, faults) => {
    if (node.type !== 'object') {
      wrongType(faults, pointer, rule.what, node);
      return;
    }
    for (const name of required) {
      if (!node.members.has(name)) faults.add(faults.below(pointer, name), 'FIELD_MISSING', `${rule.what} needs ${name}`);
    }
    node.members.forEach((value, name) => {
      if (faults.full) return;
      const check = checks.get(name);
      if (check !== undefined) check(value, faults.below(pointer, name), faults);
      else if (rule.others === 'none' || (rule.others === 'extension' && !isUri(name))) {
        faults.add(faults.below(pointer, name), 'FIELD_UNKNOWN', unknownField(rule, name));
      }
    });
  };
};

function unknownField(rule: ObjectRule, name: string): string {
  const hint = rule.others === 'none' ? '' : '; an extension needs a namespace (prefix:name or a URI)';
  return `${rule.what} has no field "${name}"${hint}`;
}

/** Both checks, in order. */
export const both =
  (first: Check, second: Check): Check =>
  (node, pointer, faults) => {
    first(node, pointer, faults);
    second(node, pointer, faults);
  };

/** A further rule over the fields of an object that passed or failed its own checks. */
export const rule =
  (test: (event: JsonObject, pointer: string, faults: Faults) => void): Check =>
  (node, pointer, faults) => {
    if (node.type === 'object') test(node, pointer, faults);
  };
