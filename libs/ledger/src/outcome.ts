import type { Hash, Height, Sha256 } from '@lading/kernel';
import { assert, ZERO_HASH } from '@lading/kernel';
import { encodeCbor } from './codec/encodeCbor.js';
import { sha256Noble } from './crypto/sha256Noble.js';
import { merkleRoot } from './merkle/root.js';
import { decodeOutcome, type Outcome, type OutcomeRecord, type OutcomeStatus } from './outcomeRecord.js';

/** Codes are stable upper-case words. */
const CODE = /^[A-Z][A-Z0-9_]{0,62}$/;

/** `APPLIED`, `RECORDED/<CODE>` or `REJECTED/<CODE>`: status and code in the leaf's one `code` element. */
export function outcomeVerdict(status: OutcomeStatus, code: string): string {
  assert(status === 'APPLIED' ? code === '' : CODE.test(code), 'outcomeVerdict: APPLIED has no code, others have one');
  return status === 'APPLIED' ? status : `${status}/${code}`;
}

/** Leaf data of the block's outcome tree: CBOR ["lading/outcome/1", height, index, txId, verdict, detail]. */
export function outcomeLeaf(record: OutcomeRecord): Uint8Array {
  const { height, index, txId, status, code, detail } = record;
  return encodeCbor(['lading/outcome/1', height, index, txId, outcomeVerdict(status, code), detail]);
}

/** Characters of a text that an outcome takes over from a payload. */
const CLIPPED_TEXT = 1024;

/**
 * A text from a payload as a parameter: a JSON pointer goes through names of any length. Cut by code units, never inside
 * a surrogate pair, which would leave no text.
 */
export function clipText(text: string): string {
  if (text.length <= CLIPPED_TEXT) return text;
  const last = text.charCodeAt(CLIPPED_TEXT - 1);
  return text.slice(0, last >= 0xd800 && last <= 0xdbff ? CLIPPED_TEXT - 1 : CLIPPED_TEXT);
}

/**
 * The outcome, without its detail when the leaf would be one that no decoder accepts: it is committed to and stored, and
 * must be read again by every node that starts and every verifier (spec/ledger.md 5.1).
 */
export function readableOutcome(outcome: Outcome): Outcome {
  outcomeVerdict(outcome.status, outcome.code);
  if (outcome.detail.length === 0) return outcome;
  const place = { height: Number.MAX_SAFE_INTEGER as Height, index: Number.MAX_SAFE_INTEGER, txId: ZERO_HASH };
  return decodeOutcome(outcomeLeaf({ ...outcome, ...place })).ok ? outcome : { ...outcome, detail: [] };
}

/** Root over the leaves of all transactions of a block, in order. */
export function outcomeRoot(records: readonly OutcomeRecord[], sha256: Sha256 = sha256Noble): Hash {
  return merkleRoot(records.map(outcomeLeaf), sha256);
}
