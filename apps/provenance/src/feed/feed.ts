import type { Readable } from 'node:stream';
import { Inject, Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { ApiFault } from '@lading/api';
import type { Height } from '@lading/kernel';
import { Projector } from '../projector/projector.js';
import { PROVENANCE_OPTIONS, type ProvenanceOptions } from '../provenance.options.js';
import { feedMessage, type FeedFilter } from './feedEntry.js';
import { cursorText, isPruned, oldestHeld, type FeedCursor } from './oldestHeld.js';
import { pacedStream } from './pacedStream.js';

const CHUNK = 100;
const STREAMS = 100;
/** Of one organization, so that none can keep the others out. */
const STREAMS_OF_ONE = 50;
const HEARTBEAT_MS = 15_000;
/** A reader that takes nothing of what waits for it for so long is no reader. */
const STALLED_MS = 60_000;
/** A token lives no longer; the reader comes back with a new one and its cursor. */
const LIFE_MS = 900_000;

/** Streams of what is ordered, by cursor. Nothing is kept for a reader: the ledger itself is the queue. */
@Injectable()
export class Feed implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly wakers = new Set<() => void>();
  private readonly unsubscribe: (() => void)[] = [];
  private open = 0;
  private readonly openOf = new Map<string, number>();
  /** Grows when streams must end. */
  private generation = 0;

  constructor(
    @Inject(PROVENANCE_OPTIONS) private readonly options: ProvenanceOptions,
    @Inject(Projector) private readonly projector: Projector
  ) {}

  onApplicationBootstrap(): void {
    this.unsubscribe.push(
      this.options.node.onCommitted(() => this.wake()),
      this.projector.onProgress(({ rightsChanged }) => {
        if (rightsChanged) this.endAll();
      })
    );
  }

  beforeApplicationShutdown(): void {
    for (const stop of this.unsubscribe) stop();
    this.endAll();
  }

  /** Messages after the cursor, and for as long as the stream lives. */
  async stream(cursor: FeedCursor | null, filter: FeedFilter, organization: string): Promise<Readable> {
    const from = await this.begin(cursor);
    // Without a pause from here on: two that come at once are counted one after the other.
    const ofOne = this.openOf.get(organization) ?? 0;
    if (this.open >= STREAMS) throw new ApiFault('QUOTA_EXCEEDED', `this node serves ${STREAMS} streams at a time`);
    if (ofOne >= STREAMS_OF_ONE) {
      throw new ApiFault('QUOTA_EXCEEDED', `an organization has at most ${STREAMS_OF_ONE} streams on a node`);
    }
    this.open += 1;
    this.openOf.set(organization, ofOne + 1);
    const stream = pacedStream(this.messages(from, filter), STALLED_MS);
    stream.once('close', () => {
      this.open -= 1;
      this.openOf.set(organization, (this.openOf.get(organization) ?? 1) - 1);
      this.wake();
    });
    return stream;
  }

  get streams(): number {
    return this.open;
  }

  /** Where to go on. */
  private async begin(cursor: FeedCursor | null): Promise<FeedCursor> {
    const head = (await this.options.store.lastHeight()) ?? 0;
    if (cursor !== null && cursor.height > head) {
      throw new ApiFault('CURSOR_INVALID', `this ledger is at height ${head}; the cursor is of another one, or of a node further on`);
    }
    if (cursor === null) return { height: head, index: Number.MAX_SAFE_INTEGER };
    const oldest = await oldestHeld(this.options.store, this.options.node.status().historyFrom);
    if (oldest === null || !isPruned(cursor, oldest)) return cursor;
    const text = cursorText(oldest);
    throw new ApiFault('CURSOR_PRUNED', `this node holds what comes after ${text}; before it, ask another node`, {
      data: { oldest: text },
      headers: { 'Lading-Oldest-Cursor': text }
    });
  }

  private async *messages(from: FeedCursor, filter: FeedFilter): AsyncGenerator<string> {
    const generation = this.generation;
    const endMs = performance.now() + LIFE_MS;
    let next = { height: from.height, index: from.index + 1 };
    if (!Number.isSafeInteger(next.index)) next = { height: from.height + 1, index: 0 };
    yield 'retry: 1000\n\n';
    while (this.generation === generation && performance.now() < endMs) {
      const woken = this.nextWake();
      const rows = await this.options.store.transactions({ height: next.height as Height, index: next.index }, CHUNK);
      for (const row of rows) {
        const text = feedMessage(row, filter);
        if (text !== '') yield text;
      }
      const last = rows.at(-1);
      if (last !== undefined) next = { height: last.height, index: last.index + 1 };
      if (rows.length === CHUNK) woken.cancel();
      else if (!(await woken.wait)) yield ': \n\n';
    }
  }

  /** True when something happened, false when only time went by. Asked for before the rows are read: nothing is missed. */
  private nextWake(): { readonly wait: Promise<boolean>; readonly cancel: () => void } {
    let cancel = (): void => undefined;
    const wait = new Promise<boolean>((resolve) => {
      const timer = setTimeout(() => settle(false), HEARTBEAT_MS);
      const waker = (): void => settle(true);
      const settle = (woken: boolean): void => {
        clearTimeout(timer);
        this.wakers.delete(waker);
        resolve(woken);
      };
      cancel = waker;
      this.wakers.add(waker);
    });
    return { wait, cancel };
  }

  private wake(): void {
    for (const waker of [...this.wakers]) waker();
  }

  private endAll(): void {
    this.generation += 1;
    this.wake();
  }
}
