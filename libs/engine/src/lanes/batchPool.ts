import { toHex } from '@lading/kernel';
import type { Batch, BatchRef } from '@lading/ledger';
import { ENGINE_LIMITS } from '../limits.js';
import type { RecordLog } from '../ports.js';
import { encodeLaneMark } from './laneMark.js';
import type { LaneMark } from './laneMark.js';

/**
 * Batches that are durable here and not yet in an executed block, by hash, with the log that keeps them over a
 * crash (consensus.md §2.11: payload before votes). The bytes of executed ones stay in memory for a while for slower peers.
 */
export class BatchPool {
  readonly #uncommitted = new Map<string, Batch>();
  readonly #storing = new Map<string, Promise<void>>();
  readonly #laneBytes = new Map<number, number>();
  /** In order of execution. */
  readonly #recent = new Map<string, Uint8Array>();
  #recentBytes = 0;
  #rewriting: Promise<void> | null = null;

  constructor(
    private readonly log: RecordLog,
    private epoch = 0
  ) {}

  /** A durable batch that no executed block holds. */
  get(hash: Uint8Array): Batch | undefined {
    return this.#uncommitted.get(toHex(hash));
  }

  /** Bytes of a durable batch, uncommitted or recently executed. */
  encoded(hash: Uint8Array): Uint8Array | undefined {
    const key = toHex(hash);
    return this.#uncommitted.get(key)?.encoded ?? this.#recent.get(key);
  }

  has(hash: Uint8Array): boolean {
    return this.encoded(hash) !== undefined;
  }

  /** Bytes of a lane's batches that no executed block holds, those being written included. */
  laneBytes(lane: number): number {
    return this.#laneBytes.get(lane) ?? 0;
  }

  /** Uncommitted batches of a lane from `seq` on, ascending, at most `limit`. */
  laneFrom(lane: number, seq: number, limit: number): Batch[] {
    const found: Batch[] = [];
    for (const batch of this.#uncommitted.values()) {
      if (batch.header.lane === lane && batch.header.seq >= seq) found.push(batch);
    }
    return found.sort((a, b) => a.header.seq - b.header.seq).slice(0, limit);
  }

  all(): Batch[] {
    return [...this.#uncommitted.values()];
  }

  /** Batches read back from the log: already durable. */
  restore(batches: readonly Batch[]): void {
    for (const batch of batches) {
      const key = toHex(batch.batchHash);
      if (!this.#uncommitted.has(key)) this.#addBytes(batch);
      this.#uncommitted.set(key, batch);
    }
  }

  /** Resolves when the batch is on disk. Concurrent calls share one fdatasync; a known batch costs nothing. */
  store(batch: Batch): Promise<void> {
    const key = toHex(batch.batchHash);
    if (this.#uncommitted.has(key)) return Promise.resolve();
    const running = this.#storing.get(key);
    if (running !== undefined) return running;
    this.#addBytes(batch);
    const storing = this.#write(key, batch);
    this.#storing.set(key, storing);
    return storing;
  }

  async #write(key: string, batch: Batch): Promise<void> {
    try {
      while (this.#rewriting !== null) await this.#rewriting;
      this.log.append(batch.encoded);
      await this.log.flush();
      if (batch.header.epoch === this.epoch) this.#uncommitted.set(key, batch);
    } finally {
      this.#storing.delete(key);
    }
  }

  /**
   * Another epoch: what the old one did not order can never be ordered. Rejects when the disk fails; a batch log that
   * still holds the old batches is harmless.
   */
  enter(epoch: number, position: () => LaneMark): Promise<void> {
    this.epoch = epoch;
    this.#uncommitted.clear();
    this.#laneBytes.clear();
    return this.#rewrite(position);
  }

  #addBytes(batch: Batch): void {
    const { lane } = batch.header;
    this.#laneBytes.set(lane, this.laneBytes(lane) + batch.encoded.length);
  }

  /**
   * These refs are in executed, durable blocks. Batches of the lanes at or below them are of no further use here:
   * the ordered ones are in the database, others can never be ordered. Returns those others.
   */
  executed(refs: readonly BatchRef[]): Batch[] {
    const passedBy: Batch[] = [];
    const reached = new Map<number, number>();
    for (const ref of refs) reached.set(ref.lane, Math.max(ref.seq, reached.get(ref.lane) ?? 0));
    const ordered = new Set(refs.map((ref) => toHex(ref.batchHash)));
    for (const [key, batch] of this.#uncommitted) {
      const { lane, seq } = batch.header;
      if (seq > (reached.get(lane) ?? -1)) continue;
      this.#uncommitted.delete(key);
      this.#laneBytes.set(lane, this.laneBytes(lane) - batch.encoded.length);
      if (ordered.has(key)) this.#keepRecent(key, batch.encoded);
      else passedBy.push(batch);
    }
    return passedBy;
  }

  #keepRecent(key: string, encoded: Uint8Array): void {
    this.#recent.set(key, encoded);
    this.#recentBytes += encoded.length;
    for (const [oldest, dropped] of this.#recent) {
      if (this.#recentBytes <= ENGINE_LIMITS.recentBatchBytes) break;
      this.#recent.delete(oldest);
      this.#recentBytes -= dropped.length;
    }
  }

  /**
   * Rewrites the log with the own lane's mark and the uncommitted batches once it has grown past its limit; rejects
   * when the disk fails.
   */
  async compact(position: () => LaneMark): Promise<void> {
    if (this.#rewriting === null && this.log.sizeBytes() > ENGINE_LIMITS.batchLogBytes) await this.#rewrite(position);
  }

  async #rewrite(position: () => LaneMark): Promise<void> {
    while (this.#rewriting !== null) await this.#rewriting;
    // Appended but unflushed batches must survive the rewrite: wait for them first, new ones wait for us.
    const rewriting = Promise.allSettled(this.#storing.values()).then(() =>
      this.log.rewrite([encodeLaneMark(position()), ...this.all().map((batch) => batch.encoded)])
    );
    this.#rewriting = rewriting;
    try {
      await rewriting;
    } finally {
      this.#rewriting = null;
    }
  }
}
