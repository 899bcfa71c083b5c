import { ENGINE_LIMITS } from '../limits.js';

/** Weight of the newest sample. */
const NEWEST = 0.25;

/**
 * How long transactions wait for others while a batch of the lane is on its way: half the time that batches take to be
 * ordered and executed. So there are about two at a time, small where blocks are quick and larger under load, where what
 * each of them costs every node (a signature, a place on the disk, a row) would else be spent for a few transactions. Where
 * their way takes longer than transactions should wait, a quarter of it: what waits does so for half of that, on average an
 * eighth of the way, and there are half as many batches as with an eighth, about one of each lane in a block.
 */
export class LanePace {
  /** The batch whose way is being measured. */
  #sample: { readonly seq: number; readonly sinceMs: number } | null = null;
  #roundMs = 0;

  constructor(private readonly nowMs: () => number) {}

  get delayMs(): number {
    const { batchDelayMs, usualBatchDelayMs, longestBatchDelayMs } = ENGINE_LIMITS;
    const half = Math.min(usualBatchDelayMs, Math.floor(this.#roundMs / 2));
    return Math.max(batchDelayMs, half, Math.min(longestBatchDelayMs, Math.floor(this.#roundMs / 4)));
  }

  sent(seq: number): void {
    this.#sample ??= { seq, sinceMs: this.nowMs() };
  }

  /** A block with this batch of the lane, and so with all before it, is executed. */
  ordered(seq: number): void {
    if (this.#sample === null || seq < this.#sample.seq) return;
    const tookMs = Math.max(0, this.nowMs() - this.#sample.sinceMs);
    this.#roundMs = this.#roundMs === 0 ? tookMs : this.#roundMs + NEWEST * (tookMs - this.#roundMs);
    this.#sample = null;
  }
}
