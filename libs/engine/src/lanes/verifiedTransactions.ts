import { toHex } from '@lading/kernel';
import type { Sha256, VerifySignature } from '@lading/kernel';
import { verifyTransaction } from '@lading/ledger';
import type { Transaction } from '@lading/ledger';
import { BoundedMap } from '../boundedMap.js';
import { ENGINE_LIMITS } from '../limits.js';

/**
 * SHA-256 of whole encoded transactions whose signature has verified here, so that each is checked once per node.
 * The key covers the signature: the same transaction under another signature is another entry (ledger.md §3).
 */
export class VerifiedTransactions {
  readonly #known = new BoundedMap<string, true>(ENGINE_LIMITS.verifiedTransactions);

  constructor(
    private readonly sha256: Sha256,
    private readonly verify: VerifySignature
  ) {}

  add(encodedHash: Uint8Array): void {
    this.#known.set(toHex(encodedHash), true);
  }

  has(encodedHash: Uint8Array): boolean {
    return this.#known.has(toHex(encodedHash));
  }

  /** Whether the member's signature is valid; computed at most once. */
  check(transaction: Transaction): boolean {
    const hash = this.sha256(transaction.encoded);
    if (this.has(hash)) return true;
    if (!verifyTransaction(transaction, this.verify)) return false;
    this.add(hash);
    return true;
  }
}
