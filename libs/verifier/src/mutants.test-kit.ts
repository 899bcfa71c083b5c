import { encodeReceipt, type Receipt } from '@lading/ledger';
import { verifyReceipt } from './verifyReceipt.js';

/** A changed file, and what was done to it. */
export type Mutant = readonly [name: string, text: string];

/** xorshift32: the same mutants on every run. */
export function random(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}

/** base64url text of bytes with one bit flipped. */
export function flipBit(text: string, next: (below: number) => number): string {
  const bytes = Buffer.from(text, 'base64url');
  const at = next(bytes.length);
  bytes[at] = (bytes[at] as number) ^ (1 << next(8));
  return bytes.toString('base64url');
}

export function refused(
  receipt: Receipt,
  genesis: Uint8Array,
  mutants: Iterable<Mutant>
): { count: number; survivors: string[] } {
  expect(verifyReceipt(encodeReceipt(receipt), genesis).proven).toBe(true);
  const survivors: string[] = [];
  let count = 0;
  for (const [name, text] of mutants) {
    count++;
    if (verifyReceipt(text, genesis).proven) survivors.push(name);
  }
  return { count, survivors };
}
