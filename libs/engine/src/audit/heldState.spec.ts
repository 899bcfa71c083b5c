import { sha256Noble, bucketOf, keyHash, valueHash } from '@lading/ledger';
import { compareBytes, equalBytes, toHex } from '@lading/kernel';
import type { StateChange } from '../ports.js';
import { HeldState } from './heldState.js';

const DEPTH = 4;

function change(key: string, value: Uint8Array | null): StateChange {
  const hash = keyHash(key, sha256Noble);
  const valueHashed = value === null ? null : valueHash(value, sha256Noble);
  return { key, keyHash: hash, bucket: bucketOf(hash, DEPTH), value, valueHash: valueHashed };
}

/** The same numbers every time. */
function* numbers(seed: number): Generator<number, never> {
  for (let state = seed; ; ) {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    yield state >>> 8;
  }
}

const valueOf = (state: HeldState, key: string) => state.value(keyHash(key, sha256Noble));
const keysOf = (state: HeldState): string[] => [...state.entries()].map(({ key }) => key);

describe('a state in flat memory', () => {
  it('holds after thousands of changes what a map holds, whatever the sizes, and its buckets in the order of key hashes', () => {
    const state = new HeldState(DEPTH, sha256Noble);
    const model = new Map<string, Uint8Array>();
    const dice = numbers(7);
    const below = (limit: number): number => dice.next().value % limit;
    for (let n = 0; n < 6000; n++) {
      const key = `provenance/item/${below(300)}${n % 2 === 0 ? 'é' : ''}`;
      const value = below(4) === 0 ? null : new Uint8Array(below(n % 50 === 0 ? 20_000 : 300)).fill(below(256));
      state.apply(change(key, value));
      if (value === null) model.delete(key);
      else model.set(key, value);
    }
    expect(state.size).toBe(model.size);
    expect(keysOf(state).sort()).toEqual([...model.keys()].sort());
    for (const [key, value] of model) expect(equalBytes(valueOf(state, key) ?? new Uint8Array(), value)).toBe(true);
    const every = Uint32Array.from({ length: 2 ** DEPTH }, (_, bucket) => bucket);
    const expected = [...every].map((bucket) => {
      const entries = [...model].map(([key, value]) => change(key, value)).filter((one) => one.bucket === bucket);
      return entries.sort((a, b) => compareBytes(a.keyHash, b.keyHash));
    });
    const { counts, entries } = state.leaves(every);
    expect([...counts]).toEqual(expected.map(({ length }) => length));
    expect(toHex(entries)).toBe(expected.flat().map((one) => toHex(one.keyHash) + toHex(one.valueHash ?? new Uint8Array())).join(''));
    const some = Uint32Array.of(5, 2);
    expect([...state.leaves(some).counts]).toEqual([expected[5]?.length, expected[2]?.length]);
  });

  it('uses places again: a state that only changes takes no more memory', () => {
    const state = new HeldState(DEPTH, sha256Noble);
    const dice = numbers(3);
    const round = (): void => {
      for (let n = 0; n < 2000; n++) state.apply(change(`key ${n}`, new Uint8Array(100 + (dice.next().value % 3000))));
    };
    for (let n = 0; n < 4; n++) round();
    const { bytes } = state;
    for (let n = 0; n < 12; n++) round();
    // A page more at most, where the sizes of the last round are others than those given back.
    expect(state.bytes).toBeLessThanOrEqual(bytes + (4 << 20));
  });

  it('hands out values where they lie, and none for other keys', () => {
    const state = new HeldState(DEPTH, sha256Noble);
    state.apply(change('a', Uint8Array.of(1, 2, 3)));
    expect(valueOf(state, 'a')).toEqual(Uint8Array.of(1, 2, 3));
    state.apply(change('a', Uint8Array.of(9, 9, 9)));
    expect(valueOf(state, 'a')).toEqual(Uint8Array.of(9, 9, 9));
    for (let n = 0; n < 50; n++) expect(valueOf(state, `b${n}`)).toBeUndefined();
  });

  it('holds a value that is larger than a page, and records before and after it', () => {
    const state = new HeldState(DEPTH, sha256Noble);
    const large = new Uint8Array((9 << 20) + 5).fill(7);
    state.apply(change('small', Uint8Array.of(1)));
    state.apply(change('large', large));
    state.apply(change('last', Uint8Array.of(2)));
    expect(equalBytes(valueOf(state, 'large') ?? new Uint8Array(), large)).toBe(true);
    expect([valueOf(state, 'small'), valueOf(state, 'last')]).toEqual([Uint8Array.of(1), Uint8Array.of(2)]);
  });

  it('knows which entries were never asked for', () => {
    const state = new HeldState(DEPTH, sha256Noble);
    for (const key of ['a', 'b', 'c']) state.apply(change(key, Uint8Array.of(key.charCodeAt(0))));
    expect(state.mark('b')).toEqual(change('b', Uint8Array.of(98)));
    expect(state.mark('nobody')).toBeUndefined();
    expect([...state.unmarked()].sort()).toEqual(['a', 'c']);
    state.apply(change('b', null));
    expect(keysOf(state).sort()).toEqual(['a', 'c']);
  });
});
