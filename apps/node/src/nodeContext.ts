import type { LedgerNodeApi, LedgerStore, PastStates } from '@lading/engine';
import type { Hash, OrganizationId, Result, Sha256, VerifySignature } from '@lading/kernel';
import type { EpochConfig, Genesis } from '@lading/ledger';
import type { ComparedRows } from '@lading/storage';

/** What controllers are given by dependency injection: ports and facts, no adapters. */
export interface NodeContext {
  readonly organization: OrganizationId;
  readonly genesis: Genesis;
  readonly config: EpochConfig;
  readonly node: LedgerNodeApi;
  readonly store: LedgerStore;
  /** What auditors compare nodes by (spec/compare.md). */
  readonly comparedRows: Pick<ComparedRows, 'history' | 'atHeight' | 'state'>;
  readonly states: Pick<PastStates, 'hold' | 'window' | 'hashes' | 'entries' | 'bucketHashes' | 'changes'>;
  /** Pages of the ledger from a height on, as an export has them. */
  readonly exportPages: {
    blocks(from: number): Promise<Uint8Array>;
    checkpoints(from: number): Promise<Uint8Array>;
  };
  readonly sha256: Sha256;
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
