import type { CoreState } from '@lading/consensus';
import type { EpochConfig } from '@lading/ledger';
import type { Sha256, VerifySignature } from '@lading/kernel';
import type { EpochPeers } from '../driver/epochPeers.js';
import type { Clock, Crypto, LedgerStore } from '../ports.js';
import type { StoreOutage } from '../storeOutage.js';

/** What most parts of a node are made of. */
export interface SharedParts {
  readonly core: CoreState;
  /** In force when the node was opened. */
  readonly config: EpochConfig;
  readonly store: LedgerStore;
  readonly clock: Clock;
  readonly crypto: Crypto;
  readonly sha256: Sha256;
  readonly verify: VerifySignature;
  readonly outage: StoreOutage;
  readonly peers: EpochPeers;
  readonly maySign: () => boolean;
  readonly onFatal: (error: Error) => void;
  readonly onReadFailure: (error: unknown) => void;
}
