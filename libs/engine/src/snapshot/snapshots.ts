import type { Hash, Height, Sha256, VerifySignature } from '@lading/kernel';
import type { CheckpointCertificate, Genesis } from '@lading/ledger';
import type { Pause } from '../execution/executor.js';
import type { OutcomesLog } from '../execution/outcomesLog.js';
import type { Channel, Clock, LedgerStore, PeerTransport } from '../ports.js';
import type { HeldBase } from '../recovery/heldBase.js';
import type { SnapshotFiles } from '../snapshotPorts.js';
import type { HistoryStore } from '../history/historyPorts.js';
import { joinFromSnapshot } from './joinFromSnapshot.js';
import { SNAPSHOT_LIMITS } from './snapshotLimits.js';
import { SnapshotMaker } from './snapshotMaker.js';
import { SnapshotServer } from './snapshotServer.js';

/** Without them a node neither serves snapshots nor begins from one. */
export interface SnapshotOptions {
  readonly files: SnapshotFiles;
  /** An empty database begins from a peer's snapshot, where the network is at this height at least (2 or more). */
  readonly join?: { readonly minimumLag: number };
  /** Where blocks below the snapshot are kept that are fetched afterwards, in the background; without it none are. */
  readonly history?: HistoryStore;
  /** A chunk is closed above it; tests shorten it. */
  readonly chunkBytes?: number;
  /** What goes on while the node joins, for a log. */
  readonly tell?: (line: string) => void;
}

/** Fills an empty database from a snapshot; undefined: the operator has not asked for that. */
export function joinOf(
  options: {
    readonly snapshots?: SnapshotOptions;
    readonly organization: string;
    readonly store: LedgerStore;
    readonly transport: PeerTransport;
    readonly clock: Clock;
    readonly crypto: { readonly sha256: Sha256; readonly verify: VerifySignature };
  },
  genesis: Genesis
): (() => Promise<void>) | undefined {
  const { snapshots, crypto, organization, store, transport, clock } = options;
  if (snapshots?.join === undefined) return undefined;
  const { files, tell = () => undefined } = snapshots;
  const minimumLag = Math.max(2, snapshots.join.minimumLag);
  const parts = { genesis, organization, store, transport, clock, files, tell, minimumLag };
  return () => joinFromSnapshot({ ...parts, sha256: crypto.sha256, verify: crypto.verify });
}

export interface SnapshotsParts {
  readonly options: SnapshotOptions | undefined;
  readonly store: LedgerStore;
  readonly clock: Clock;
  readonly sha256: Sha256;
  readonly chainId: Hash;
  readonly base: HeldBase | null;
  readonly outcomesLog: OutcomesLog;
  readonly head: () => Height;
  /** The lowest height from which on every block and batch is held. */
  readonly lowest: () => number;
  readonly treeRootAt: (height: Height) => Hash | null;
  readonly certified: () => CheckpointCertificate | null;
  readonly checkpointBlocks: () => number;
  readonly send: (to: number, channel: Channel, bytes: Uint8Array) => void;
  readonly onReadFailure: (error: unknown) => void;
}

/** What a running node has to do with snapshots: making and serving them. */
export class Snapshots implements Pause {
  readonly #maker: SnapshotMaker | null;
  readonly #server: SnapshotServer | null;

  constructor(parts: SnapshotsParts) {
    const { files, chunkBytes = SNAPSHOT_LIMITS.chunkBytes } = parts.options ?? {};
    const onFailure = parts.onReadFailure;
    this.#maker = files === undefined ? null : new SnapshotMaker({ ...parts, files, chunkBytes, onFailure });
    this.#server = files === undefined || this.#maker === null ? null : new SnapshotServer({ ...parts, files, maker: this.#maker });
  }

  async restore(): Promise<void> {
    await this.#maker?.restore();
  }

  /** A frame of CHANNEL.fetchSnapshot: its cost for the sender; null: malformed. */
  receive(from: number, bytes: Uint8Array): number | null {
    return this.#server === null ? 0 : this.#server.receive(from, bytes);
  }

  cutsAfter(height: number): boolean {
    return this.#maker?.cutsAfter(height) ?? false;
  }

  async settled(height: Height): Promise<void> {
    await this.#maker?.settled(height);
  }

  certified(checkpoint: CheckpointCertificate): void {
    this.#maker?.certified(checkpoint);
  }

  async stop(): Promise<void> {
    await this.#maker?.stop();
  }
}
