import type { Sha256, VerifySignature } from '@lading/kernel';
import type { EpochConfig } from '@lading/ledger';

/** What the rows of one block are checked with. */
export interface CheckTools {
  /** In force for the block. */
  readonly config: EpochConfig;
  readonly verify: VerifySignature;
  readonly sha256: Sha256;
}
