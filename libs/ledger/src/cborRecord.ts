import type { Hash, Height, Result } from '@lading/kernel';
import { ok, reject } from '@lading/kernel';
import { CborFields, MAX_SIGNER, MAX_U32 } from './cborFields.js';
import { encodeCbor, type CborValue } from './codec/encodeCbor.js';

/** Reads one element of an array, with its type and range. */
export type Column<T> = (fields: CborFields, name: string) => T;

/** The elements of an array in their order: one table serves the writer, the reader and the type. */
export type Table = Readonly<Record<string, Column<CborValue>>>;
export type RecordOf<T extends Table> = { readonly [N in keyof T]: ReturnType<T[N]> };

const uint = (fields: CborFields, name: string): number => fields.uint(name);

/** What the formats of spec/ledger.md are made of. */
export const COLUMN = {
  uint,
  u32: (fields: CborFields, name: string): number => fields.uint(name, MAX_U32),
  /** Index of an organization in its epoch's config. */
  signer: (fields: CborFields, name: string): number => fields.uint(name, MAX_SIGNER),
  height: uint as Column<Height>,
  hash: (fields: CborFields, name: string): Hash => fields.hash(name),
  bool: (fields: CborFields, name: string): boolean => fields.bool(name),
  upTo: (max: number): Column<number> => (fields, name) => fields.uint(name, max),
  bytes: (size: number): Column<Uint8Array> => (fields, name) => fields.bytes(name, size),
  text: (max: number): Column<string> => (fields, name) => fields.text(name, max),
  list:
    <T>(max: number, column: Column<T>): Column<readonly T[]> =>
    (fields, name) =>
      fields.list(name, max, (list) => column(list, 'item'))
} as const;

export const widthOf = (table: Table): number => Object.keys(table).length;

export function readRecord<T extends Table>(fields: CborFields, table: T): RecordOf<T> {
  return Object.fromEntries(Object.entries(table).map(([name, column]) => [name, column(fields, name)])) as RecordOf<T>;
}

/** The array that stands for a record. */
export function elementsOf<T extends Table>(table: T, record: RecordOf<T>): readonly CborValue[] {
  return Object.keys(table).map((name) => record[name] as CborValue);
}

/** What a format that begins with its tag is called, and how it is refused. */
export interface Format<T extends Table, C extends string> {
  readonly tag: string;
  readonly what: string;
  readonly fault: C;
  readonly table: T;
}

export function encodeFormat<T extends Table>(format: Format<T, string>, record: RecordOf<T>): Uint8Array {
  return encodeCbor([format.tag, ...elementsOf(format.table, record)]);
}

export function decodeFormat<T extends Table, C extends string>(
  { tag, what, fault, table }: Format<T, C>,
  bytes: Uint8Array
): Result<RecordOf<T>, C> {
  const fields = CborFields.decode(bytes, 1 + widthOf(table), what);
  fields.tag(tag);
  const record = readRecord(fields, table);
  return fields.fault === null ? ok(record) : reject(fault, fields.fault);
}
