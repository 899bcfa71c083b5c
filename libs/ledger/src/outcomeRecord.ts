import type { Hash, Height, Result } from '@lading/kernel';
import { ok, reject } from '@lading/kernel';
import { CborFields } from './cborFields.js';
import { encodeCbor, type CborValue } from './codec/encodeCbor.js';

export type OutcomeStatus = 'APPLIED' | 'RECORDED' | 'REJECTED';

/** CBOR-encodable values only: they are hashed into the outcome leaf. */
export type OutcomeDetail = string | number | readonly OutcomeDetail[];

/** Codes and parameters, never prose. `code` is '' for APPLIED. */
export interface Outcome {
  readonly status: OutcomeStatus;
  readonly code: string;
  readonly detail: readonly OutcomeDetail[];
}

export interface OutcomeRecord extends Outcome {
  readonly height: Height;
  readonly index: number;
  readonly txId: Hash;
}

const VERDICT = /^(?:APPLIED|(?:RECORDED|REJECTED)\/[A-Z][A-Z0-9_]{0,62})$/;
const DETAIL_ITEMS = 4096;
const DETAIL_TEXT = 4096;
/** Longest leaf a decoder accepts. */
export const OUTCOME_BYTES = 1 << 18;

/** Leaf i of the outcomes log: CBOR [i, blockHash, txCount, outcome root]. Genesis is leaf 0, with no outcomes. */
export function outcomesLogLeaf(height: number, blockHash: Hash, txCount: number, root: Hash): Uint8Array {
  return encodeCbor([height, blockHash, txCount, root]);
}

/** CBOR ["lading/outcome/1", height, index, txId, verdict, detail]. */
export function decodeOutcome(bytes: Uint8Array): Result<OutcomeRecord, 'OUTCOME_MALFORMED'> {
  if (bytes.length > OUTCOME_BYTES) return reject('OUTCOME_MALFORMED', `over ${OUTCOME_BYTES} bytes`);
  const fields = CborFields.decode(bytes, 6, 'outcome');
  fields.tag('lading/outcome/1');
  const place = { height: fields.uint('height') as Height, index: fields.uint('index'), txId: fields.hash('txId') };
  const verdict = fields.text('code', 80);
  if (!VERDICT.test(verdict)) fields.refuse('code', 'is not a verdict');
  const detail = readDetail(fields.any());
  const isList = detail !== null && typeof detail !== 'string' && typeof detail !== 'number';
  if (!isList) fields.refuse('detail', 'is not a list of texts, integers and lists');
  if (fields.fault !== null || !isList) return reject('OUTCOME_MALFORMED', fields.fault ?? '');
  const [status = '', code = ''] = verdict.split('/', 2);
  return ok({ ...place, status: status as OutcomeStatus, code, detail });
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
