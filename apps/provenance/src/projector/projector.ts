import { setImmediate, setTimeout as delay } from 'node:timers/promises';
import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import type { JustStored, LedgerStore } from '@lading/engine';
import type { Height } from '@lading/kernel';
import { ProjectionConflictError, type ProjectionPosition } from '@lading/storage';
import { blockTimes } from './blockTimes.js';
import { PROVENANCE_OPTIONS, type ProvenanceOptions } from '../provenance.options.js';
import { patienceMs } from './patience.js';
import { projectTransaction, type ProjectedTransaction } from './projectTransaction.js';
import { ReadCaptures } from './readCaptures.js';
import { StepLoop } from './stepLoop.js';

/** Transactions of one database transaction: at most this many megabytes of payload in memory. */
const CHUNK = 128;
/** Rows of items and fields at which a chunk ends: one transaction can make many. */
const CHUNK_ROWS = 25_000;
/** Rows after which others have their turn. */
const TURN_ROWS = 200;
/** No block for this long is quiet. */
const QUIET_MS = 300;
const QUIET_POLL_MS = 50;
const RETRY_MS = 500;

/**
 * Events of a ledger with a gap at its beginning (spec/ledger.md 8.8) are numbered from here on, since nobody knows how many come
 * before: by their numbers they are known, and made anew, when the gap is filled.
 */
const TAIL_NUMBERS = 2 ** 40;

export interface ProjectionProgress {
  /** Events that have become readable. */
  readonly events: number;
  readonly rightsChanged: boolean;
}

interface Waiter {
  readonly height: number;
  readonly resolve: () => void;
}

/**
 * Follows the ledger by cursor and fills the query tables, off the commit path: a few events at once, a large capture when
 * its blocks are done, unless somebody waits to read. Idempotent: position and rows move in
 * one database transaction, so a crash between two chunks loses nothing and doubles nothing. Emptying the tables
 * (`projection.reset`) under a running projector makes it start over.
 */
@Injectable()
export class Projector implements OnApplicationBootstrap, OnApplicationShutdown {
  private position: ProjectionPosition = { nextHeight: 1, nextIndex: 0, reflectedHeight: 0, events: 0 };
  /** The tables were moved or emptied by somebody else: their position is read again. */
  private moved = false;
  private readonly loop = new StepLoop({ step: () => this.step(), failed: (error) => this.failed(error), wakesFromRest: true });
  private waiters: Waiter[] = [];
  private committedMs = 0;
  /** Since when bulk has waited; null when all is caught up. */
  private behindMs: number | null = null;
  private readonly listeners = new Set<(progress: ProjectionProgress) => void>();
  private unsubscribe: () => void = () => undefined;

  constructor(@Inject(PROVENANCE_OPTIONS) private readonly options: ProvenanceOptions) {}

  /** Every read of the query tables reflects at least this height. */
  get reflectedHeight(): number {
    return this.position.reflectedHeight;
  }

  get eventCount(): number {
    return this.position.events % TAIL_NUMBERS;
  }

  /** The tables hold what comes after a gap only, also for a while after that was filled: until they are emptied. */
  get holdsTail(): boolean {
    return this.position.events >= TAIL_NUMBERS;
  }

  /** Calls back after each step; returns how to stop that. */
  onProgress(listener: (progress: ProjectionProgress) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  async onApplicationBootstrap(): Promise<void> {
    this.position = await this.options.projection.position();
    this.unsubscribe = this.options.node.onCommitted(() => {
      this.committedMs = performance.now();
      this.loop.wake();
    });
    this.loop.wake();
  }

  async onApplicationShutdown(): Promise<void> {
    this.unsubscribe();
    await this.loop.stop();
    this.release(Number.MAX_SAFE_INTEGER);
  }

  /** Resolves true once reads reflect the height, false when that takes longer. */
  async waitFor(height: number, timeoutMs: number): Promise<boolean> {
    if (this.position.reflectedHeight >= height) return true;
    this.loop.wake();
    let timer: NodeJS.Timeout | undefined;
    await new Promise<void>((resolve) => {
      const waiter = { height, resolve };
      this.waiters.push(waiter);
      timer = setTimeout(() => {
        this.waiters = this.waiters.filter((other) => other !== waiter);
        resolve();
      }, timeoutMs);
    });
    clearTimeout(timer);
    return this.position.reflectedHeight >= height;
  }

  private failed(error: unknown): number {
    if (error instanceof ProjectionConflictError) {
      this.moved = true;
      return 0;
    }
    this.options.reportFailure('projection', error);
    return RETRY_MS;
  }

  /** One chunk; true when there may be more. */
  private async step(): Promise<boolean> {
    const { store, projection } = this.options;
    if (this.moved) this.position = await projection.position();
    this.moved = false;
    await this.fitHistory();
    const from = this.position;
    // Read before the rows: blocks that arrive meanwhile are reflected by the next chunk.
    const head = (await store.lastHeight()) ?? 0;
    if (head <= from.reflectedHeight) return false;
    const start = { height: from.nextHeight as Height, index: from.nextIndex };
    const read = store.justStored?.(start, CHUNK) ?? (await timedTransactions(store, start));
    const patience = patienceMs(read);
    if (patience > 0) await this.quiet(patience);
    const projected = await projectBounded(read, this.options.readCaptures ?? NOTHING_READ);
    const rows = read.slice(0, projected.length);
    const last = rows.at(-1);
    const complete = rows.length === read.length && read.length < CHUNK;
    const lastHeight = last?.height ?? 0;
    this.position = await projection.apply({
      from,
      nextHeight: last?.height ?? from.nextHeight,
      nextIndex: last === undefined ? from.nextIndex : last.index + 1,
      reflectedHeight: complete ? Math.max(head, lastHeight) : Math.max(from.reflectedHeight, lastHeight - 1),
      events: projected.flatMap(({ events }) => events),
      captures: projected.flatMap(({ capture }) => (capture === null ? [] : [capture])),
      vocabulary: projected.flatMap(({ vocabulary }) => vocabulary),
      places: projected.flatMap(({ places }) => places)
    });
    const rightsChanged = projected.some(({ changesRights }) => changesRights);
    if (rightsChanged) this.options.rightsChanged();
    const progress = { events: this.position.events - from.events, rightsChanged };
    for (const listener of this.listeners) listener(progress);
    this.release(this.position.reflectedHeight);
    if (complete) this.behindMs = null;
    return !complete;
  }

  /** The tables hold all of a whole ledger, or the tail of one with a gap, never a part of what is below the gap. */
  private async fitHistory(): Promise<void> {
    const { projection, node } = this.options;
    const { historyFrom } = node.status();
    if ((historyFrom !== undefined) === this.holdsTail) return;
    const reflectedHeight = (historyFrom ?? 1) - 1;
    const events = historyFrom === undefined ? 0 : TAIL_NUMBERS;
    await projection.reset({ nextHeight: reflectedHeight + 1, nextIndex: 0, reflectedHeight, events });
    this.position = await projection.position();
  }

  private async quiet(patience: number): Promise<void> {
    this.behindMs ??= performance.now();
    const latest = this.behindMs + patience;
    for (;;) {
      const now = performance.now();
      const until = Math.min(latest, this.committedMs + QUIET_MS);
      if (now >= until || this.waiters.length > 0 || this.loop.isStopped) return;
      await delay(Math.min(QUIET_POLL_MS, until - now));
    }
  }

  private release(height: number): void {
    const ready = this.waiters.filter((waiter) => waiter.height <= height);
    this.waiters = this.waiters.filter((waiter) => waiter.height > height);
    for (const waiter of ready) waiter.resolve();
  }
}

const NOTHING_READ = new ReadCaptures(0);

/** From the ledger's rows. */
async function timedTransactions(
  store: LedgerStore,
  start: { readonly height: Height; readonly index: number }
): Promise<readonly JustStored[]> {
  const read = await store.transactions(start, CHUNK);
  const times = await blockTimes(store, read);
  return read.map((stored) => ({ ...stored, recordTimeMs: times.get(stored.height) ?? 0 }));
}

/** The first transactions of the list, as many as make a chunk; one at least. Others have their turn in between. */
async function projectBounded(
  transactions: readonly JustStored[],
  readCaptures: ReadCaptures
): Promise<readonly ProjectedTransaction[]> {
  const projected: ProjectedTransaction[] = [];
  let rows = 0;
  let turnAt = TURN_ROWS;
  for (const transaction of transactions) {
    if (rows >= CHUNK_ROWS) break;
    const one = projectTransaction(transaction, transaction.recordTimeMs, readCaptures.take(transaction.encoded));
    rows += one.events.reduce((sum, { items, fields = [] }) => sum + 1 + items.length + fields.length, 0);
    projected.push(one);
    if (rows < turnAt) continue;
    turnAt = rows + TURN_ROWS;
    await setImmediate();
  }
  return projected;
}
