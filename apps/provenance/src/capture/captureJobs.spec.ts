import { asHash, type Height, type OrganizationId } from '@lading/kernel';
import type { Transaction } from '@lading/ledger';
import { CaptureMemory, captureJob } from './captureJobs.js';
import type { CaptureRequest } from './captureRequest.js';
import type { Submitted } from './submitted.js';

const organization = 'finca-alta' as OrganizationId;
const tx = (n: number): Transaction => ({ txId: asHash(new Uint8Array(32).fill(n)) }) as Transaction;
const request = (...numbers: readonly number[]): CaptureRequest =>
  ({ organization, captureId: 'c', behaviour: 'proceed', transactions: numbers.map(tx) }) as unknown as CaptureRequest;
const committed = (n: number, height: number): Submitted => {
  const outcome = { status: 'APPLIED', code: '', detail: [] } as const;
  return { txId: tx(n).txId, height: height as Height, index: 0, timestampMs: 1000 + height, outcome, replayed: false };
};
const jobAt = (memory: CaptureMemory, height: number) => captureJob('c', [], memory.find(organization, 'c'), height);

describe('a capture job', () => {
  it('knows a part as committed when its block is, and runs until queries show it', () => {
    const memory = new CaptureMemory();
    memory.add(request(1, 2), 500);
    memory.settle(request(1, 2), 0, committed(1, 7));
    const parts = [{ state: 'committed', height: 7 }, { state: 'pending' }];
    expect(jobAt(memory, 6)).toMatchObject({ running: true, success: false, parts });
    memory.settle(request(1, 2), 1, committed(2, 8));
    expect(jobAt(memory, 7)).toMatchObject({ running: true, success: false, errors: [] });
    expect(memory.running(organization, 7)).toHaveLength(1);
    expect(jobAt(memory, 8)).toMatchObject({ running: false, success: true, finishedAt: new Date(1008).toISOString() });
    expect(memory.running(organization, 8)).toEqual([]);
  });

  it('has all parts that came as requests of their own, each once, from the first one on', () => {
    const memory = new CaptureMemory();
    memory.add(request(1), 500);
    memory.add(request(2), 600);
    memory.add(request(1), 700);
    memory.settle(request(2), 0, committed(2, 3));
    const job = jobAt(memory, 9);
    expect([job.createdAt, job.running, job.parts.map(({ state }) => state)]).toEqual([
      new Date(500).toISOString(),
      true,
      ['committed', 'pending']
    ]);
  });
});
