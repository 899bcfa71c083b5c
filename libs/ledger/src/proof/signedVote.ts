import type { Hash, Result } from '@lading/kernel';
import { ok, reject } from '@lading/kernel';
import { CborFields, MAX_SIGNER, MAX_U32 } from '../cborFields.js';
import type { VoteType } from '../certificate.js';
import { encodeCbor } from '../codec/encodeCbor.js';

/** One vote of a validator with its signature, as a statement of a fraud proof (spec/proofs.md 6.2). */
export interface SignedVote {
  readonly type: VoteType;
  readonly epoch: number;
  readonly view: number;
  readonly height: number;
  readonly digest: Hash;
  readonly signer: number;
  readonly signature: Uint8Array;
}

/** CBOR [type, epoch, view, height, digest, signer, signature]. */
export const encodeSignedVote = ({ type, epoch, view, height, digest, signer, signature }: SignedVote): Uint8Array =>
  encodeCbor([type, epoch, view, height, digest, signer, signature]);

export function decodeSignedVote(bytes: Uint8Array): Result<SignedVote, 'PROOF_MALFORMED'> {
  const fields = CborFields.decode(bytes, 7, 'vote');
  const type = fields.uint('type', 7);
  if (type === 0) fields.refuse('type', 'is not known');
  const vote = {
    type: type as VoteType,
    epoch: fields.uint('epoch', MAX_U32),
    view: fields.uint('view', MAX_U32),
    height: fields.uint('height'),
    digest: fields.hash('digest'),
    signer: fields.uint('signer', MAX_SIGNER),
    signature: fields.bytes('signature', 64)
  };
  return fields.fault === null ? ok(vote) : reject('PROOF_MALFORMED', fields.fault);
}
