import type { Hash, Height, KeyId, OrganizationId, Result } from '@lading/kernel';
import type { EpochConfig } from './config.js';
import type { Outcome } from './outcomeRecord.js';
import type { Transaction } from './transaction.js';

/** State as a contract sees it: keys are strings `contract/kind/id`, values deterministic CBOR. */
export interface StateView {
  /** Value before this event of this transaction, or null when absent. The key must be one that `keys` named. */
  get(key: string): Uint8Array | null;
}

export interface StateWriter extends StateView {
  /** null deletes. */
  put(key: string, value: Uint8Array | null): void;
  /** Where somebody keeps what proofs need beside the state; nothing may depend on it. */
  note?(note: ChainNote): void;
}

/** Chains that one event or operation has extended, as far as its bytes do not say so (spec/proofs.md 7.1). */
export interface ChainNote {
  /** Index in its transaction; 0 for an operation. */
  readonly eventIndex: number;
  /** '' for chains of items and recalls; the code for chains of anomalies. */
  readonly kind: string;
  /** State keys of the chains. */
  readonly keys: readonly string[];
  /** Encoded links of the leaf; empty where they are those that the bytes name. */
  readonly links: Uint8Array;
}

/** Where and by whom a transaction is being executed. Everything here is the same on every node. */
export interface ExecutionContext {
  readonly chainId: Hash;
  readonly height: Height;
  /** Block time, milliseconds. */
  readonly timestampMs: number;
  /** Index over all transactions of the block in ref order. */
  readonly index: number;
  readonly txId: Hash;
  readonly kid: KeyId;
  readonly organization: OrganizationId;
  readonly member: string;
  /** Purpose and roles of the signing key, from the state before the transaction. */
  readonly keyPurpose: KeyPurpose;
  readonly roles: readonly string[];
  readonly config: EpochConfig;
}

export type KeyPurpose = 'admin' | 'member' | 'service' | 'token';

/**
 * Deterministic code that applies transactions to state: a pure function of (state, transaction, context).
 * The executor calls, per transaction:
 *   parse(tx) → keys(parsed, view) again and again with the values read so far, until no new key is named
 *   (≤ LIMITS.keyRounds, else outcome REJECTED KEY_ROUNDS) → apply(parsed, context, writer).
 * Writes of a REJECTED outcome are discarded by the executor; those of APPLIED and RECORDED are kept.
 */
export interface Contract<P = unknown> {
  readonly name: string;
  readonly operations: readonly string[];
  /** Everything that can be said from the bytes alone. A rejection becomes the outcome. */
  parse(tx: Transaction): Result<P>;
  /**
   * A contract that gives the very same list object once more says thereby that no round would name other keys than when it
   * gave it first: the executor then asks no further.
   */
  keys(parsed: P, context: ExecutionContext, view: StateView): readonly string[];
  apply(parsed: P, context: ExecutionContext, state: StateWriter): Outcome;
}
