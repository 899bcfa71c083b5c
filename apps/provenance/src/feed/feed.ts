import { Readable } from 'node:stream';
import { Inject, Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { ApiFault } from '@lading/api';
import type { Height } from '@lading/kernel';
import { Projector } from '../projector/projector.js';
import { PROVENANCE_OPTIONS, type ProvenanceOptions } from '../provenance.options.js';
import { feedMessage, type FeedFilter } from './feedEntry.js';

/** The last transaction that a reader has seen. */
export interface FeedCursor {
  readonly height: number;
  readonly index: number;
}

const CHUNK = 100;
const STREAMS = 100;
const HEARTBEAT_MS = 15_000;
/** A token lives no longer; the reader comes back with a new one and its cursor. */
const LIFE_MS = 900_000;

/** Streams of what is ordered, by cursor. Nothing is kept for a reader: the ledger itself is the queue. */
@Injectable()
export class Feed implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly wakers = new Set<() => void>();
  private readonly unsubscribe: (() => void)[] = [];
  private open = 0;
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
  async stream(cursor: FeedCursor | null, filter: FeedFilter): Promise<Readable> {
    if (this.open >= STREAMS) throw new ApiFault('QUOTA_EXCEEDED', `this node serves ${STREAMS} streams at a time`);
    const head = (await this.options.store.lastHeight()) ?? 0;
    if (cursor !== null && cursor.height > head) {
      throw new ApiFault('CURSOR_INVALID', `this ledger is at height ${head}; the cursor is of another one, or of a node further on`);
    }
    this.open += 1;
    const stream = Readable.from(this.messages(cursor ?? { height: head, index: Number.MAX_SAFE_INTEGER }, filter), {
      objectMode: false
    });
    stream.once('close', () => {
      this.open -= 1;
      this.wake();
    });
    return stream;
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
