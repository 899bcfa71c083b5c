import { LIMITS } from '@lading/kernel';
import { keyOfBytes, type Transaction } from '@lading/ledger';

/**
 * Transactions of this organization's clients between submission and a batch. Invariants:
 * 1. A txId is here at most once, and never together with a batch of this node that is still unordered.
 * 2. At most LIMITS.mempoolTransactions wait. With what own batches hold that no block has ordered, their bytes stay
 *    within LIMITS.laneQuotaBytes (consensus.md §2.7): clients feel the pressure of a network that makes no progress.
 * Nothing here is durable and nothing here has been promised: a client repeats what was not committed.
 */
export class Mempool {
  readonly #waiting = new Map<string, Transaction>();
  /** In own batches that no executed block holds yet. */
  readonly #batched = new Map<string, Transaction>();
  #bytes = 0;
  #batchedBytes = 0;

  get count(): number {
    return this.#waiting.size;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** Transactions that wait for a batch or for a block. */
  get pending(): number {
    return this.#waiting.size + this.#batched.size;
  }

  add(transaction: Transaction): 'ADDED' | 'KNOWN' | 'FULL' {
    const id = keyOfBytes(transaction.txId);
    if (this.#waiting.has(id) || this.#batched.has(id)) return 'KNOWN';
    const size = transaction.encoded.length;
    const uncommitted = this.#bytes + this.#batchedBytes;
    if (this.#waiting.size >= LIMITS.mempoolTransactions || uncommitted + size > LIMITS.laneQuotaBytes) return 'FULL';
    this.#wait(id, transaction);
    return 'ADDED';
  }

  #wait(id: string, transaction: Transaction): void {
    this.#waiting.set(id, transaction);
    this.#bytes += transaction.encoded.length;
  }

  #batch(id: string, transaction: Transaction): void {
    if (this.#batched.has(id)) return;
    this.#batched.set(id, transaction);
    this.#batchedBytes += transaction.encoded.length;
  }

  #unbatch(id: string): boolean {
    this.#batchedBytes -= this.#batched.get(id)?.encoded.length ?? 0;
    return this.#batched.delete(id);
  }

  /** Removes the oldest transactions, up to both limits but at least one when there is one. */
  take(maxCount: number, maxBytes: number): Transaction[] {
    const taken: Transaction[] = [];
    let bytes = 0;
    for (const [id, transaction] of this.#waiting) {
      const size = transaction.encoded.length;
      if (taken.length > 0 && (taken.length >= maxCount || bytes + size > maxBytes)) break;
      taken.push(transaction);
      bytes += size;
      this.#waiting.delete(id);
      this.#batch(id, transaction);
    }
    this.#bytes -= bytes;
    return taken;
  }

  /** Own batches found in the batch log after a restart. */
  restoreBatched(transactions: readonly Transaction[]): void {
    for (const transaction of transactions) this.#batch(keyOfBytes(transaction.txId), transaction);
  }

  /** Their batch can never be ordered: they wait for another one, whatever the quota says of new ones. */
  release(transactions: readonly Transaction[]): void {
    for (const transaction of transactions) {
      const id = keyOfBytes(transaction.txId);
      if (this.#unbatch(id) && !this.#waiting.has(id)) this.#wait(id, transaction);
    }
  }

  /**
   * The epoch has ended: none of the own batches that wait can be ordered any more. Everything waits for new ones, in
   * its old order; what `keep` refuses is forgotten.
   */
  begin(keep: (transaction: Transaction) => boolean): void {
    const all = [...this.#batched.values(), ...this.#waiting.values()];
    this.#batched.clear();
    this.#waiting.clear();
    this.#batchedBytes = 0;
    this.#bytes = 0;
    for (const transaction of all) if (keep(transaction)) this.#wait(keyOfBytes(transaction.txId), transaction);
  }

  /** The transactions were ordered (in whichever lane): they are no longer pending here. */
  ordered(transactions: readonly Transaction[]): void {
    for (const { txId } of transactions) {
      const id = keyOfBytes(txId);
      this.#unbatch(id);
      const waiting = this.#waiting.get(id);
      if (waiting === undefined) continue;
      this.#waiting.delete(id);
      this.#bytes -= waiting.encoded.length;
    }
  }
}
