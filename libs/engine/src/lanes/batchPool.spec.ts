import { asHash } from '@lading/kernel';
import type { Batch } from '@lading/ledger';
import { ENGINE_LIMITS } from '../limits.js';
import type { RecordLog } from '../ports.js';
import { BatchPool } from './batchPool.js';
import { decodeLaneMark, encodeLaneMark } from './laneMark.js';

const batch = (lane: number, seq: number, mark = 0, bytes = 1000): Batch => {
  const hash = new Uint8Array(32).fill(mark);
  hash.set([lane, seq], 0);
  const encoded = new Uint8Array(bytes).fill(mark);
  encoded.set([lane, seq], 0);
  return { header: { lane, seq, epoch: 0 }, batchHash: asHash(hash), encoded } as unknown as Batch;
};
const refOf = ({ header, batchHash }: Batch) => ({ lane: header.lane, seq: header.seq, batchHash });

/** A log in memory whose flushes and rewrites finish when the test says so. */
class StepLog implements RecordLog {
  durable: Uint8Array[] = [];
  #buffer: Uint8Array[] = [];
  #waiting: (() => void)[] = [];
  grown = 0;

  visit = (take: (record: Uint8Array) => boolean) => Promise.resolve(void this.durable.every((record) => take(record)));
  append = (record: Uint8Array): void => void this.#buffer.push(record);
  sizeBytes = (): number => this.grown;
  close = () => Promise.resolve();

  flush(): Promise<void> {
    return this.#later(() => this.durable.push(...this.#buffer.splice(0)));
  }

  rewrite(records: readonly Uint8Array[]): Promise<void> {
    return this.#later(() => {
      this.durable = [...records];
      this.grown = 0;
    });
  }

  #later(write: () => void): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting.push(() => {
        write();
        resolve();
      });
    });
  }

  /** Lets the oldest operation finish. */
  async finish(): Promise<void> {
    this.#waiting.shift()?.();
    for (let i = 0; i < 10; i++) await Promise.resolve();
  }
}

describe('BatchPool', () => {
  it('knows a batch only when it is on disk', async () => {
    const log = new StepLog();
    const pool = new BatchPool(log);
    const stored = pool.store(batch(0, 0));
    expect(pool.has(batch(0, 0).batchHash)).toBe(false);
    await log.finish();
    await stored;
    expect(pool.has(batch(0, 0).batchHash)).toBe(true);
    expect(log.durable).toEqual([batch(0, 0).encoded]);
  });

  it('writes a batch once, however often it arrives', async () => {
    const log = new StepLog();
    const pool = new BatchPool(log);
    const twice = [pool.store(batch(1, 0)), pool.store(batch(1, 0))];
    await log.finish();
    await Promise.all(twice);
    await pool.store(batch(1, 0));
    expect(log.durable).toHaveLength(1);
    expect(pool.laneBytes(1)).toBe(1000);
  });

  it('forgets what blocks ordered and what they passed by, and keeps ordered ones for slow peers', async () => {
    const pool = new BatchPool(new StepLog());
    pool.restore([batch(0, 0), batch(0, 1), batch(0, 1, 9), batch(0, 2), batch(1, 0)]);
    const passedBy = pool.executed([refOf(batch(0, 0)), refOf(batch(0, 1))]);
    expect(passedBy).toEqual([batch(0, 1, 9)]);
    const held = [batch(0, 0), batch(0, 1), batch(0, 1, 9), batch(0, 2), batch(1, 0)].map((one) => pool.has(one.batchHash));
    expect(held).toEqual([true, true, false, true, true]);
    expect([pool.laneBytes(0), pool.laneBytes(1)]).toEqual([1000, 1000]);
    expect(pool.all().map(({ header }) => `${header.lane}/${header.seq}`)).toEqual(['0/2', '1/0']);
  });

  it('keeps of executed batches the bytes alone, the newest as many as there is room for', () => {
    const pool = new BatchPool(new StepLog());
    const size = ENGINE_LIMITS.recentBatchBytes / 4;
    const batches = Array.from({ length: 6 }, (_, seq) => batch(0, seq, 0, size));
    pool.restore(batches);
    for (const one of batches) pool.executed([refOf(one)]);
    expect(batches.map(({ batchHash }) => pool.encoded(batchHash)?.length ?? 0)).toEqual([0, 0, size, size, size, size]);
    expect(batches.map(({ batchHash }) => pool.get(batchHash))).toEqual(batches.map(() => undefined));
  });

  it('rewrites a grown log with its marker and the batches that still wait, losing none that arrive meanwhile', async () => {
    const log = new StepLog();
    const pool = new BatchPool(log);
    pool.restore([batch(0, 0), batch(0, 1)]);
    pool.executed([refOf(batch(0, 0))]);
    log.grown = ENGINE_LIMITS.batchLogBytes + 1;
    const before = pool.store(batch(0, 2));
    const position = { epoch: 0, seq: 4, lastHash: batch(0, 3).batchHash };
    const compacting = pool.compact(() => position);
    const during = pool.store(batch(0, 3));
    for (let i = 0; i < 4; i++) await log.finish();
    await Promise.all([before, compacting, during]);
    expect(decodeLaneMark(log.durable[0] ?? new Uint8Array(0))).toEqual(position);
    expect(log.durable).toEqual([encodeLaneMark(position), ...[1, 2, 3].map((seq) => batch(0, seq).encoded)]);
  });
});
