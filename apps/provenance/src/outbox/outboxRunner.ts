import type { LedgerNodeApi, LedgerStore } from '@lading/engine';
import type { Height } from '@lading/kernel';
import { cursorText, isPruned, oldestHeld } from '../feed/oldestHeld.js';
import { blockTimes } from '../projector/blockTimes.js';
import { StepLoop } from '../projector/stepLoop.js';
import type { OutboxBroker, OutboxMessage, OutboxPosition, OutboxStatus } from './outbox.types.js';
import { OutboxFault } from './outboxFault.js';
import { outboxMessages } from './outboxMessages.js';

/** Where positions are kept: durable once a promise resolves. */
export interface PositionStore {
  /** The stored position; `initial` is stored when there is none. */
  load(target: string, initial: OutboxPosition): Promise<OutboxPosition>;
  /** False when the stored one is not `from`. */
  move(target: string, from: OutboxPosition, to: OutboxPosition): Promise<boolean>;
}

export interface OutboxRunnerOptions {
  readonly chain: string;
  readonly store: Pick<LedgerStore, 'blockHashes' | 'blocks' | 'lastHeight' | 'transactions'>;
  /** The first height held of a ledger with a gap; undefined: all is held. */
  readonly historyFrom?: () => number | undefined;
  readonly node: Pick<LedgerNodeApi, 'onCommitted' | 'status'>;
  readonly positions: PositionStore;
  readonly broker: OutboxBroker;
  readonly from: 'beginning' | 'now';
  /** Go on at the oldest transaction held instead of stopping with OUTBOX_HISTORY. */
  readonly skipMissing: boolean;
  readonly firstRetryMs?: number;
  reportFailure(error: unknown): void;
}

/** Transactions of one step: what is in memory at a time, at most. */
const CHUNK = 16;
const FIRST_RETRY_MS = 500;
const LONGEST_RETRY_MS = 60_000;
const NOTHING: OutboxPosition = { height: 0, index: 0 };

/** How long to wait after so many failures in a row (spec/outbox.md 2.2). */
export const outboxRetryMs = (failures: number, firstMs = FIRST_RETRY_MS): number =>
  Math.min(LONGEST_RETRY_MS, firstMs * 2 ** Math.min(20, Math.max(0, failures - 1)));

/**
 * Follows the ledger by cursor and hands it to a broker, off the commit path. 1. The stored position never passes a
 * message that the broker has not acknowledged. 2. One attempt is under way at a time. 3. Whatever fails, nobody waits.
 */
export class OutboxRunner {
  private position: OutboxPosition | null = null;
  /** Everything up to this height has been handed over. */
  private reached = 0;
  private counts = { sent: 0, duplicates: 0, failures: 0 };
  private failed = 0;
  private problem: string | null = null;
  /** An attempt that is put off waits its time out, whatever arrives meanwhile. */
  private readonly loop = new StepLoop({ step: () => this.step(), failed: (error) => this.putOff(error), wakesFromRest: false });
  private unsubscribe: () => void = () => undefined;

  constructor(private readonly options: OutboxRunnerOptions) {}

  start(): void {
    this.unsubscribe = this.options.node.onCommitted(() => this.loop.wake());
    this.loop.wake();
  }

  /** What is under way at the broker is given up; it is sent again after the next start. */
  async stop(): Promise<void> {
    this.unsubscribe();
    const ended = this.loop.stop();
    await this.options.broker.close().catch(() => undefined);
    await ended;
    // A connection that was being made when the first close came.
    await this.options.broker.close().catch(() => undefined);
  }

  status(): OutboxStatus {
    const lagBlocks = Math.max(0, this.options.node.status().height - this.reached);
    const { broker } = this.options;
    return { target: broker.target, position: this.position ?? NOTHING, lagBlocks, ...this.counts, problem: this.problem };
  }

  private putOff(error: unknown): number {
    if (this.loop.isStopped) return 0;
    this.failed += 1;
    this.counts = { ...this.counts, failures: this.counts.failures + 1 };
    const problem = error instanceof Error ? error.message : String(error);
    // A broker that stays away is one line, not one for every attempt.
    if (problem !== this.problem) this.options.reportFailure(error);
    this.problem = problem;
    this.position = null;
    return outboxRetryMs(this.failed, this.options.firstRetryMs);
  }

  /** One chunk; true when there may be more. */
  private async step(): Promise<boolean> {
    const { store, broker, positions } = this.options;
    const from = (this.position ??= await this.load());
    // Read before the rows: blocks that arrive meanwhile belong to the next chunk.
    const head = (await store.lastHeight()) ?? 0;
    const rows = await store.transactions({ height: from.height as Height, index: from.index + 1 }, CHUNK);
    const times = await blockTimes(store, rows);
    const messages = rows.flatMap((row): readonly OutboxMessage[] =>
      outboxMessages(row, times.get(row.height) ?? 0, this.options.chain)
    );
    if (messages.length > 0) {
      const { duplicates } = await broker.publish(messages);
      const { sent } = this.counts;
      this.counts = { ...this.counts, sent: sent + messages.length, duplicates: this.counts.duplicates + duplicates };
    }
    const last = rows.at(-1);
    if (last !== undefined) {
      const to = { height: last.height, index: last.index };
      if (!(await positions.move(broker.target, from, to))) throw new Error('the position of the outbox moved under it');
      this.position = to;
    }
    this.failed = 0;
    this.problem = null;
    const isMore = rows.length === CHUNK;
    this.reached = isMore ? Math.max(this.reached, (last?.height ?? 1) - 1) : Math.max(head, this.reached);
    return isMore;
  }

  /** Where to go on; a history that begins later is noticed before anything of it goes out. */
  private async load(): Promise<OutboxPosition> {
    const { store, positions, broker, from, skipMissing, historyFrom } = this.options;
    await broker.open();
    const head = (await store.lastHeight()) ?? 0;
    const initial = from === 'now' ? { height: head, index: 999_999_999 } : NOTHING;
    const stored = await positions.load(broker.target, initial);
    const oldest = await oldestHeld(store, historyFrom?.());
    if (oldest === null || !isPruned(stored, oldest)) return stored;
    if (!skipMissing) {
      const detail = `the transactions after ${cursorText(stored)} are not held here; the oldest are after ${cursorText(oldest)}`;
      throw new OutboxFault('OUTBOX_HISTORY', `${detail}; set "skipMissing" to go on there`);
    }
    await positions.move(broker.target, stored, oldest);
    return oldest;
  }
}
