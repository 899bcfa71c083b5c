import type { Sha256, VerifySignature } from '@lading/kernel';
import { leafHash, verifyTransaction } from '@lading/ledger';
import type { Transaction } from '@lading/ledger';
import { ENGINE_LIMITS } from '../limits.js';
import { RecentHashes } from '../recentHashes.js';

/**
 * Leaves (spec/ledger.md §4) of encoded transactions whose signature has verified here, so that each is checked once per
 * node: batches are hashed by them anyway. The key covers the signature: the same transaction under another signature is
 * another entry (ledger.md §3).
 */
export class VerifiedTransactions {
  readonly #known = new RecentHashes(ENGINE_LIMITS.verifiedTransactions);

  constructor(
    private readonly sha256: Sha256,
    private readonly verify: VerifySignature
  ) {}

  add(leaf: Uint8Array): void {
    this.#known.add(leaf);
  }

  has(leaf: Uint8Array): boolean {
    return this.#known.has(leaf);
  }

  /** Whether the member's signature is valid; computed at most once. */
  check(transaction: Transaction): boolean {
    const leaf = leafHash(transaction.encoded, this.sha256);
    if (this.has(leaf)) return true;
    if (!verifyTransaction(transaction, this.verify)) return false;
    this.add(leaf);
    return true;
  }
}
