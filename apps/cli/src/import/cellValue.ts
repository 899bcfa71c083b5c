import { scanUri } from '@lading/provenance';
import { RowFault } from './rowFault.js';
import type { Json, Mapping } from './mapping.js';

/** A number as its decimal text: a quantity keeps every digit that the table gave. */
export class ExactNumber {
  constructor(readonly text: string) {}
}

export type CellValue = string | ExactNumber;
type Spec = { readonly [name: string]: Json };

const KINDS = ['text', 'number', 'time', 'scan'] as const;
const MEMBERS = ['$column', '$as', '$values', '$default', '$format'];
const TOKENS: Readonly<Record<string, string>> = {
  YYYY: '(?<year>\\d{4})',
  MM: '(?<month>\\d{1,2})',
  DD: '(?<day>\\d{1,2})',
  HH: '(?<hour>\\d{1,2})',
  mm: '(?<minute>\\d{2})',
  ss: '(?<second>\\d{2})'
};
const ISO = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d)(:\d\d(?:[.,]\d{1,9})?)?)?(Z|[+-]\d\d:?\d\d)?$/;

/** The value of `{"$column": …}` in a row; undefined when the cell is empty and there is no default. */
export function cellValue(spec: Spec, cell: string, mapping: Mapping): CellValue | undefined {
  const unknown = Object.keys(spec).find((name) => !MEMBERS.includes(name));
  if (unknown !== undefined) throw new RowFault(`the mapping's ${unknown} is none of ${MEMBERS.join(', ')}`);
  const { $as = 'text', $values, $default, $format } = spec;
  const given = cell === '' && typeof $default === 'string' ? $default : cell;
  if (given === '') return undefined;
  const text = translated(given, $values, String(spec['$column']));
  switch ($as) {
    case 'text':
      return text;
    case 'number':
      return exactNumber(text, mapping);
    case 'time':
      return instant(text, typeof $format === 'string' ? $format : null, mapping.timeZoneOffset);
    case 'scan':
      return scanned(text);
    default:
      throw new RowFault(`the mapping's $as is none of ${KINDS.join(', ')}`);
  }
}

function translated(cell: string, values: Json | undefined, column: string): string {
  if (values === undefined) return cell;
  const known = typeof values === 'object' && values !== null && Object.hasOwn(values, cell);
  const value: unknown = known ? (values as Record<string, Json>)[cell] : undefined;
  if (typeof value !== 'string') throw new RowFault(`column ${column}: the mapping's $values have no "${cell}"`);
  return value;
}

function exactNumber(cell: string, { decimal }: Mapping): ExactNumber {
  const text = decimal === ',' ? cell.replace(',', '.') : cell;
  if (!/^-?(0|[1-9]\d*)(\.\d+)?$/.test(text)) throw new RowFault(`"${cell}" is no number with the decimal sign ${decimal}`);
  return new ExactNumber(text);
}

function scanned(cell: string): string {
  const uri = scanUri(cell);
  if (!uri.ok) throw new RowFault(`"${cell}" is no GS1 code: ${uri.detail}`);
  return uri.value;
}

/** RFC 3339 with the offset that the cell has, else the mapping's. */
function instant(cell: string, format: string | null, offset: string): string {
  const parts = format === null ? ISO.exec(cell)?.slice(1) : formatted(cell, format);
  if (parts === undefined) throw new RowFault(`"${cell}" is no time ${format === null ? 'of ISO 8601' : `of the form ${format}`}`);
  const [date, minutes = '00:00', seconds = ':00', own = offset] = parts;
  if (own === '') throw new RowFault(`"${cell}" has no offset, and the mapping no timeZoneOffset`);
  const zone = own === 'Z' || own.includes(':') ? own : `${own.slice(0, 3)}:${own.slice(3)}`;
  const text = `${date}T${minutes}${seconds.replace(',', '.')}${zone}`;
  if (Number.isNaN(Date.parse(text))) throw new RowFault(`"${cell}" is no time that exists`);
  return text;
}

function formatted(cell: string, format: string): readonly (string | undefined)[] | undefined {
  const pattern = format.replace(/YYYY|MM|DD|HH|mm|ss|[^A-Za-z0-9]/g, (token) => TOKENS[token] ?? `\\${token}`);
  const found = new RegExp(`^${pattern}$`).exec(cell)?.groups;
  if (found === undefined) return undefined;
  const two = (name: string): string => (found[name] ?? '00').padStart(2, '0');
  return [`${found['year'] ?? ''}-${two('month')}-${two('day')}`, `${two('hour')}:${two('minute')}`, `:${two('second')}`];
}
