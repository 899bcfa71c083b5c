import { equalBytes, reject, unreachable } from '@lading/kernel';
import type { Rejection, Sha256 } from '@lading/kernel';
import { checkTransaction, CONFIG_CHANGE } from '@lading/ledger';
import type { EpochConfig, OutcomeRecord, Transaction } from '@lading/ledger';
import { admissionKeys, admitTransaction } from '@lading/membership';
import type { AdmissionRejection } from '@lading/membership';
import type { DurableBlock } from '../execution/executor.js';
import { ENGINE_LIMITS } from '../limits.js';
import type { VerifiedTransactions } from '../lanes/verifiedTransactions.js';
import type { Mempool } from '../mempool.js';
import type { SubmitAnswer, SubmitFault } from '../nodeApi.js';
import type { Clock, LedgerStore } from '../ports.js';
import { isUnavailable } from '../storeOutage.js';
import { FirstOutcomes, jtiOf, sameRequest } from './firstOutcomes.js';
import type { LatencyWindow } from './latency.js';
import type { StateLookup } from './stateLookup.js';

interface Pending {
  readonly tx: Transaction;
  readonly sinceMs: number;
  readonly waiters: Set<(answer: SubmitAnswer) => void>;
  /** To be told when the transaction waits in the own lane; null once it does. */
  onWaiting: (() => void)[] | null;
}

export interface SubmissionsParts {
  /** Of this node. */
  readonly organization: string;
  readonly sha256: Sha256;
  readonly store: LedgerStore;
  readonly clock: Clock;
  readonly mempool: Mempool;
  readonly verified: VerifiedTransactions;
  readonly lookup: StateLookup;
  readonly latency: LatencyWindow;
  /** Transactions of blocks up to this height are not held; 0: all are. */
  readonly baseHeight: () => number;
  /** New transactions wait in the mempool. */
  readonly onAdded: () => void;
  /** A reason why nothing can be submitted now, or null. */
  readonly closed: () => Rejection<SubmitFault> | null;
}

/** A client's transactions from submission to outcome. One entry for each (organization, jti) that is under way. */
export class Submissions {
  readonly #pending = new Map<string, Pending>();
  readonly #first: FirstOutcomes;

  constructor(
    private readonly parts: SubmissionsParts,
    private config: EpochConfig
  ) {
    this.#first = new FirstOutcomes(parts);
  }

  /**
   * Another config is in force. Returns whether a transaction that waits for a batch can still be ordered here; who
   * waits for another one is answered.
   */
  enter(config: EpochConfig): (tx: Transaction) => boolean {
    this.config = config;
    return (tx) => {
      const refused = this.#misfit(tx);
      if (refused === null) return true;
      const pending = this.#pending.get(jtiOf(tx));
      if (pending !== undefined && equalBytes(pending.tx.txId, tx.txId)) this.#resolve(pending, refused);
      return false;
    };
  }

  #misfit(tx: Transaction): Rejection<SubmitFault> | null {
    if (tx.header.exp * 1000 <= this.parts.clock.nowMs()) {
      return reject('EXPIRED', 'its time had passed when the epoch ended that would have ordered it');
    }
    const checked = checkTransaction(tx, this.config.chainId, this.config);
    if (!checked.ok) return reject(checked.code, checked.detail);
    if (this.#isListed(tx)) return null;
    return reject('LANE_NOT_LISTED', `${this.parts.organization} has no lane in epoch ${this.config.epoch}`);
  }

  submit(tx: Transaction, timeoutMs: number, onWaiting: () => void = () => undefined): Promise<SubmitAnswer> {
    const refused = this.parts.closed() ?? this.#checkForm(tx);
    if (refused !== null) return Promise.resolve(refused);
    if (!this.#isListed(tx)) return this.#answerUnlisted(tx, timeoutMs);
    const key = jtiOf(tx);
    const running = this.#pending.get(key);
    if (running !== undefined) {
      if (sameRequest(running.tx, tx)) {
        if (running.onWaiting === null) onWaiting();
        else running.onWaiting.push(onWaiting);
        return this.#wait(key, running, timeoutMs);
      }
      return Promise.resolve(reject('JTI_CONFLICT', 'this jti is being used by another transaction'));
    }
    if (this.#pending.size >= ENGINE_LIMITS.submissions) return Promise.resolve(BUSY);
    const pending: Pending = { tx, sinceMs: this.parts.clock.nowMs(), waiters: new Set(), onWaiting: [onWaiting] };
    this.#pending.set(key, pending);
    const answer = this.#wait(key, pending, timeoutMs);
    this.#begin(pending).catch((error: unknown) => this.#resolve(pending, failure(error)));
    return answer;
  }

  #isListed(tx: Transaction): boolean {
    const { organization } = this.parts;
    const hasLane = this.config.organizations.some(({ id }) => id === organization);
    return hasLane && tx.header.lanes.some((lane) => lane === organization);
  }

  /** This node must not order it; but it may tell what became of it where it was ordered (ledger.md §3). */
  async #answerUnlisted(tx: Transaction, timeoutMs: number): Promise<SubmitAnswer> {
    const { organization } = this.parts;
    try {
      const first = await this.#first.findSoon(tx, timeoutMs);
      return first ?? reject('LANE_NOT_LISTED', `the transaction does not list ${organization} among its lanes`);
    } catch (error) {
      return failure(error);
    }
  }

  /** What would make the own lane's batch invalid must not enter it; what would fail at execution is told at once. */
  #checkForm(tx: Transaction): Rejection<SubmitFault> | null {
    const { verified } = this.parts;
    const checked = checkTransaction(tx, this.config.chainId, this.config);
    if (!checked.ok) return reject(checked.code, checked.detail);
    return verified.check(tx) ? null : reject('TX_SIGNATURE', 'the signature does not fit the key in kid');
  }

  async #begin(pending: Pending): Promise<void> {
    const { tx } = pending;
    const { mempool } = this.parts;
    // A config transaction is judged by the config alone, and executed as often as it is ordered (spec/ledger.md 7).
    const refusal = tx.header.op === CONFIG_CHANGE ? null : await this.#admission(tx);
    if (refusal !== null) return this.#refuse(pending, refusal);
    if (mempool.add(tx) === 'FULL') return this.#resolve(pending, BUSY);
    const told = pending.onWaiting ?? [];
    pending.onWaiting = null;
    for (const onWaiting of told) onWaiting();
    this.parts.onAdded();
  }

  async #admission(tx: Transaction): Promise<AdmissionRejection | null> {
    const { lookup, clock, sha256 } = this.parts;
    const values = await lookup.values(admissionKeys(tx, sha256));
    const view = { get: (key: string) => values.get(key) ?? null };
    const admitted = admitTransaction(tx, { timestampMs: clock.nowMs(), config: this.config }, view, sha256);
    return admitted.ok ? null : admitted;
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
      case 'KEY_NOT_ACTIVE':
        return this.#resolve(pending, (await this.#first.find(pending.tx)) ?? reject(code, detail));
      default:
        return unreachable(code, 'admission code');
    }
  }

  /** Blocks became durable: answers everybody who waits for one of their transactions. */
  durable(group: readonly DurableBlock[]): void {
    this.#first.durable(group);
    if (this.#pending.size === 0) return;
    for (const { executed } of group) {
      const { timestampMs } = executed.block.header;
      const transactions = executed.batches.flatMap((batch) => batch.transactions);
      for (const outcome of executed.outcomes) {
        const tx = transactions[outcome.index];
        const pending = tx === undefined ? undefined : this.#pending.get(jtiOf(tx));
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
        (error: unknown) => this.#resolve(pending, failure(error))
      );
      return;
    }
    this.parts.latency.add(this.parts.clock.nowMs() - pending.sinceMs);
    this.#resolve(pending, { txId, height, index, timestampMs, outcome: { status, code, detail }, replayed: false });
  }

  /** The node stops, or cannot order anything any more: nobody waits in vain. */
  refuseAll(why: string): void {
    for (const pending of [...this.#pending.values()]) this.#resolve(pending, reject('NODE_HALTED', why));
  }

  async #firstOutcome(tx: Transaction): Promise<SubmitAnswer> {
    return (await this.#first.find(tx)) ?? reject('JTI_CONFLICT', 'this jti has been used');
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
    const key = jtiOf(pending.tx);
    if (this.#pending.get(key) === pending) this.#pending.delete(key);
    for (const waiter of pending.waiters) waiter(answer);
    pending.waiters.clear();
  }
}

const BUSY: SubmitAnswer = reject('MEMPOOL_FULL', 'too much of this organization waits for a block; try again shortly');

/** The database did not answer, or answered what cannot be. Nothing is known then: ask again. */
function failure(error: unknown): SubmitAnswer {
  const detail = error instanceof Error ? error.message : String(error);
  return isUnavailable(error)
    ? reject('STORE_UNAVAILABLE', 'the database of this node does not answer; submit the same transaction again')
    : reject('NODE_HALTED', `the transaction could not be looked up: ${detail}`);
}
