import { CborFields } from './cborFields.js';
import { encodeCbor, type CborValue } from './codec/encodeCbor.js';
import { JsonFields } from './jsonFields.js';

const json = (text: string, names: readonly string[] = ['a']): JsonFields => JsonFields.scan(Buffer.from(text), names);

describe('CborFields', () => {
  const open = (value: CborValue, length = 1): CborFields => CborFields.decode(encodeCbor(value), length, 'thing');

  it('keeps the first fault and gives harmless values after it', () => {
    const fields = open(['x', 'y'], 2);
    expect([fields.uint('first'), fields.hash('second').length, fields.text('third', 9)]).toEqual([0, 32, '']);
    expect(fields.fault).toMatch(/^thing\.first is not an integer/);
  });

  it.each<[string, CborValue, (fields: CborFields) => unknown]>([
    ['an integer over its limit', [5], (fields) => fields.uint('n', 4)],
    ['a byte string of another size', [new Uint8Array(3)], (fields) => fields.bytes('b', 4)],
    ['a byte string over its limit', [new Uint8Array(3)], (fields) => fields.bytesUpTo('b', 2)],
    ['a short hash', [new Uint8Array(31)], (fields) => fields.hash('h')],
    ['a long text', ['abc'], (fields) => fields.text('t', 2)],
    ['a number for a boolean', [1], (fields) => fields.bool('b')],
    ['another tag', ['x/2'], (fields) => fields.tag('x/1')],
    ['a longer list', [[1, 2]], (fields) => fields.list('l', 1, (list) => list.uint('n'))],
    ['a list that is none', [1], (fields) => fields.list('l', 1, (list) => list.uint('n'))],
    ['a fault inside a list', [[1, 'x']], (fields) => fields.list('l', 2, (list) => list.uint('n'))],
    ['a fault in a nested array', [['x']], (fields) => fields.nested('n', 1).uint('u')],
    ['a nested array of another length', [[1, 2]], (fields) => fields.nested('n', 1)],
    ['a missing item', [], (fields) => fields.bool('b')]
  ])('refuses %s', (_, value, read) => {
    const fields = open(value, (value as readonly CborValue[]).length);
    expect(fields.fault).toBeNull();
    read(fields);
    expect(fields.fault).not.toBeNull();
  });

  it('refuses bytes that are no array of that length', () => {
    expect(open([1, 2]).fault).toContain('is not an array of 1');
    expect(open('x').fault).toContain('is not an array of 1');
    expect(CborFields.decode(Uint8Array.of(0x81), 1, 'thing').fault).toContain('CBOR_TRUNCATED');
  });
});

describe('JsonFields', () => {
  it('wants exactly the members, and escapes foreign names in the pointer', () => {
    expect(json('{"a":1}').fault).toBeNull();
    expect(json('{}').fault?.pointer).toBe('/a');
    expect(json('{"a":1,"b/~":2}').fault?.pointer).toBe('/b~1~0');
    expect(json('[1]').fault).toEqual({ detail: 'is not an object', pointer: '' });
    expect(json('{"a":1,"a":1}').fault?.detail).toContain('JSON_DUPLICATE_KEY');
  });

  it.each<[string, string, (fields: JsonFields) => unknown, string]>([
    ['a number for text', '{"a":1}', (fields) => fields.text('a', 9), '/a'],
    ['text longer in bytes than in characters', '{"a":"éé"}', (fields) => fields.text('a', 3), '/a'],
    ['text that does not match', '{"a":"x"}', (fields) => fields.text('a', 9, /^y$/), '/a'],
    ['an escape in plain text', '{"a":"\\u0041"}', (fields) => fields.plain('a', 9), '/a'],
    ['a control-free but foreign character', '{"a":"é"}', (fields) => fields.plain('a', 9), '/a'],
    ['a fraction', '{"a":1.0}', (fields) => fields.uint('a'), '/a'],
    ['an exponent', '{"a":1e1}', (fields) => fields.uint('a'), '/a'],
    ['a number over its limit', '{"a":5}', (fields) => fields.uint('a', 4), '/a'],
    ['a text for a boolean', '{"a":"true"}', (fields) => fields.bool('a'), '/a'],
    ['base64url of another size', '{"a":"AAAA"}', (fields) => fields.bytes('a', 2), '/a'],
    ['base64url over its limit', '{"a":"AAAA"}', (fields) => fields.bytesUpTo('a', 2), '/a'],
    ['padded base64url', '{"a":"AA=="}', (fields) => fields.bytesUpTo('a', 2), '/a'],
    ['a hash that is short', '{"a":["AAAA"]}', (fields) => fields.hashList('a', 2), '/a/0'],
    ['a list over its limit', '{"a":[1,2]}', (fields) => fields.items('a', 1), '/a'],
    ['a foreign entry', '{"a":["x",1]}', (fields) => fields.plainList('a', 2, /^x$/), '/a/1'],
    ['a member inside', '{"a":{"b":1}}', (fields) => fields.object('a', ['b']).bool('b'), '/a/b'],
    ['a member inside a list', '{"a":[{"b":1},{}]}', (fields) => fields.objects('a', 2, ['b']), '/a/1/b'],
    ['no object where one is due', '{"a":1}', (fields) => fields.object('a', ['b']), '/a']
  ])('refuses %s and says where', (_, text, read, pointer) => {
    const fields = json(text);
    expect(fields.fault).toBeNull();
    read(fields);
    expect(fields.fault?.pointer).toBe(pointer);
  });
});
