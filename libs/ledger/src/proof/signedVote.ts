import type { Result } from '@lading/kernel';
import { ok, reject } from '@lading/kernel';
import { CborFields } from '../cborFields.js';
import { COLUMN, elementsOf, readRecord, widthOf, type Column, type RecordOf } from '../cborRecord.js';
import { encodeCbor } from '../codec/encodeCbor.js';
import type { VoteType } from '../vote.js';

const voteType: Column<VoteType> = (fields, name) => {
  const type = fields.uint(name, 7);
  if (type === 0) fields.refuse(name, 'is not known');
  return type as VoteType;
};

/** One vote of a validator with its signature, as a statement of a fraud proof (spec/proofs.md 6.2). */
const SIGNED_VOTE = {
  type: voteType,
  epoch: COLUMN.u32,
  view: COLUMN.u32,
  height: COLUMN.uint,
  digest: COLUMN.hash,
  signer: COLUMN.signer,
  signature: COLUMN.bytes(64)
} as const;
export type SignedVote = RecordOf<typeof SIGNED_VOTE>;

export const encodeSignedVote = (vote: SignedVote): Uint8Array => encodeCbor(elementsOf(SIGNED_VOTE, vote));

export function decodeSignedVote(bytes: Uint8Array): Result<SignedVote, 'PROOF_MALFORMED'> {
  const fields = CborFields.decode(bytes, widthOf(SIGNED_VOTE), 'vote');
  const vote = readRecord(fields, SIGNED_VOTE);
  return fields.fault === null ? ok(vote) : reject('PROOF_MALFORMED', fields.fault);
}
