import { LIMITS, toHex } from '@lading/kernel';
import type { Transaction } from '@lading/ledger';

/**
 * Transactions of this organization's clients between submission and a batch. Invariants:
 * 1. A txId is here at most once, and never together with a batch of this node that is still unordered.
 * 2. Count and bytes stay within LIMITS.mempoolTransactions and LIMITS.mempoolBytes.
 * Nothing here is durable and nothing here has been promised: a client repeats what was not committed.
 */
export class Mempool {
  readonly #waiting = new Map<string, Transaction>();
  /** txIds in own batches that no executed block holds yet. */
  readonly #batched = new Set<string>();
  #bytes = 0;

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
    const id = toHex(transaction.txId);
    if (this.#waiting.has(id) || this.#batched.has(id)) return 'KNOWN';
    const size = transaction.encoded.length;
    if (this.#waiting.size >= LIMITS.mempoolTransactions || this.#bytes + size > LIMITS.mempoolBytes) return 'FULL';
    this.#waiting.set(id, transaction);
    this.#bytes += size;
    return 'ADDED';
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
      this.#batched.add(id);
    }
    this.#bytes -= bytes;
    return taken;
  }

  /** Own batches found in the batch log after a restart. */
  restoreBatched(transactions: readonly Transaction[]): void {
    for (const { txId } of transactions) this.#batched.add(toHex(txId));
  }

  /** Their batch can never be ordered: they wait for another one. */
  release(transactions: readonly Transaction[]): void {
    for (const transaction of transactions) {
      if (this.#batched.delete(toHex(transaction.txId))) this.add(transaction);
    }
  }

  /** The transactions were ordered (in whichever lane): they are no longer pending here. */
  ordered(transactions: readonly Transaction[]): void {
    for (const { txId } of transactions) {
      const id = toHex(txId);
      this.#batched.delete(id);
      const waiting = this.#waiting.get(id);
      if (waiting === undefined) continue;
      this.#waiting.delete(id);
      this.#bytes -= waiting.encoded.length;
    }
  }
}
