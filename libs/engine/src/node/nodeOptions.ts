import type { Timing } from '@lading/consensus';
import type { Contract } from '@lading/ledger';
import type { AuditSource } from '../auditSource.js';
import type { EngineEvents } from '../events.js';
import type { Clock, Crypto, LedgerStore, PeerPin, PeerTransport, RecordLog } from '../ports.js';
import type { StateTreeFile } from '../recovery/savedTree.js';
import type { SnapshotOptions } from '../snapshot/snapshots.js';

export interface LedgerNodeOptions {
  /** The network's genesis file, exact bytes. */
  readonly genesisBytes: Uint8Array;
  /** Id of the organization whose validator this is. */
  readonly organization: string;
  readonly store: LedgerStore;
  /** Raw rows of the same database, for the check at start. */
  readonly rows: AuditSource;
  readonly safetyLog: RecordLog;
  readonly batchLog: RecordLog;
  /** Where the state tree is kept between two starts; without it every start makes it of all entries. */
  readonly stateTree?: StateTreeFile;
  readonly transport: PeerTransport;
  readonly clock: Clock;
  readonly crypto: Crypto;
  readonly contracts: readonly Contract[];
  readonly events?: Partial<EngineEvents>;
  /** Keys of others that may fetch blocks and batches here. */
  readonly observers?: readonly PeerPin[];
  /** The key may be one that no config names yet: the node observes until one does. Else that is a fault. */
  readonly joining?: boolean;
  readonly snapshots?: SnapshotOptions;
  /** Local pace of the protocol; tests shorten it. */
  readonly timing?: Partial<Timing>;
}
