import type { Sha256, VerifySignature } from '@lading/kernel';
import { sha256Noble, verifyC1Noble } from '@lading/ledger/reading';

/** What a verifier computes with. A program may give its own where they are known to agree (spec/encoding.md C1.4). */
export interface VerifierCrypto {
  readonly sha256: Sha256;
  /** Rule C1. */
  readonly verify: VerifySignature;
}

export const NOBLE: VerifierCrypto = { sha256: sha256Noble, verify: verifyC1Noble };
