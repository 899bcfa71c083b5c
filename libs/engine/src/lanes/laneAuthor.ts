import { LIMITS } from '@lading/kernel';
import type { Hash, Sha256 } from '@lading/kernel';
import { buildBatch } from '@lading/ledger';
import type { Batch } from '@lading/ledger';
import type { Mempool } from '../mempool.js';
import type { Clock } from '../ports.js';
import type { BatchPool } from './batchPool.js';
import type { LanePosition } from './laneMark.js';
import { LanePace } from './lanePace.js';

export interface LaneAuthorParts {
  readonly chainId: Hash;
  readonly epoch: number;
  readonly lane: number;
  readonly clock: Clock;
  readonly mempool: Mempool;
  readonly pool: BatchPool;
  readonly sha256: Sha256;
  readonly sign: (message: Uint8Array) => Uint8Array;
  /** Whether the validator key may be used now; `offer` comes again when that changes. */
  readonly maySign: () => boolean;
  /** Called in seq order, when the batch is durable. */
  readonly onBatch: (batch: Batch) => void;
  readonly onFatal: (error: Error) => void;
}

/**
 * Turns waiting transactions into the batches of this node's own lane. At most one batch is being written at a time,
 * so batches leave in seq order; a seq is used once ever, because the batch is on disk before anybody sees it.
 */
export class LaneAuthor {
  #seq: number;
  #lastHash: Hash;
  /** After the last batch that is on disk. */
  #durable: LanePosition;
  #writing = false;
  #soon = false;
  #cancelTimer: (() => void) | null = null;
  #stopped = false;
  readonly #pace: LanePace;

  constructor(
    private readonly parts: LaneAuthorParts,
    next: LanePosition
  ) {
    this.#seq = next.seq;
    this.#lastHash = next.lastHash;
    this.#durable = next;
    this.#pace = new LanePace(() => parts.clock.nowMs());
  }

  /**
   * Where the lane goes on as far as the disk knows. A batch that is still being written is not counted: had it got lost,
   * its number would be a gap that nobody could close.
   */
  get position(): LanePosition {
    return this.#durable;
  }

  /**
   * A block has ordered this batch of the own lane. It is news only to a node that lost its logs and catches up: the
   * lane goes on after what the network knows of it.
   */
  ordered(seq: number, hash: Hash): void {
    this.#pace.ordered(seq);
    if (seq < this.#seq) return;
    this.#seq = seq + 1;
    this.#lastHash = hash;
    this.#durable = { seq: this.#seq, lastHash: hash };
  }

  stop(): void {
    this.#stopped = true;
    this.#cancelTimer?.();
  }

  /**
   * Something changed: new transactions, or room in the lane. Flushes within this tick when nothing of the lane is
   * being ordered or a batch is full, else after a delay (lanePace.ts) that lets transactions share a signature and a sync.
   */
  offer(): void {
    const { mempool, pool, lane, clock } = this.parts;
    if (this.#stopped || mempool.count === 0 || this.#writing || !this.parts.maySign()) return;
    const idle = pool.laneBytes(lane) === 0;
    if (idle || this.#isFull()) {
      if (this.#soon) return;
      this.#soon = true;
      clock.soon(() => {
        this.#soon = false;
        this.#flush();
      });
    } else {
      this.#cancelTimer ??= clock.at(clock.nowMs() + this.#pace.delayMs, () => {
        this.#cancelTimer = null;
        this.#flush();
      });
    }
  }

  #isFull(): boolean {
    const { count, bytes } = this.parts.mempool;
    return count >= LIMITS.batchFlushTransactions || bytes >= LIMITS.batchFlushBytes;
  }

  #flush(): void {
    const { mempool, pool, lane, onFatal } = this.parts;
    if (this.#stopped || this.#writing || mempool.count === 0 || !this.parts.maySign()) return;
    // Back-pressure: the lane's quota is used up. `offer` comes again when a block has ordered some of it.
    if (pool.laneBytes(lane) >= LIMITS.laneQuotaBytes) return;
    this.#cancelTimer?.();
    this.#cancelTimer = null;
    this.#writing = true;
    this.#write().then(
      () => {
        this.#writing = false;
        this.offer();
      },
      (error: unknown) => onFatal(error instanceof Error ? error : new Error(String(error)))
    );
  }

  async #write(): Promise<void> {
    const { chainId, epoch, lane, mempool, pool, sign, sha256, onBatch } = this.parts;
    const transactions = mempool.take(LIMITS.batchFlushTransactions, LIMITS.batchFlushBytes);
    const fields = { chainId, epoch, lane, seq: this.#seq, prevBatchHash: this.#lastHash, transactions };
    const batch = buildBatch(fields, sign, sha256);
    this.#seq += 1;
    this.#lastHash = batch.batchHash;
    this.#pace.sent(batch.header.seq);
    await pool.store(batch);
    if (batch.header.seq >= this.#durable.seq) this.#durable = { seq: batch.header.seq + 1, lastHash: batch.batchHash };
    if (!this.#stopped) onBatch(batch);
  }
}
