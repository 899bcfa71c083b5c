import { equalBytes, reject, unreachable } from '@lading/kernel';
import type { Height, Rejection, Sha256 } from '@lading/kernel';
import { checkTransaction, decodeTransaction } from '@lading/ledger';
import type { EpochConfig, OutcomeRecord, Transaction } from '@lading/ledger';
import { admissionKeys, admitTransaction, decodeJtiRecord, jtiKeyOf } from '@lading/membership';
import type { AdmissionRejection } from '@lading/membership';
import type { DurableBlock } from '../execution/executor.js';
import type { VerifiedTransactions } from '../lanes/verifiedTransactions.js';
import type { Mempool } from '../mempool.js';
import type { CommittedTransaction, SubmitFault } from '../nodeApi.js';
import type { Clock, LedgerStore, StoredTransaction } from '../ports.js';
import type { LatencyWindow } from './latency.js';
import type { StateLookup } from './stateLookup.js';

export type SubmitAnswer = CommittedTransaction | Rejection<SubmitFault>;

interface Pending {
  readonly tx: Transaction;
  readonly sinceMs: number;
  readonly waiters: Set<(answer: SubmitAnswer) => void>;
}

export interface SubmissionsParts {
  readonly config: EpochConfig;
  readonly self: number;
  readonly sha256: Sha256;
  readonly store: LedgerStore;
  readonly clock: Clock;
  readonly mempool: Mempool;
  readonly verified: VerifiedTransactions;
  readonly lookup: StateLookup;
  readonly latency: LatencyWindow;
  /** New transactions wait in the mempool. */
  readonly onAdded: () => void;
  /** A reason why nothing can be submitted now, or null. */
  readonly closed: () => Rejection<SubmitFault> | null;
}

/** A client's transactions from submission to outcome. One entry for each (organization, jti) that is under way. */
export class Submissions {
  readonly #pending = new Map<string, Pending>();

  constructor(private readonly parts: SubmissionsParts) {}

  submit(tx: Transaction, timeoutMs: number): Promise<SubmitAnswer> {
    const refused = this.parts.closed() ?? this.#checkForm(tx);
    if (refused !== null) return Promise.resolve(refused);
    const key = jtiKey(tx);
    const running = this.#pending.get(key);
    if (running !== undefined) {
      if (sameRequest(running.tx, tx)) return this.#wait(key, running, timeoutMs);
      return Promise.resolve(reject('JTI_CONFLICT', 'this jti is being used by another transaction'));
    }
    const pending: Pending = { tx, sinceMs: this.parts.clock.nowMs(), waiters: new Set() };
    this.#pending.set(key, pending);
    const answer = this.#wait(key, pending, timeoutMs);
    this.#begin(pending).catch((error: unknown) => {
      const detail = error instanceof Error ? error.message : String(error);
      this.#resolve(pending, reject('NODE_HALTED', `the database did not answer: ${detail}`));
    });
    return answer;
  }

  /** What would make the own lane's batch invalid must not enter it; what would fail at execution is told at once. */
  #checkForm(tx: Transaction): Rejection<SubmitFault> | null {
    const { config, self, verified } = this.parts;
    const own = config.organizations[self]?.id;
    if (own === undefined || !tx.header.lanes.includes(own)) {
      return reject('LANE_NOT_LISTED', `the transaction does not list ${own ?? 'this node'} among its lanes`);
    }
    const checked = checkTransaction(tx, config.chainId, config);
    if (!checked.ok) return reject(checked.code, checked.detail);
    return verified.check(tx) ? null : reject('TX_SIGNATURE', 'the signature does not fit the key in kid');
  }

  async #begin(pending: Pending): Promise<void> {
    const { tx } = pending;
    const { lookup, mempool, clock, sha256 } = this.parts;
    const values = await lookup.values(admissionKeys(tx, sha256));
    const view = { get: (key: string) => values.get(key) ?? null };
    const admitted = admitTransaction(tx, { timestampMs: clock.nowMs() }, view, sha256);
    if (!admitted.ok) return this.#refuse(pending, admitted);
    if (mempool.add(tx) === 'FULL') {
      return this.#resolve(pending, reject('MEMPOOL_FULL', 'too many transactions are waiting; try again shortly'));
    }
    this.parts.onAdded();
  }

  /** A transaction that cannot be applied now may have been: then its first outcome is the answer. */
  async #refuse(pending: Pending, { code, detail }: AdmissionRejection): Promise<void> {
    switch (code) {
      case 'DUPLICATE':
      case 'JTI_CONFLICT':
        return this.#resolve(pending, await this.#firstOutcome(pending.tx));
      case 'NOT_YET_VALID':
        return this.#resolve(pending, reject(code, detail));
      case 'EXPIRED':
      case 'KEY_NOT_ACTIVE': {
        const rows = await this.parts.store.transactionsById(pending.tx.txId);
        const first = rows.find((row) => !NEVER_RAN.has(row.outcome.code));
        return this.#resolve(pending, first === undefined ? reject(code, detail) : await this.#replay(first));
      }
      default:
        return unreachable(code, 'admission code');
    }
  }

  /** Blocks became durable: answers everybody who waits for one of their transactions. */
  durable(group: readonly DurableBlock[]): void {
    if (this.#pending.size === 0) return;
    for (const { executed } of group) {
      const { timestampMs } = executed.block.header;
      const transactions = executed.batches.flatMap((batch) => batch.transactions);
      for (const outcome of executed.outcomes) {
        const tx = transactions[outcome.index];
        const pending = tx === undefined ? undefined : this.#pending.get(jtiKey(tx));
        // Another transaction with the same jti says nothing about the one that is waited for.
        if (pending !== undefined && equalBytes(pending.tx.txId, outcome.txId)) {
          this.#settle(pending, outcome, timestampMs);
        }
      }
    }
  }

  #settle(pending: Pending, outcome: OutcomeRecord, timestampMs: number): void {
    const { status, code, detail, height, index, txId } = outcome;
    if (code === 'DUPLICATE' || code === 'JTI_CONFLICT') {
      this.#firstOutcome(pending.tx).then(
        (answer) => this.#resolve(pending, answer),
        (error: unknown) => this.#resolve(pending, reject('NODE_HALTED', String(error)))
      );
      return;
    }
    this.parts.latency.add(this.parts.clock.nowMs() - pending.sinceMs);
    this.#resolve(pending, { txId, height, index, timestampMs, outcome: { status, code, detail }, replayed: false });
  }

  /** The node stops: nobody waits in vain. */
  stop(): void {
    for (const pending of [...this.#pending.values()]) {
      this.#resolve(pending, reject('NODE_HALTED', 'the node is stopping; submit the same transaction again'));
    }
  }

  /** The outcome of the transaction that used this jti first, when it asked for the same thing. */
  async #firstOutcome(tx: Transaction): Promise<SubmitAnswer> {
    const key = jtiKeyOf(tx, this.parts.sha256);
    const value = (await this.parts.store.stateValues([key])).get(key);
    const first = value === undefined ? null : decodeJtiRecord(value);
    if (first?.ok !== true) return reject('JTI_CONFLICT', 'this jti has been used');
    const { height, index } = first.value;
    const [row] = await this.parts.store.transactions({ height: height as Height, index }, 1);
    const original = row === undefined ? null : decodeTransaction(row.encoded, this.parts.sha256);
    if (row === undefined || original?.ok !== true) return reject('JTI_CONFLICT', 'this jti has been used');
    if (sameRequest(original.value, tx)) return this.#replay(row);
    return reject('JTI_CONFLICT', `this jti was used for another transaction, at height ${height}`);
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

  #wait(key: string, pending: Pending, timeoutMs: number): Promise<SubmitAnswer> {
    const { clock } = this.parts;
    return new Promise((resolve) => {
      const cancel = clock.at(clock.nowMs() + timeoutMs, () => {
        pending.waiters.delete(waiter);
        if (pending.waiters.size === 0 && this.#pending.get(key) === pending) this.#pending.delete(key);
        const detail = 'not committed in time; the outcome is unknown: submit the same transaction again to learn it';
        resolve(reject('COMMIT_TIMEOUT', detail));
      });
      const waiter = (answer: SubmitAnswer): void => {
        cancel();
        resolve(answer);
      };
      pending.waiters.add(waiter);
    });
  }

  #resolve(pending: Pending, answer: SubmitAnswer): void {
    const key = jtiKey(pending.tx);
    if (this.#pending.get(key) === pending) this.#pending.delete(key);
    for (const waiter of pending.waiters) waiter(answer);
    pending.waiters.clear();
  }
}

/** Outcomes that say nothing about the transaction's first run. */
const NEVER_RAN: ReadonlySet<string> = new Set(['DUPLICATE', 'EXPIRED', 'NOT_YET_VALID', 'KEY_NOT_ACTIVE']);

const jtiKey = (tx: Transaction): string => `${tx.organization}/${tx.header.jti}`;

/** A retry may be signed anew (other iat, other txId): it asks for the same when operation and payload are equal. */
const sameRequest = (a: Transaction, b: Transaction): boolean =>
  equalBytes(a.txId, b.txId) || (a.header.op === b.header.op && equalBytes(a.payload, b.payload));
