import { cellValue, ExactNumber } from './cellValue.js';
import { isObject, placeholders, replaced, type Json, type Mapping } from './mapping.js';
import { RowFault } from './rowFault.js';

/** JSON with numbers that keep their digits. */
export type ExactJson =
  | null
  | boolean
  | number
  | string
  | ExactNumber
  | readonly ExactJson[]
  | { readonly [name: string]: ExactJson };
export type EventObject = { readonly [name: string]: ExactJson };

export type Row = ReadonlyMap<string, string>;

/** What became of a part of the mapping: `asked` a column was named in it, `filled` one of them had a value. */
interface Filled {
  readonly value: ExactJson | undefined;
  readonly asked: boolean;
  readonly filled: boolean;
}

/** The event of one row. Throws RowFault. */
export function rowEvent(row: Row, mapping: Mapping): EventObject {
  const { value } = fill(mapping.event, row, mapping);
  if (!isObject(value)) throw new RowFault('all columns of the mapping are empty');
  const event = value as EventObject;
  if (Object.hasOwn(event, 'eventTimeZoneOffset')) return event;
  const time = event['eventTime'];
  const own = typeof time === 'string' ? /[+-]\d\d:\d\d$/.exec(time)?.[0] : undefined;
  return { ...event, eventTimeZoneOffset: own ?? (mapping.timeZoneOffset === '' ? '+00:00' : mapping.timeZoneOffset) };
}

/** Rows of one group as one event: lists are joined, everything else must agree. Throws RowFault. */
export function mergedEvent(events: readonly EventObject[]): EventObject {
  const merged = new Map<string, ExactJson>();
  for (const event of events) {
    for (const [name, value] of Object.entries(event)) {
      const before = merged.get(name);
      if (before === undefined) merged.set(name, value);
      else if (Array.isArray(before) && Array.isArray(value)) merged.set(name, joined(before, value));
      else if (exactJson(before) !== exactJson(value)) throw new RowFault(`the rows of this event disagree on ${name}`);
    }
  }
  return Object.fromEntries(merged);
}

function joined(before: readonly ExactJson[], more: readonly ExactJson[]): readonly ExactJson[] {
  const known = new Set(before.map(exactJson));
  return [...before, ...more.filter((one) => !known.has(exactJson(one)))];
}

function fill(node: Json, row: Row, mapping: Mapping): Filled {
  if (typeof node === 'string') return fillText(node, row);
  if (typeof node !== 'object' || node === null) return { value: node, asked: false, filled: false };
  if (Array.isArray(node)) return fillList(node as readonly Json[], row, mapping);
  const object = node as { readonly [name: string]: Json };
  if (typeof object['$column'] === 'string') {
    const value = cellValue(object, cellOf(row, object['$column']), mapping);
    return { value, asked: true, filled: value !== undefined };
  }
  const members = Object.entries(object).map(([name, one]) => [name, fill(one, row, mapping)] as const);
  const asked = members.some(([, one]) => one.asked);
  const filled = members.some(([, one]) => one.filled);
  // An entry of which all columns are empty is not there, whatever constants stand beside them.
  if (asked && !filled) return { value: undefined, asked, filled };
  const kept = members.flatMap(([name, { value }]) => (value === undefined ? [] : [[name, value] as const]));
  return { value: Object.fromEntries(kept), asked, filled };
}

function fillList(list: readonly Json[], row: Row, mapping: Mapping): Filled {
  const entries = list.map((one) => fill(one, row, mapping));
  const values = entries.flatMap(({ value }) => (value === undefined ? [] : [value]));
  const asked = entries.some((one) => one.asked);
  const filled = entries.some((one) => one.filled);
  return { value: asked && values.length === 0 ? undefined : values, asked, filled };
}

function fillText(text: string, row: Row): Filled {
  const columns = placeholders(text);
  if (columns.length === 0) return { value: replaced(text, () => ''), asked: false, filled: false };
  const empty = columns.filter((column) => cellOf(row, column) === '');
  if (empty.length === columns.length) return { value: undefined, asked: true, filled: false };
  if (empty.length > 0) throw new RowFault(`column ${empty[0] ?? ''} is empty, and "${text}" needs it`);
  const isUri = /^[A-Za-z][A-Za-z0-9+.-]*:/.test(text);
  const value = replaced(text, (column) => (isUri ? escaped(cellOf(row, column)) : cellOf(row, column)));
  return { value, asked: true, filled: true };
}

function cellOf(row: Row, column: string): string {
  return row.get(column)?.trim() ?? '';
}

const escaped = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);

/** JSON text of a value. */
export function exactJson(value: ExactJson): string {
  if (value instanceof ExactNumber) return value.text;
  if (Array.isArray(value)) return `[${(value as readonly ExactJson[]).map(exactJson).join(',')}]`;
  if (typeof value === 'object' && value !== null) {
    const members = Object.entries(value as EventObject);
    return `{${members.map(([name, one]) => `${JSON.stringify(name)}:${exactJson(one)}`).join(',')}}`;
  }
  return JSON.stringify(value);
}
