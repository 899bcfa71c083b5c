import { fromHex, toHex } from '@lading/kernel';
import { decode, encode } from 'cborg';
import fc from 'fast-check';
import { decodeCbor } from './decodeCbor.js';
import { encodeCbor, encodesTo, type CborValue } from './encodeCbor.js';
import { readVectors } from './publicData.test-kit.js';

type Json = string | number | boolean | null | { readonly bytes: string } | readonly Json[];

interface Vectors {
  readonly valid: readonly { readonly hex: string; readonly value: Json }[];
  readonly invalid: readonly { readonly hex: string; readonly code: string; readonly why: string }[];
}

const hex = (text: string): Uint8Array => fromHex(text) as Uint8Array;

function valueOf(json: Json): CborValue {
  if (Array.isArray(json)) return (json as readonly Json[]).map(valueOf);
  if (json !== null && typeof json === 'object') return hex((json as { bytes: string }).bytes);
  return json as CborValue;
}

const values = fc.letrec<{ value: CborValue }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 8 },
    fc.maxSafeNat(),
    fc.nat(300),
    fc.boolean(),
    fc.constant(null),
    fc.string({ unit: 'binary', maxLength: 40 }),
    fc.uint8Array({ maxLength: 300 }),
    fc.array(tie('value'), { maxLength: 30 })
  )
})).value;

const seeded = { seed: 20_250_101, numRuns: 400 };

describe('deterministic CBOR', () => {
  const vectors = readVectors<Vectors>('cbor.json');

  it('has the encodings of the vectors, both ways', () => {
    for (const { hex: text, value } of vectors.valid) {
      expect(toHex(encodeCbor(valueOf(value)))).toBe(text);
      expect(decodeCbor(hex(text))).toEqual({ ok: true, value: valueOf(value) });
    }
  });

  it.each(vectors.invalid)('refuses $hex: $why', ({ hex: text, code }) => {
    expect(decodeCbor(hex(text))).toMatchObject({ ok: false, code });
  });

  it('agrees with a second implementation on every value', () => {
    fc.assert(
      fc.property(values, (value) => {
        const bytes = encodeCbor(value);
        expect(toHex(bytes)).toBe(toHex(encode(value)));
        expect(decodeCbor(bytes)).toEqual({ ok: true, value });
      }),
      seeded
    );
  });

  it('accepts nothing that is not its own encoding: changed bytes are refused or are another value', () => {
    const damage = fc.tuple(values, fc.nat(), fc.nat(255), fc.constantFrom('set', 'cut', 'add'));
    fc.assert(
      fc.property(damage, ([value, at, byte, how]) => {
        const bytes = encodeCbor(value);
        const index = at % bytes.length;
        const grown = how === 'add' ? Uint8Array.of(...bytes, byte) : bytes.slice();
        const changed = how === 'cut' ? bytes.slice(0, index) : grown;
        if (how === 'set') changed[index] = byte;
        const result = decodeCbor(changed);
        if (result.ok) expect(toHex(encode(result.value))).toBe(toHex(changed));
        if (how === 'add') expect(result.ok).toBe(false);
      }),
      { ...seeded, numRuns: 2000 }
    );
  });

  it('is compared with bytes as if it were written anew, also where a value is a view of the very bytes', () => {
    const damage = fc.tuple(values, fc.nat(), fc.nat(255), fc.constantFrom('none', 'set', 'cut', 'add', 'view'));
    fc.assert(
      fc.property(damage, ([value, at, byte, how]) => {
        const bytes = encodeCbor(value);
        const index = at % bytes.length;
        const other = how === 'cut' ? bytes.slice(0, index) : how === 'add' ? Uint8Array.of(...bytes, byte) : bytes.slice();
        // Strings of the value lie in the bytes that it is compared with, and before the damage was done to them.
        const decoded = how === 'view' ? decodeCbor(other) : null;
        if (how === 'set' || how === 'view') other[index] = byte;
        const compared = decoded?.ok === true ? decoded.value : value;
        expect(encodesTo(compared, other)).toBe(toHex(encodeCbor(compared)) === toHex(other));
      }),
      { ...seeded, numRuns: 2000 }
    );
    const inner = Uint8Array.of(0x43, 1, 2, 3);
    expect(encodesTo(inner.subarray(0, 3), inner)).toBe(false);
    expect(encodesTo(inner.subarray(1), inner)).toBe(true);
  });

  it('does not keep a text that starts with U+FEFF from coming back, as a decoder that strips it would', () => {
    const bytes = encodeCbor('\ufeffx');
    expect(decodeCbor(bytes)).toEqual({ ok: true, value: '\ufeffx' });
    expect(decode(bytes)).toBe('x');
  });

  it('reads bytes inside a larger buffer and gives views into it', () => {
    const buffer = Uint8Array.of(9, 9, 0x42, 7, 8, 9);
    const result = decodeCbor(buffer.subarray(2, 5));
    expect(result).toEqual({ ok: true, value: Uint8Array.of(7, 8) });
    expect(result.ok && (result.value as Uint8Array).buffer).toBe(buffer.buffer);
  });

  it('is refused, not crashed, by a million open arrays or a count that the bytes cannot hold', () => {
    expect(decodeCbor(new Uint8Array(1_000_000).fill(0x81))).toMatchObject({ code: 'CBOR_DEPTH' });
    expect(decodeCbor(hex('9b001fffffffffffff'))).toMatchObject({ code: 'CBOR_TRUNCATED' });
  });

  it('asserts on values that have no encoding, because they are a bug of ours', () => {
    const bad = [-1, 1.5, 2 ** 53, Number.NaN, '\ud800', undefined, {}, new Map(), 1n];
    for (const value of bad) expect(() => encodeCbor(value as CborValue)).toThrow('encodeCbor');
    let deep: CborValue = 0;
    for (let i = 0; i < 17; i++) deep = [deep];
    expect(() => encodeCbor(deep)).toThrow('too deeply');
  });
});
