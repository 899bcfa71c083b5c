import { asHash, LIMITS } from '@lading/kernel';
import type { Transaction } from '@lading/ledger';
import { Mempool } from './mempool.js';

const transaction = (id: number, bytes = 100): Transaction => {
  const txId = new Uint8Array(32);
  new DataView(txId.buffer).setUint32(0, id);
  return { txId: asHash(txId), encoded: new Uint8Array(bytes) } as unknown as Transaction;
};

describe('Mempool', () => {
  it('takes the oldest first, up to both limits, but always one when there is one', () => {
    const pool = new Mempool();
    for (let id = 0; id < 5; id++) pool.add(transaction(id, 1000));
    expect(pool.take(10, 2500).map((tx) => tx.txId[3])).toEqual([0, 1]);
    expect(pool.take(1, 1e9).map((tx) => tx.txId[3])).toEqual([2]);
    expect(pool.take(10, 1).map((tx) => tx.txId[3])).toEqual([3]);
    expect([pool.count, pool.bytes, pool.pending]).toEqual([1, 1000, 5]);
  });

  it('knows a transaction until a block has ordered it, so a retry is not batched twice', () => {
    const pool = new Mempool();
    const tx = transaction(1);
    expect(pool.add(tx)).toBe('ADDED');
    expect(pool.add(tx)).toBe('KNOWN');
    pool.take(1, 1e9);
    expect(pool.add(tx)).toBe('KNOWN');
    pool.ordered([tx]);
    expect(pool.pending).toBe(0);
    expect(pool.add(tx)).toBe('ADDED');
  });

  it('drops a waiting transaction that another lane has ordered', () => {
    const pool = new Mempool();
    pool.add(transaction(1, 70));
    pool.ordered([transaction(1, 70)]);
    expect([pool.count, pool.bytes]).toEqual([0, 0]);
  });

  it('refuses by number and by bytes, and takes again when there is room', () => {
    const pool = new Mempool();
    for (let id = 0; id < LIMITS.mempoolTransactions; id++) pool.add(transaction(id, 10));
    expect(pool.add(transaction(1e6, 10))).toBe('FULL');
    const [taken] = pool.take(1, 1e9);
    expect(pool.add(transaction(1e6, 10))).toBe('ADDED');
    expect(taken).toBeDefined();
  });

  it('counts bytes until a block has ordered them: waiting or batched, they use up the quota of the organization', () => {
    const heavy = new Mempool();
    const quarter = LIMITS.laneQuotaBytes / 4;
    for (let id = 0; id < 4; id++) expect(heavy.add(transaction(id, quarter))).toBe('ADDED');
    expect(heavy.add(transaction(4, 1))).toBe('FULL');
    const batch = heavy.take(2, 1e9);
    expect(heavy.add(transaction(4, 1))).toBe('FULL');
    heavy.ordered(batch.slice(0, 1));
    expect(heavy.add(transaction(4, quarter))).toBe('ADDED');
    heavy.release(batch.slice(1));
    expect([heavy.count, heavy.bytes, heavy.add(transaction(5, 1))]).toEqual([4, 4 * quarter, 'FULL']);
  });
});
