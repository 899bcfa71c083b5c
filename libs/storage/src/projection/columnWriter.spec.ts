import { boolArray, byteaArray, int4Array, int8Array, textArray, uuidArray } from '../ledgerStore/binaryArray.js';
import { ColumnWriter, ELEMENT } from './columnWriter.js';
import { hashText } from './statement.js';

const writer = new ColumnWriter();

function column<T>(element: number, values: readonly T[], put: (value: T) => void): Buffer {
  writer.begin();
  for (const value of values) put(value);
  return writer.end(element);
}

const texts = ['', 'urn:x', 'Kaffee aus Österreich', '漢字😀', 'a'.repeat(79), 'b'.repeat(81), 'é'.repeat(500), null, 'z'];
const bytes = [new Uint8Array(0), Uint8Array.of(1, 2, 255), new Uint8Array(700).fill(7), null];
const hashes = [hashText('a'), null, hashText('b')];
const integers = [0, -1, 1, 255, 65_536, 2 ** 31 - 1, -(2 ** 31), null];
const safe = [0, -1, 1, 2 ** 32, 2 ** 32 - 1, -(2 ** 32), -(2 ** 40) - 5, Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER];

describe('a column written element by element', () => {
  it.each([
    ['text', column(ELEMENT.text, texts, (value) => writer.text(value)), textArray(texts)],
    ['bytes', column(ELEMENT.bytea, bytes, (value) => writer.bytes(value)), byteaArray(bytes)],
    ['hashes', column(ELEMENT.uuid, hashes, (value) => writer.bytes(value)), uuidArray(hashes)],
    ['integers', column(ELEMENT.integer, integers, (value) => writer.integer(value)), int4Array(integers)],
    ['safe integers', column(ELEMENT.bigint, safe, (value) => writer.bigint(value)), int8Array(safe)],
    ['truth values', column(ELEMENT.boolean, [true, false], (value) => writer.boolean(value)), boolArray([true, false])],
    ['no text at all', column(ELEMENT.text, [], () => undefined), textArray([])]
  ])('has the bytes of the array made of a list of values: %s', (_, written, listed) => {
    expect(written.toString('hex')).toBe(listed.toString('hex'));
  });

  it('has no U+0000, which the database cannot hold', () => {
    const written = column(ELEMENT.text, ['a\0b'], (value) => writer.text(value));
    expect(written.toString('hex')).toBe(textArray(['a\ufffdb']).toString('hex'));
  });

  it('keeps what was written when its memory grows, and when the next column is written', () => {
    const many = Array.from({ length: 20_000 }, (_, i) => `text ${i}`);
    const written = column(ELEMENT.text, many, (value) => writer.text(value));
    column(ELEMENT.text, ['other'], (value) => writer.text(value));
    expect(written.equals(textArray(many))).toBe(true);
  });
});
