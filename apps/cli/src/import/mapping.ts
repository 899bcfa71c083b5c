import { readFileSync } from 'node:fs';
import { CliFailure } from '../failure.js';

export type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json };

/** How the rows of a table become events (docs/members/import.md). */
export interface Mapping {
  /** An EPCIS event in which texts and values name columns. */
  readonly event: { readonly [name: string]: Json };
  /** Consecutive rows with the same values here are one event; none: every row is one. */
  readonly groupBy: readonly string[];
  readonly delimiter: string;
  readonly decimal: '.' | ',';
  /** Of times without an offset of their own; '' when there is none. */
  readonly timeZoneOffset: string;
  /** Entries of @context beside the standard's: prefixes of one's own fields. */
  readonly context: readonly Json[];
}

export const MAPPING_TYPE = 'lading.import/1';
const MEMBERS = ['type', 'event', 'groupBy', 'delimiter', 'decimal', 'timeZoneOffset', 'context'];

export function readMapping(path: string): Mapping {
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw invalid(path, `it is not JSON: ${error.message}`);
  }
  return checkMapping(value, path);
}

/** The mapping, or a CliFailure that names the member at fault. */
export function checkMapping(value: unknown, path: string): Mapping {
  if (!isObject(value)) throw invalid(path, 'it is not an object');
  const unknown = Object.keys(value).find((name) => !MEMBERS.includes(name));
  if (unknown !== undefined) throw invalid(path, `it has no member "${unknown}"; known: ${MEMBERS.join(', ')}`);
  const { type, event, groupBy = [], delimiter = ',', decimal = '.', timeZoneOffset = '', context = [] } = value;
  if (type !== MAPPING_TYPE) throw invalid(path, `its type is not "${MAPPING_TYPE}"`);
  if (!isObject(event) || Array.isArray(event)) throw invalid(path, '"event" is the event to make of a row');
  if (!isTexts(groupBy)) throw invalid(path, '"groupBy" is a list of columns');
  if (typeof delimiter !== 'string' || delimiter.length !== 1) throw invalid(path, '"delimiter" is one character');
  if (decimal !== '.' && decimal !== ',') throw invalid(path, '"decimal" is "." or ","');
  if (typeof timeZoneOffset !== 'string' || !/^([+-]\d\d:\d\d)?$/.test(timeZoneOffset)) {
    throw invalid(path, '"timeZoneOffset" is like "+02:00"');
  }
  if (!Array.isArray(context)) throw invalid(path, '"context" is a list');
  return { event: event as Mapping['event'], groupBy, delimiter, decimal, timeZoneOffset, context: context as Json[] };
}

/** Columns that the mapping names anywhere. */
export function columnsOf(mapping: Mapping): ReadonlySet<string> {
  const columns = new Set(mapping.groupBy);
  const visit = (node: Json): void => {
    if (typeof node === 'string') for (const column of placeholders(node)) columns.add(column);
    else if (Array.isArray(node)) node.forEach(visit);
    else if (isObject(node)) {
      const { $column } = node;
      if (typeof $column === 'string') columns.add($column);
      else Object.values(node as Record<string, Json>).forEach(visit);
    }
  };
  visit(mapping.event);
  return columns;
}

const PLACEHOLDER = /\{\{|\}\}|\{([^{}]+)\}/g;

export const placeholders = (text: string): readonly string[] =>
  [...text.matchAll(PLACEHOLDER)].flatMap(([, column]) => (column === undefined ? [] : [column]));

/** The text with its columns replaced; `{{` and `}}` are braces. */
export const replaced = (text: string, valueOf: (column: string) => string): string =>
  text.replace(PLACEHOLDER, (found, column: string | undefined) =>
    column === undefined ? found.charAt(0) : valueOf(column)
  );

export const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null;

const isTexts = (value: unknown): value is string[] =>
  Array.isArray(value) && value.every((one) => typeof one === 'string');

function invalid(path: string, why: string): CliFailure {
  return new CliFailure({
    code: 'MAPPING_INVALID',
    what: `The mapping ${path} cannot be used`,
    why,
    next: 'read docs/members/import.md, and try it with --preview'
  });
}
