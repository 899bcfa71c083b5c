import type { Hash, Height } from '@lading/kernel';
import type { BlockHeader } from './block.js';

/** consensus.md §2.2: the type byte of everything a validator signs. */
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

/** `signers` ascending and distinct; `signatures[i]` belongs to `signers[i]`; exactly q of them. */
export interface Certificate {
  readonly kind: 'P' | 'C';
  readonly epoch: number;
  readonly view: number;
  readonly height: Height;
  readonly hash: Hash;
  readonly signers: readonly number[];
  readonly signatures: readonly Uint8Array[];
}

/**
 * A block's commit proof: its own commit certificate (`descendants` empty), or that of a descendant at most W heights
 * away with the headers between, ascending, the certified one last.
 */
export interface CommitProof {
  readonly certificate: Certificate;
  readonly descendants: readonly BlockHeader[];
}

/** q CHECKPOINT signatures over H("lading/checkpoint/1", blockHash, stateRoot). */
export interface CheckpointCertificate {
  readonly epoch: number;
  readonly height: Height;
  readonly blockHash: Hash;
  readonly stateRoot: Hash;
  readonly signers: readonly number[];
  readonly signatures: readonly Uint8Array[];
}
