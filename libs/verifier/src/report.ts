import type { Rejection } from '@lading/kernel';
import type { OutcomeDetail, OutcomeStatus } from '@lading/ledger';

/** One thing that was checked. `detail` says what was found, for a person. */
export interface Check {
  readonly name: string;
  readonly ok: boolean;
  readonly detail: string;
}

/**
 * VERIFIED     every check passed: what the file says is true, under the given genesis.
 * FALSE        a check failed: the file claims something that did not happen on this network.
 * MALFORMED    the bytes are not a proof in its one form; they claim nothing that could be checked.
 * UNCHECKABLE  the file or the trust anchor is of a kind this program cannot judge: neither true nor false.
 */
export type Verdict = 'VERIFIED' | 'FALSE' | 'MALFORMED' | 'UNCHECKABLE';

export interface TransactionSummary {
  /** Lower-case hex. */
  readonly txId: string;
  readonly kid: string;
  readonly organization: string;
  readonly member: string;
  readonly op: string;
  readonly jti: string;
  /** Seconds since 1970. */
  readonly iat: number;
  readonly exp: number;
  readonly payload: Uint8Array;
}

/** Where and when a proof that leads to a checkpoint is judged. */
export interface AnchorFacts {
  readonly chainId: string;
  readonly network: string;
  readonly checkpointHeight: number;
  readonly epoch: number;
  /** Block time of the checkpoint, milliseconds since 1970. */
  readonly timestampMs: number;
}

export interface ReceiptFacts {
  readonly chainId: string;
  readonly network: string;
  readonly transaction: TransactionSummary;
  /** Of the block. */
  readonly epoch: number;
  readonly height: number;
  readonly index: number;
  /** Lower-case hex. */
  readonly blockHash: string;
  /** Block time, milliseconds since 1970. */
  readonly timestampMs: number;
  readonly checkpointHeight: number;
  /** Organizations that signed the checkpoint. */
  readonly checkpointSigners: readonly string[];
  readonly outcome: {
    readonly status: OutcomeStatus;
    readonly code: string;
    readonly detail: readonly OutcomeDetail[];
  };
}

/**
 * A receipt of a refused transaction is a true proof: verdict VERIFIED, with a REJECTED outcome and its code.
 * `facts` are what the file claims; they hold only when `proven` is true.
 */
export interface Report<F = ReceiptFacts> {
  readonly verdict: Verdict;
  /** verdict === 'VERIFIED'. */
  readonly proven: boolean;
  /** Code of a MALFORMED or UNCHECKABLE verdict, else null. */
  readonly code: string | null;
  readonly detail: string;
  readonly checks: readonly Check[];
  /** What nobody should conclude from the file. */
  readonly notChecked: readonly string[];
  readonly facts: F | null;
}

export function unread(verdict: 'MALFORMED' | 'UNCHECKABLE', code: string, detail: string): Report<never> {
  return { verdict, proven: false, code, detail, checks: [], notChecked: [], facts: null };
}

/** Bytes that are no proof of the wanted kind, or are one that this program cannot judge. */
export function unreadable(fault: Rejection): Report<never> {
  const where = fault.pointer === undefined ? '' : ` at ${fault.pointer}`;
  const verdict = fault.code === 'PROOF_UNSUPPORTED' ? 'UNCHECKABLE' : 'MALFORMED';
  return unread(verdict, fault.code, `${fault.detail}${where}`);
}

export function check(name: string, ok: boolean, yes: string, no: string): Check {
  return { name, ok, detail: ok ? yes : no };
}

export function judged<F>(checks: readonly Check[], notChecked: readonly string[], facts: F): Report<F> {
  const failed = checks.filter((check) => !check.ok);
  const proven = failed.length === 0;
  const detail = proven ? `all ${checks.length} checks passed` : `failed: ${failed.map(({ name }) => name).join(', ')}`;
  return { verdict: proven ? 'VERIFIED' : 'FALSE', proven, code: null, detail, checks, notChecked, facts };
}
