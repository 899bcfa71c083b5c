import type { LedgerNodeApi } from '@lading/engine';
import type { Transaction } from '@lading/ledger';
import { isRefused, within, type Submitted } from './submitted.js';

/** A transaction is followed for this long in the background; it lives longer. */
const FOLLOW_MS = 600_000;
/** A lane that is full has room again after a block, or is looked at again after this. */
const ROOM_POLL_MS = 100;
/** Requests that wait for room at once: each holds its document in memory. Others are refused, and told when to come again. */
const WAITING_REQUESTS = 32;

/** Refusals that say nothing of the transaction: the same one may be taken a moment later. */
const PASSING: ReadonlySet<string> = new Set(['MEMPOOL_FULL', 'NODE_SYNCING', 'STORE_UNAVAILABLE']);

/** What the node said at once: null when the transaction waits in its lane; `answer` is what becomes of it. */
export interface Sent {
  readonly refusal: Submitted | null;
  readonly answer: Promise<Submitted>;
}

/** Brings transactions into the own lane one after the other; none waits for the block of the one before it. */
export class LaneSender {
  private waiting = 0;

  constructor(private readonly node: Pick<LedgerNodeApi, 'submit' | 'onCommitted'>) {}

  /** As {@link inLane} for the first transaction of a request, whose client can send it again. */
  async first(transaction: Transaction, patienceMs: number): Promise<Sent> {
    if (this.waiting >= WAITING_REQUESTS) return this.inLane(transaction, 0);
    this.waiting += 1;
    try {
      return await this.inLane(transaction, patienceMs);
    } finally {
      this.waiting -= 1;
    }
  }

  /**
   * Resolves when the transaction waits in the lane, behind everything that was sent before, or is answered. One that is
   * refused for lack of room is sent again when a block has made some, for as long as `patienceMs`.
   */
  async inLane(transaction: Transaction, patienceMs = FOLLOW_MS): Promise<Sent> {
    const until = performance.now() + patienceMs;
    for (;;) {
      let inLane = (): void => undefined;
      const waits = new Promise<null>((resolve) => {
        inLane = () => resolve(null);
      });
      const answer = this.node.submit(transaction, FOLLOW_MS, inLane);
      const refusal = await Promise.race([waits, answer]);
      const mayPass = refusal !== null && isRefused(refusal) && PASSING.has(refusal.code);
      if (!mayPass || performance.now() >= until) return { refusal, answer };
      await this.room();
    }
  }

  private async room(): Promise<void> {
    let unsubscribe = (): void => undefined;
    const committed = new Promise<void>((resolve) => {
      unsubscribe = this.node.onCommitted(() => resolve());
    });
    await within(committed, ROOM_POLL_MS);
    unsubscribe();
  }
}
