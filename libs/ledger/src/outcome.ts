import type { Hash, Height, Result, Sha256 } from '@lading/kernel';
import { assert, ok, reject, ZERO_HASH } from '@lading/kernel';
import { CborFields } from './cborFields.js';
import type { CborValue } from './codec/encodeCbor.js';
import { encodeCbor } from './codec/encodeCbor.js';
import type { Outcome, OutcomeDetail, OutcomeRecord, OutcomeStatus } from './contract.js';
import { sha256Noble } from './crypto/sha256Noble.js';
import { merkleRoot } from './merkle/tree.js';

/** Codes are stable upper-case words. */
const CODE = /^[A-Z][A-Z0-9_]{0,62}$/;
const VERDICT = /^(?:APPLIED|(?:RECORDED|REJECTED)\/[A-Z][A-Z0-9_]{0,62})$/;
const DETAIL_ITEMS = 4096;
const DETAIL_TEXT = 4096;
/** Longest leaf a decoder accepts. */
export const OUTCOME_BYTES = 1 << 18;

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

/** Leaf i of the outcomes log: CBOR [i, blockHash, txCount, outcome root]. Genesis is leaf 0, with no outcomes. */
export function outcomesLogLeaf(height: number, blockHash: Hash, txCount: number, root: Hash): Uint8Array {
  return encodeCbor([height, blockHash, txCount, root]);
}

export function decodeOutcome(bytes: Uint8Array): Result<OutcomeRecord, 'OUTCOME_MALFORMED'> {
  if (bytes.length > OUTCOME_BYTES) return reject('OUTCOME_MALFORMED', `over ${OUTCOME_BYTES} bytes`);
  const fields = CborFields.decode(bytes, 6, 'outcome');
  fields.tag('lading/outcome/1');
  const height = fields.uint('height') as Height;
  const index = fields.uint('index');
  const txId = fields.hash('txId');
  const verdict = fields.text('code', 80);
  if (!VERDICT.test(verdict)) fields.refuse('code', 'is not a verdict');
  const detail = readDetail(fields.any());
  if (detail === null || typeof detail === 'string' || typeof detail === 'number') {
    fields.refuse('detail', 'is not a list of texts, integers and lists');
    return reject('OUTCOME_MALFORMED', fields.fault ?? '');
  }
  if (fields.fault !== null) return reject('OUTCOME_MALFORMED', fields.fault);
  const [status = '', code = ''] = verdict.split('/', 2);
  return ok({ height, index, txId, status: status as OutcomeStatus, code, detail });
}

/** Null for anything that is not an {@link OutcomeDetail}. CBOR nesting is bounded by its decoder. */
function readDetail(value: CborValue): OutcomeDetail | null {
  if (typeof value === 'number') return value;
  if (typeof value === 'string') return value.length <= DETAIL_TEXT ? value : null;
  if (value === null || typeof value === 'boolean' || value instanceof Uint8Array) return null;
  if (value.length > DETAIL_ITEMS) return null;
  const items: OutcomeDetail[] = [];
  for (const item of value) {
    const read = readDetail(item);
    if (read === null) return null;
    items.push(read);
  }
  return items;
}
