import { decodeProof, encodeProof, formatOfProof, PROOF_COMMAS, readShape, toJson } from './shape.js';
import { encodeProofPieces } from './proofPieces.js';

const SHAPE = {
  name: 'text',
  data: 'bytes',
  digest: 'hash',
  count: 'uint',
  open: 'bool',
  path: ['hash'],
  inner: { numbers: ['uint'] },
  rows: [{ key: 'text', tags: 'someTexts' }]
} as const;
const FORMAT = 'lading/example/1';
const hash = (fill: number) => new Uint8Array(32).fill(fill) as never;
const value = {
  name: 'Kaffee "Ä" 𝄞 \u0001',
  data: Uint8Array.of(251, 255),
  digest: hash(7),
  count: 0,
  open: false,
  path: [hash(1), hash(2)],
  inner: { numbers: [1, Number.MAX_SAFE_INTEGER] },
  rows: [{ key: '', tags: ['a'] }, { key: '__proto__', tags: [] }]
};
const text = encodeProof(FORMAT, SHAPE, value);
const read = (changed: string): unknown => decodeProof(changed, FORMAT, SHAPE);
const change = (from: string | RegExp, to: string): string => {
  const changed = text.replace(from, to);
  expect(changed).not.toBe(text);
  return changed;
};

describe('a file in one form', () => {
  it('round-trips, as text, as bytes and written in pieces', () => {
    expect(read(text)).toEqual({ ok: true, value: { format: FORMAT, ...value } });
    expect(decodeProof(Buffer.from(text), FORMAT, SHAPE)).toEqual(read(text));
    expect([...encodeProofPieces(FORMAT, SHAPE, value)].join('')).toBe(text);
    expect(formatOfProof(text)).toBe(FORMAT);
    expect(JSON.stringify(toJson({ tags: 'someTexts' }, { tags: [] }))).toBe('{}');
  });

  it.each<[string, () => string, string]>([
    ['bytes as a number', () => change('"data":"-_8"', '"data":7'), '/data'],
    ['bytes with padding', () => change('"data":"-_8"', '"data":"-_8="'), '/data'],
    ['bytes with bits beyond the end', () => change('"data":"-_8"', '"data":"-_9"'), '/data'],
    ['a hash of 33 bytes', () => change(/"digest":"[^"]*"/, `"digest":"${'A'.repeat(44)}"`), '/digest'],
    ['a short hash in a list', () => change(/"path":\["[^"]*"/, '"path":["AAAA"'), '/path/0'],
    ['a negative number', () => change('"count":0', '"count":-1'), '/count'],
    ['a fraction', () => change('"count":0', '"count":0.5'), '/count'],
    ['a number above 2^53 − 1', () => change('9007199254740991', '9007199254740992'), '/inner/numbers/1'],
    ['a number beyond all', () => change('"count":0', '"count":1e999'), '/count'],
    ['a number as text', () => change('"count":0', '"count":"0"'), '/count'],
    ['null', () => change('"open":false', '"open":null'), '/open'],
    ['an object for a list', () => change(/"path":\[[^\]]*\]/, '"path":{}'), '/path'],
    ['a list for an object', () => change(/"inner":\{[^}]*\}/, '"inner":[]'), '/inner'],
    ['null for an object', () => change(/"inner":\{[^}]*\}/, '"inner":null'), '/inner'],
    ['a number in a list of texts', () => change('"tags":["a"]', '"tags":[1]'), '/rows/0/tags'],
    ['a missing member', () => change(',"count":0', ''), '/count'],
    ['an unknown member', () => change('"count":0', '"count":0,"more":1'), ''],
    ['an unknown member inside', () => change('{"key":""', '{"more":1,"key":""'), '/rows/0'],
    ['a member __proto__', () => change('{"key":""', '{"__proto__":{"key":"x"},"key":""'), '/rows/0'],
    ['a lone surrogate', () => change('"key":""', '"key":"\\ud800"'), '/rows/0/key'],
    ['a lone surrogate in a list', () => change('"tags":["a"]', '"tags":["\\udc00"]'), '/rows/0/tags'],
    ['another format', () => change(FORMAT, 'example'), '/format'],
    ['text after it', () => `${text}{}`, ''],
    ['a byte-order mark', () => `\ufeff${text}`, ''],
    ['nothing', () => '', ''],
    ['a list', () => '[]', ''],
    ['brackets without an end', () => '['.repeat(1_000_000), '']
  ])('with %s is not of the shape, and the place is told', (_, changed, pointer) => {
    expect(read(changed())).toMatchObject({ ok: false, code: 'PROOF_MALFORMED', pointer });
  });

  it.each<[string, () => string]>([
    ['white space', () => change(',"count"', ', "count"')],
    ['white space at the end', () => `${text}\n`],
    ['members in another order', () => change('"count":0,"open":false', '"open":false,"count":0')],
    ['a member twice', () => change('"count":0', '"count":1,"count":0')],
    ['the same member twice', () => change('"count":0', '"count":0,"count":0')],
    ['an escape that is not needed', () => change('Kaffee', '\\u004baffee')],
    ['a slash with an escape', () => change('lading/example', 'lading\\/example')],
    ['a character as an escape', () => change('Ä', '\\u00c4')],
    ['another spelling of a name', () => change('"count"', '"c\\u006funt"')],
    ['minus zero', () => change('"count":0', '"count":-0')],
    ['a number with a fraction of nothing', () => change('"count":0', '"count":0.0')],
    ['a number with an exponent', () => change('"numbers":[1,', '"numbers":[1e0,')],
    ['an empty list that is left out', () => change('"key":"__proto__"', '"key":"__proto__","tags":[]')]
  ])('with %s says the same in another form, so it is refused', (_, changed) => {
    expect(read(changed())).toMatchObject({ ok: false, code: 'PROOF_NOT_ONE_FORM' });
  });

  it('of another format is not judged, and what is no UTF-8 is no text', () => {
    expect(read(change(FORMAT, 'lading/example/2'))).toMatchObject({ code: 'PROOF_UNSUPPORTED', pointer: '/format' });
    const bytes = Uint8Array.from(Buffer.from(text));
    bytes[text.indexOf('Kaffee')] = 0xff;
    expect(decodeProof(bytes, FORMAT, SHAPE)).toMatchObject({ code: 'PROOF_MALFORMED' });
  });

  it('has no more commas, brackets and braces than a limit: each value costs memory', () => {
    for (const [mark, many] of [[',', '0,'], ['[', '['], ['{', '{"a":']] as const) {
      const over = read(many.repeat(PROOF_COMMAS + 1));
      expect([mark, over]).toEqual([mark, expect.objectContaining({ code: 'PROOF_TOO_LARGE' })]);
    }
    expect(read('['.repeat(PROOF_COMMAS))).toMatchObject({ code: 'PROOF_MALFORMED' });
  });

  it('reads what it is asked for and nothing that every object has', () => {
    expect(readShape({ toString: 'text' } as const, '{}')).toMatchObject({ ok: false, pointer: '/toString' });
    expect(readShape({ constructor: 'text' } as const, '{"constructor":"x"}')).toEqual({ ok: true, value: { constructor: 'x' } });
  });
});
