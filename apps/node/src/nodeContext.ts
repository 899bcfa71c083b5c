import type { LedgerNodeApi, LedgerStore } from '@lading/engine';
import type { Hash, OrganizationId, Result, VerifySignature } from '@lading/kernel';
import type { EpochConfig, Genesis } from '@lading/ledger';
import type { StateDigests } from '@lading/storage';

/** What controllers are given by dependency injection: ports and facts, no adapters. */
export interface NodeContext {
  readonly organization: OrganizationId;
  readonly genesis: Genesis;
  readonly config: EpochConfig;
  readonly node: LedgerNodeApi;
  readonly store: LedgerStore;
  readonly stateDigests: Pick<StateDigests, 'digests' | 'entries'>;
  /** Pages of the ledger from a height on, as an export has them. */
  readonly exportPages: {
    blocks(from: number): Promise<Uint8Array>;
    checkpoints(from: number): Promise<Uint8Array>;
  };
  readonly verify: VerifySignature;
  readonly publicUrl: string | null;
  readonly custodyMode: boolean;
  nowMs(): number;
  /** The receipt as JSON text, in its one form. */
  receipt(txId: Hash): Promise<Result<string>>;
  readonly readiness: Readiness;
  /** Text of GET /metrics. */
  metrics(): string;
  /** Folder with one Markdown file per code. */
  readonly errorPages: string;
}

export interface Readiness {
  /** Null when ready, else one sentence that says why not. */
  reason(): Promise<string | null>;
}

export const NODE_CONTEXT = Symbol('NodeContext');
