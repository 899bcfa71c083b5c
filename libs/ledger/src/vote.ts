import type { Hash } from '@lading/kernel';
import { asciiBytes, assert } from '@lading/kernel';

/** spec/ledger.md 6.1: the type byte of everything a validator signs. */
export const VOTE = {
  prePrepare: 1,
  prepare: 2,
  commit: 3,
  checkpoint: 4,
  viewChange: 5,
  newView: 6,
  batch: 7
} as const;
export type VoteType = (typeof VOTE)[keyof typeof VOTE];

/** What a validator signs; unused fields are zero. */
export interface Vote {
  readonly type: VoteType;
  readonly chainId: Hash;
  readonly epoch: number;
  readonly view: number;
  readonly height: number;
  readonly digest: Hash;
  /** Index into the epoch's organizations. */
  readonly signer: number;
}

const TAG = asciiBytes('lading/vote/1\0');
/** Tag 14, type 1, chain id 32, epoch 4, view 4, height 8, digest 32, signer 2. */
export const VOTE_BYTES = 97;

/**
 * What a validator signs, in one fixed big-endian layout (spec/ledger.md §6):
 * "lading/vote/1\0" ‖ type u8 ‖ chainId 32 ‖ epoch u32 ‖ view u32 ‖ height u64 ‖ digest 32 ‖ signer u16.
 */
export function voteBytes(vote: Vote): Uint8Array {
  const { type, chainId, epoch, view, height, digest, signer } = vote;
  const fits = [epoch, view].every((value) => Number.isInteger(value) && value >= 0 && value <= 0xffffffff);
  assert(fits && Number.isSafeInteger(height) && height >= 0, 'voteBytes: out of range');
  assert(chainId.length === 32 && digest.length === 32 && signer >= 0 && signer <= 0xffff, 'voteBytes: out of range');
  const out = new Uint8Array(VOTE_BYTES);
  const fields = new DataView(out.buffer);
  out.set(TAG);
  out[14] = type;
  out.set(chainId, 15);
  fields.setUint32(47, epoch);
  fields.setUint32(51, view);
  fields.setUint32(55, Math.floor(height / 0x100000000));
  fields.setUint32(59, height % 0x100000000);
  out.set(digest, 63);
  fields.setUint16(95, signer);
  return out;
}
