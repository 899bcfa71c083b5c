import { sha256Noble, bucketOf, keyHash, valueHash } from '@lading/ledger';
import { compareBytes, equalBytes } from '@lading/kernel';
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

const keysOf = (state: HeldState): string[] => [...state.entries()].map(({ key }) => key);

describe('a state in flat memory', () => {
  it('holds after thousands of changes what a map holds, whatever the sizes, and its buckets in the order of key hashes', () => {
    const state = new HeldState(DEPTH, sha256Noble);
    const model = new Map<string, Uint8Array>();
    const dice = numbers(7);
    const below = (limit: number): number => dice.next().value % limit;
    for (let n = 0; n < 6000; n++) {
      const key = `provenance/item/${below(300)}é`;
      const value = below(4) === 0 ? null : new Uint8Array(below(n % 50 === 0 ? 20_000 : 300)).fill(below(256));
      state.apply(change(key, value));
      if (value === null) model.delete(key);
      else model.set(key, value);
    }
    expect(state.size).toBe(model.size);
    expect(keysOf(state).sort()).toEqual([...model.keys()].sort());
    for (const [key, value] of model) expect(equalBytes(state.get(key) ?? new Uint8Array(), value)).toBe(true);
    for (let bucket = 0; bucket < 2 ** DEPTH; bucket++) {
      const entries = [...model].map(([key, value]) => change(key, value)).filter((one) => one.bucket === bucket);
      const expected = entries.sort((a, b) => compareBytes(a.keyHash, b.keyHash));
      expect(state.bucket(bucket)).toEqual(expected.map(({ keyHash: hash, valueHash: of }) => ({ keyHash: hash, valueHash: of })));
    }
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

  it('hands out copies: a value that was read stays what it was', () => {
    const state = new HeldState(DEPTH, sha256Noble);
    state.apply(change('a', Uint8Array.of(1, 2, 3)));
    const before = state.get('a');
    state.apply(change('a', Uint8Array.of(9, 9, 9)));
    expect(before).toEqual(Uint8Array.of(1, 2, 3));
    expect(state.get('a')).toEqual(Uint8Array.of(9, 9, 9));
    expect(state.get('b')).toBeUndefined();
  });

  it('holds a value that is larger than a page, and records before and after it', () => {
    const state = new HeldState(DEPTH, sha256Noble);
    const large = new Uint8Array((9 << 20) + 5).fill(7);
    state.apply(change('small', Uint8Array.of(1)));
    state.apply(change('large', large));
    state.apply(change('last', Uint8Array.of(2)));
    expect(equalBytes(state.get('large') ?? new Uint8Array(), large)).toBe(true);
    expect([state.get('small'), state.get('last')]).toEqual([Uint8Array.of(1), Uint8Array.of(2)]);
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
