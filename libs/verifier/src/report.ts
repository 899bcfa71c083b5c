import { toBase64Url, type Rejection, type Result } from '@lading/kernel';
import {
  decodeGenesis, decodeProof,
  type EpochLink, type Genesis, type OutcomeRecord, type Shape
} from '@lading/ledger/reading';
import type { VerifierCrypto } from './crypto.js';
import { followEpochs, openLinks, type EpochChain } from './epochs.js';

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

export interface NetworkFacts {
  /** base64url. */
  readonly chainId: string;
  readonly network: string;
}

/** Where and when a proof that leads to a checkpoint is judged. */
export interface AnchorFacts extends NetworkFacts {
  readonly checkpointHeight: number;
  readonly epoch: number;
  /** Block time of the checkpoint, milliseconds since 1970. */
  readonly timestampMs: number;
}

export interface ReceiptFacts extends NetworkFacts {
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
  readonly outcome: Pick<OutcomeRecord, 'status' | 'code' | 'detail'>;
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

/** What nobody should conclude from most kinds of proofs. */
export const MOVED_ON =
  'whether the network has moved on: old validators could still sign blocks for those who do not know of later epochs';
export const KEY_HOLDERS = 'who holds the private keys behind the names in the genesis file';
export const PHYSICAL_WORLD = 'the physical world: signatures show who said something, not that it is so';

/** On what a proof is judged: genesis, and the chain of epochs that the file shows. */
export interface Ground extends EpochChain {
  readonly genesis: Genesis;
  readonly crypto: VerifierCrypto;
}

export type Judgement<F> = Pick<Report<F>, 'checks' | 'notChecked'> & { readonly facts: F };

/** One kind of proof: its form, its parts, and what must hold. */
export interface ProofKind<P, O, F> {
  readonly format: string;
  readonly shape: Shape;
  /** Opens the parts with their strict decoders. Nothing is verified yet. */
  open(proof: P, crypto: VerifierCrypto): Result<O>;
  judge(opened: O, ground: Ground): Judgement<F>;
}

/**
 * The way of every kind from a file to a report. The only trust is the genesis file: its chain id and its validators' keys.
 */
export function verifyFile<P extends { readonly epochs: readonly EpochLink[] }, O, F>(
  kind: ProofKind<P, O, F>,
  file: Uint8Array | string,
  genesisBytes: Uint8Array,
  crypto: VerifierCrypto
): Report<F> {
  const genesis = decodeGenesis(genesisBytes, crypto.sha256);
  if (!genesis.ok) return unread('UNCHECKABLE', { ...genesis, detail: `trust anchor: ${genesis.detail}` });
  const decoded = decodeProof(file, kind.format, kind.shape);
  if (!decoded.ok) return unread(decoded.code === 'PROOF_UNSUPPORTED' ? 'UNCHECKABLE' : 'MALFORMED', decoded);
  const proof = decoded.value as unknown as P;
  const opened = kind.open(proof, crypto);
  if (!opened.ok) return unread('MALFORMED', opened);
  const links = openLinks(proof.epochs);
  if (!links.ok) return unread('MALFORMED', links);
  const ground = { genesis: genesis.value, crypto, ...followEpochs(genesis.value.config, links.value, crypto) };
  const { checks, notChecked, facts } = kind.judge(opened.value, ground);
  const failed = checks.filter(({ ok }) => !ok);
  const proven = failed.length === 0;
  const detail = proven ? `all ${checks.length} checks passed` : `failed: ${failed.map(({ name }) => name).join(', ')}`;
  return { verdict: proven ? 'VERIFIED' : 'FALSE', proven, code: null, detail, checks, notChecked, facts };
}

/** Bytes that are no proof of the wanted kind, or are one that this program cannot judge. */
function unread(verdict: 'MALFORMED' | 'UNCHECKABLE', { code, detail, pointer }: Rejection): Report<never> {
  const where = pointer === undefined ? '' : ` at ${pointer}`;
  return { verdict, proven: false, code, detail: `${detail}${where}`, checks: [], notChecked: [], facts: null };
}

export function check(name: string, ok: boolean, yes: string, no: string): Check {
  return { name, ok, detail: ok ? yes : no };
}

export const networkFacts = ({ genesis }: Ground): NetworkFacts => ({ chainId: toBase64Url(genesis.chainId), network: genesis.name });
