import type { Contract, Transaction } from '@lading/ledger';
import { ReadCaptures } from './readCaptures.js';

/** Takes whatever it is given; who reads captures is another test's matter. */
const contract = { name: 'c', operations: [], parse: (tx: Transaction) => ({ ok: true, value: tx.payload }) } as unknown as Contract;
const capture = (bytes: number, op = 'epcis.capture') =>
  ({ header: { op }, encoded: new Uint8Array(bytes), payload: new Uint8Array(1) }) as unknown as Transaction;

describe('captures that execution has read', () => {
  it('are given out once, by the very bytes that were executed', () => {
    const read = new ReadCaptures();
    const watched = read.watch(contract);
    const [tx, equal] = [capture(10), capture(10)];
    expect(watched.parse(tx)).toEqual({ ok: true, value: tx.payload });
    expect(read.take(equal.encoded)).toBeUndefined();
    expect(read.take(tx.encoded)).toEqual({ tx, request: tx.payload });
    expect(read.take(tx.encoded)).toBeUndefined();
  });

  it('are forgotten when newer ones take the room, and nothing but captures is kept', () => {
    const read = new ReadCaptures(100);
    const watched = read.watch(contract);
    const all = [40, 40, 40, 500, 60].map((bytes) => capture(bytes));
    for (const tx of all.slice(0, 3)) watched.parse(tx);
    expect(all.map((tx) => read.take(tx.encoded) !== undefined)).toEqual([false, true, true, false, false]);
    for (const tx of all.slice(3)) watched.parse(tx);
    expect(all.map((tx) => read.take(tx.encoded) !== undefined)).toEqual([false, false, false, false, true]);
    const other = capture(10, 'member.add');
    watched.parse(other);
    expect(read.take(other.encoded)).toBeUndefined();
  });
});
