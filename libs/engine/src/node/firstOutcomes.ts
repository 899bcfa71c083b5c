import { equalBytes, reject } from '@lading/kernel';
import type { Height, Sha256 } from '@lading/kernel';
import { decodeTransaction } from '@lading/ledger';
import type { Transaction } from '@lading/ledger';
import { decodeJtiRecord, jtiKeyOf } from '@lading/membership';
import type { DurableBlock } from '../execution/executor.js';
import { ENGINE_LIMITS } from '../limits.js';
import type { SubmitAnswer } from '../nodeApi.js';
import type { Clock, LedgerStore, StoredTransaction } from '../ports.js';
import { historyNotHeld } from './historyNotHeld.js';

export interface FirstOutcomesParts {
  readonly store: Pick<LedgerStore, 'stateValues' | 'transactions' | 'transactionsById' | 'blocks'>;
  readonly clock: Clock;
  readonly sha256: Sha256;
  /** Transactions of blocks up to this height are not held; 0: all are. */
  readonly baseHeight: () => number;
}

interface Watch {
  readonly seen: Promise<boolean>;
  readonly cancel: () => void;
}

const NO_WATCH: Watch = { seen: Promise.resolve(false), cancel: () => undefined };

/** What an earlier submission of the same request led to, as far as this node's database knows. */
export class FirstOutcomes {
  /** Who waits for a block with this (organization, jti); called once at most. */
  readonly #watchers = new Map<string, Set<() => void>>();
  #waiting = 0;

  constructor(private readonly parts: FirstOutcomesParts) {}

  /**
   * The outcome of the transaction that used this jti first, when it asked for the same thing; JTI_CONFLICT when it
   * asked for another; null when no stored block has used it.
   */
  async find(tx: Transaction): Promise<SubmitAnswer | null> {
    const { store, sha256 } = this.parts;
    const key = jtiKeyOf(tx, sha256);
    const value = (await store.stateValues([key])).get(key);
    const first = value === undefined ? null : decodeJtiRecord(value);
    if (first?.ok !== true) return this.#ofTransaction(tx);
    const { height, index } = first.value;
    const base = this.parts.baseHeight();
    if (height <= base) return historyNotHeld(base);
    const [row] = await store.transactions({ height: height as Height, index }, 1);
    const original = row === undefined ? null : decodeTransaction(row.encoded, sha256);
    if (row === undefined || original?.ok !== true) return reject('JTI_CONFLICT', 'this jti has been used');
    if (sameRequest(original.value, tx)) return this.#replay(row);
    return reject('JTI_CONFLICT', `this jti was used for another transaction, at height ${height}`);
  }

  /**
   * Like `find`, for a node that must not order the transaction itself: the block that did may have been decided
   * elsewhere a moment ago. Waits a bounded time for it to become durable here.
   */
  async findSoon(tx: Transaction, timeoutMs: number): Promise<SubmitAnswer | null> {
    const { clock } = this.parts;
    const untilMs = clock.nowMs() + Math.min(timeoutMs, ENGINE_LIMITS.firstOutcomeMs);
    for (;;) {
      // Watched before it is looked for: a block that becomes durable in between is not missed.
      const block = this.#watch(jtiOf(tx), untilMs);
      const found = await this.find(tx);
      if (found !== null) {
        block.cancel();
        return found;
      }
      if (!(await block.seen)) return null;
    }
  }

  durable(group: readonly DurableBlock[]): void {
    if (this.#watchers.size === 0) return;
    for (const { executed } of group) {
      for (const tx of executed.batches.flatMap((batch) => batch.transactions)) {
        for (const seen of [...(this.#watchers.get(jtiOf(tx)) ?? [])]) seen();
      }
    }
  }

  /** `seen` is false when no block with this jti came in time, or when too many wait already. */
  #watch(jti: string, untilMs: number): Watch {
    if (this.#waiting >= ENGINE_LIMITS.firstOutcomeWaiters) return NO_WATCH;
    const watchers = this.#watchers.get(jti) ?? new Set<() => void>();
    this.#watchers.set(jti, watchers);
    let end: (seen: boolean) => void = () => undefined;
    const seen = new Promise<boolean>((resolve) => (end = resolve));
    const stopTimer = this.parts.clock.at(untilMs, () => finish(false));
    const wake = (): void => finish(true);
    const finish = (inTime: boolean): void => {
      if (!watchers.delete(wake)) return;
      if (watchers.size === 0) this.#watchers.delete(jti);
      this.#waiting -= 1;
      stopTimer();
      end(inTime);
    };
    watchers.add(wake);
    this.#waiting += 1;
    return { seen, cancel: () => finish(false) };
  }

  /** Where this very transaction ran, also when its jti record has expired since; null when it never did. */
  async #ofTransaction(tx: Transaction): Promise<SubmitAnswer | null> {
    const rows = await this.parts.store.transactionsById(tx.txId);
    const first = rows.find((row) => !NEVER_RAN.has(row.outcome.code));
    return first === undefined ? null : this.#replay(first);
  }

  async #replay(row: StoredTransaction): Promise<SubmitAnswer> {
    const [stored] = await this.parts.store.blocks(row.height, row.height, 1);
    const { status, code, detail, txId } = row.outcome;
    return {
      txId,
      height: row.height,
      index: row.index,
      timestampMs: stored?.block.header.timestampMs ?? 0,
      outcome: { status, code, detail },
      replayed: true
    };
  }
}

/** Outcomes that say nothing about the transaction's first run. */
const NEVER_RAN: ReadonlySet<string> = new Set(['DUPLICATE', 'EXPIRED', 'NOT_YET_VALID', 'KEY_NOT_ACTIVE']);

export const jtiOf = (tx: Transaction): string => `${tx.organization}/${tx.header.jti}`;

/** A retry may be signed anew (other iat, other txId): it asks for the same when operation and payload are equal. */
export const sameRequest = (a: Transaction, b: Transaction): boolean =>
  equalBytes(a.txId, b.txId) || (a.header.op === b.header.op && equalBytes(a.payload, b.payload));
