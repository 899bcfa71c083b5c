import { encodeUtf8 } from '@lading/kernel';
import { formatQuantity, parseQuantity } from './decimal.js';
import { toPlainJson } from './node.js';
import { scanJson, type ScanOptions } from './scanJson.js';

const bytes = (text: string): Uint8Array => encodeUtf8(text) as Uint8Array;
const scan = (text: string, options?: ScanOptions) => scanJson(bytes(text), options);
const plain = (text: string): unknown => {
  const result = scan(text);
  return result.ok ? toPlainJson(result.value) : `${result.code} ${result.pointer}@${result.offset}`;
};

describe('the scanner', () => {
  it('reads what JSON.parse reads', () => {
    const texts = [
      '{"a":[1,2.5,-3e2,{"b":null}],"c":"x\\n\\u00e9\\ud83d\\ude00é😀","d":true,"e":false,"f":{},"g":[]}',
      ' \t\r\n[ 1 , [ ] , { } ] \n',
      '"\\"\\\\\\/\\b\\f\\n\\r\\t"',
      '0',
      'null'
    ];
    for (const text of texts) expect(JSON.stringify(plain(text))).toBe(JSON.stringify(JSON.parse(text)));
  });

  it('gives objects without a prototype, so that no key can reach one', () => {
    expect(Object.getPrototypeOf(plain('{}'))).toBeNull();
  });

  it('keeps the bytes of every element, from its first to its last', () => {
    const text = ' { "é" : [ {"x":1} , 10 ] , "s":"\\n" } ';
    const result = scan(text);
    if (!result.ok || result.value.type !== 'object') throw new Error('refused');
    const slice = (node: { start: number; end: number }): string =>
      Buffer.from(bytes(text).subarray(node.start, node.end)).toString();
    const list = result.value.members.get('é');
    if (list?.type !== 'array') throw new Error('not a list');
    expect(slice(result.value)).toBe('{ "é" : [ {"x":1} , 10 ] , "s":"\\n" }');
    expect(list.items.map(slice)).toEqual(['{"x":1}', '10']);
    expect(result.value.members.get('s')).toMatchObject({ type: 'string', escaped: true, value: '\n' });
    expect(list.items[1]).toMatchObject({ type: 'number', lexeme: '10' });
  });

  it('says what is wrong and where, as a JSON pointer and a byte offset', () => {
    expect(plain('{"a":[0,{"b/c~":tru}]}')).toBe('JSON_SYNTAX /a/1/b~1c~0@16');
    expect(plain('{"a":1,"b":{"a":1,"\\u0061":2}}')).toBe('JSON_DUPLICATE_KEY /b/a@18');
    expect(plain('[{"__proto__":1}]')).toBe('JSON_FORBIDDEN_KEY /0/__proto__@2');
    expect(plain('{"\\u005f_proto__":1}')).toBe('JSON_FORBIDDEN_KEY /__proto__@1');
    expect(plain('{"x":{"constructor":{}}}')).toBe('JSON_FORBIDDEN_KEY /x/constructor@6');
    expect(plain('\ufeff{}')).toBe('JSON_BOM @0');
    expect(plain('["\\ud800"]')).toBe('JSON_SURROGATE /0@2');
    expect(plain('["\\ud800\\u0041"]')).toBe('JSON_SURROGATE /0@2');
    expect(plain('["\\udc00\\ud800"]')).toBe('JSON_SURROGATE /0@2');
    expect(plain('["\\udc00\\udc00"]')).toBe('JSON_SURROGATE /0@2');
    expect(plain('')).toBe('JSON_SYNTAX @0');
    expect(plain('{} x')).toBe('JSON_SYNTAX @3');
    expect(plain('{"a" 1}')).toBe('JSON_SYNTAX /a@5');
    expect(plain('{,}')).toBe('JSON_SYNTAX @1');
    expect(plain('["\t"]')).toBe('JSON_SYNTAX /0@2');
  });

  it('refuses every kind of invalid UTF-8 where it stands', () => {
    const bad = [[0x80], [0xc0, 0x80], [0xc3], [0xe0, 0x80, 0x80], [0xed, 0xa0, 0x80], [0xf0, 0x80, 0x80, 0x80],
      [0xf4, 0x90, 0x80, 0x80], [0xf5, 0x80, 0x80, 0x80], [0xff], [0xe2, 0x82], [0xf0, 0x9f, 0x98]];
    for (const sequence of bad) {
      const result = scanJson(Uint8Array.from([0x22, 0x61, ...sequence, 0x22]));
      expect(result).toMatchObject({ ok: false, code: 'JSON_UTF8', offset: 2 });
    }
  });

  it('limits depth and members without recursion', () => {
    const nested = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth);
    expect(scan(nested(32)).ok).toBe(true);
    expect(scan(nested(33))).toMatchObject({ code: 'JSON_DEPTH', offset: 32 });
    expect(scan('[{"a":'.repeat(500_000))).toMatchObject({ code: 'JSON_DEPTH' });
    expect(scan(nested(500), { depth: 500 }).ok).toBe(true);
    expect(scan('{"a":1,"b":2,"c":3}', { members: 2 })).toMatchObject({ code: 'JSON_MEMBERS', pointer: '/c' });
  });

  it('reads numbers from their text and refuses what has no place in a 64-bit decimal', () => {
    const fine = ['0', '-0', '1.50', '123456789012345678', '1E18', '9.99e18', '1e-9', '0.000000001', '-0.5', '12e+2',
      '0e1', '0.0000000000', '100000000000000000', '0.123456789012345678', '1234567890.12345678'];
    for (const lexeme of fine) expect(scan(lexeme)).toMatchObject({ ok: true, value: { lexeme } });
    const wide = ['1e19', '1e-10', '0.0000000001', '1234567890123456789', '0.1234567890123456789', '10e18', '0e19',
      '0e-10', '1.000000000000000000', '1000000000000000000.5', `0.${'0'.repeat(80)}`, '0.1e-9', '1e999999999999999999999'];
    for (const lexeme of wide) expect(`${lexeme} ${plain(lexeme) as string}`).toContain('NUMBER_RANGE @0');
    for (const bad of ['01', '-', '+1', '.5', '1.', '1e', '1e+', '0x1', 'NaN', '-Infinity', '1_000', '--1', '-01']) {
      expect(scan(bad)).toMatchObject({ ok: false, code: 'JSON_SYNTAX' });
    }
  });

  it('can read plain RFC 8259 for suites and foreign documents', () => {
    const options = { profile: 'rfc8259' } as const;
    const result = scan('{"a":1,"a":2,"__proto__":1e400}', options);
    const entries = result.ok ? Object.entries(toPlainJson(result.value) as object) : [];
    expect(entries).toEqual([['a', 2], ['__proto__', Infinity]]);
    expect(scan('["\\ud800"]', options)).toMatchObject({ code: 'JSON_SURROGATE' });
  });
});

describe('quantities', () => {
  it('are exact millionths', () => {
    const value = (lexeme: string): unknown => {
      const result = parseQuantity(lexeme);
      return result.ok ? result.value : result.code;
    };
    expect(value('1')).toBe(1_000_000n);
    expect(value('-0.5')).toBe(-500_000n);
    expect(value('0.000001')).toBe(1n);
    expect(value('999999999999999.999999')).toBe(999_999_999_999_999_999_999n);
    for (const bad of ['1e2', '1000000000000000', '0.0000001', '01', '.5', '1.', '', '+1', '1,5', ' 1', '1\n']) {
      expect(value(bad)).toBe('NUMBER_RANGE');
    }
  });

  it('are written in their shortest form', () => {
    const texts = [0n, 1n, -1n, 1_500_000n, 1_000_000n, -12_000_010n].map(formatQuantity);
    expect(texts).toEqual(['0', '0.000001', '-0.000001', '1.5', '1', '-12.00001']);
  });
});
