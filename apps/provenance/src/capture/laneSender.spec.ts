import type { LedgerNodeApi, SubmitAnswer } from '@lading/engine';
import { reject, type Height } from '@lading/kernel';
import type { Transaction } from '@lading/ledger';
import { LaneSender } from './laneSender.js';

const tx = (name: string): Transaction => ({ name }) as unknown as Transaction;
const FULL: SubmitAnswer = reject('MEMPOOL_FULL', 'too much waits');

/** A lane that takes, refuses or decides as the test says. */
class Lane implements Pick<LedgerNodeApi, 'submit' | 'onCommitted'> {
  readonly submitted: Transaction[] = [];
  readonly listeners = new Set<(height: Height) => void>();
  full = false;
  answer: SubmitAnswer | null = null;

  submit(transaction: Transaction, _timeoutMs: number, onWaiting: () => void = () => undefined): Promise<SubmitAnswer> {
    this.submitted.push(transaction);
    if (this.full) return Promise.resolve(FULL);
    if (this.answer !== null) return Promise.resolve(this.answer);
    onWaiting();
    return new Promise(() => undefined);
  }

  onCommitted(listener: (height: Height) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  commit(): void {
    for (const listener of this.listeners) listener(1 as Height);
  }
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('a part on its way into the lane', () => {
  it('is there when the node says so, long before its block', async () => {
    const lane = new Lane();
    expect((await new LaneSender(lane).inLane(tx('a'))).refusal).toBeNull();
    expect(lane.submitted).toHaveLength(1);
  });

  it('is sent again when a block has made room, and leaves no listener behind', async () => {
    const lane = new Lane();
    lane.full = true;
    const sent = new LaneSender(lane).inLane(tx('a'));
    await turn();
    lane.full = false;
    lane.commit();
    expect((await sent).refusal).toBeNull();
    expect([lane.submitted.length, lane.listeners.size]).toEqual([2, 0]);
  });

  it('is refused when there is no room for as long as its client is patient', async () => {
    const lane = new Lane();
    lane.full = true;
    expect((await new LaneSender(lane).first(tx('a'), 0)).refusal).toEqual(FULL);
  });

  it('is not sent again when it is refused for what it says', async () => {
    const lane = new Lane();
    lane.answer = reject('EXPIRED', 'its time has passed');
    const { refusal } = await new LaneSender(lane).inLane(tx('a'));
    expect([refusal, lane.submitted.length]).toEqual([lane.answer, 1]);
  });

  it('waits with a bounded number of others: each holds its document in memory', async () => {
    const lane = new Lane();
    lane.full = true;
    const sender = new LaneSender(lane);
    const waiting = Array.from({ length: 32 }, () => sender.first(tx('a'), 60_000));
    await turn();
    expect((await sender.first(tx('b'), 60_000)).refusal).toEqual(FULL);
    lane.full = false;
    lane.commit();
    await Promise.all(waiting);
    lane.full = true;
    expect((await sender.first(tx('c'), 0)).refusal).toEqual(FULL);
  });
});
