import { parseDateTime } from '@lading/provenance';
import type { EventFilter, FieldCondition, ItemMatch } from '@lading/storage';
import { invalid } from './given.js';

/** A filter while its parameters are read. */
export type Draft = { -readonly [K in keyof EventFilter]: EventFilter[K] } & {
  matches: ItemMatch[];
  fields: FieldCondition[];
};

export type Reader = (draft: Draft, values: readonly string[], name: string) => void;

export function only(values: readonly string[], name: string): string {
  const [value, ...more] = values;
  if (value === undefined || more.length > 0) throw invalid(name, 'it takes one value');
  return value;
}

export function time(values: readonly string[], name: string): number {
  const ms = parseDateTime(only(values, name));
  if (ms === null) throw invalid(name, 'use a date and time with offset, as 2026-11-02T10:00:00Z');
  return ms;
}

export function each(values: readonly string[], read: (value: string) => string | null, name: string): readonly string[] {
  return values.map((value) => {
    const found = read(value);
    if (found === null) throw invalid(name, `${value} is not a value that it takes`);
    return found;
  });
}

export function truth(values: readonly string[], name: string): boolean {
  const text = values.length === 0 ? 'true' : only(values, name);
  if (text === 'true' || text === '1') return true;
  if (text === 'false' || text === '0') return false;
  throw invalid(name, 'use true or false');
}

/** Both must hold: values of two parameters for one column. */
export const common = (first: readonly string[] | undefined, second: readonly string[]): readonly string[] =>
  first === undefined ? second : first.filter((value) => second.includes(value));

export const OPERATORS = { GT: '>', GE: '>=', LT: '<', LE: '<=' } as const;
export type Comparison = keyof typeof OPERATORS;
