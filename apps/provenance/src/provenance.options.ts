import type { OutboxConfig } from '@lading/api';
import type { LedgerNodeApi, LedgerStore } from '@lading/engine';
import type { Hash, KeyId, OrganizationId, VerifySignature } from '@lading/kernel';
import type { EpochConfig } from '@lading/ledger';
import type { ProjectionStore } from '@lading/storage';
import type { ReadCaptures } from './projector/readCaptures.js';

/** The key with which the node signs for token-authenticated callers of its own organization. */
export interface ServiceKey {
  readonly keyId: KeyId;
  sign(message: Uint8Array): Uint8Array;
}

/** Everything the application is given by the process that hosts it. */
export interface ProvenanceOptions {
  readonly organization: OrganizationId;
  readonly chainId: Hash;
  readonly config: EpochConfig;
  readonly store: LedgerStore;
  readonly node: LedgerNodeApi;
  readonly projection: ProjectionStore;
  /** Where the node's contract leaves what it has read, for the projector. */
  readonly readCaptures?: ReadCaptures;
  readonly verify: VerifySignature;
  /** Null when the organization has custody mode off or no service key. */
  readonly service: ServiceKey | null;
  /** Targets of webhooks that need be neither public nor https: host:port. */
  readonly webhookAllow?: readonly string[];
  /** The broker that gets what is ordered; paths are absolute. */
  readonly outbox?: OutboxConfig | null;
  nowMs(): number;
  randomBytes(size: number): Uint8Array;
  /** Told after a block with operations on members or keys. */
  rightsChanged(): void;
  /** Failures in the background that nobody's request waits for. */
  reportFailure(what: string, error: unknown): void;
}

export const PROVENANCE_OPTIONS = Symbol('ProvenanceOptions');
