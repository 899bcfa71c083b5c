import { equalBytes } from '@lading/kernel';
import type { Hash, Height } from '@lading/kernel';
import type { Certificate } from '@lading/ledger';
import { heightOf } from './chain.js';
import { learnCommit } from './decide.js';
import { evidence } from './emit.js';
import type { PhaseVote } from './message.js';
import type { CoreState, Slot } from './state.js';

/**
 * M1: votes are kept for the view before, the current and the next, and for two windows above the committed head;
 * others are dropped, so memory is bounded whatever peers send.
 */
export function slotOf(state: CoreState, view: number, height: number): Slot | null {
  const head = heightOf(state.committed);
  if (view < state.view - 1 || view > state.view + 1) return null;
  if (height <= head || height > head + 2 * state.window) return null;
  const key = `${view}:${height}`;
  const held = state.slots.get(key);
  if (held !== undefined) return held;
  const none = (): null[] => Array.from({ length: state.n }, () => null);
  const slot = { view, height, prepares: none(), commits: none(), sentPrepare: false, sentCommit: false };
  state.slots.set(key, slot);
  return slot;
}

export function onVote(state: CoreState, vote: PhaseVote): void {
  if (vote.epoch !== state.epoch) return;
  const slot = slotOf(state, vote.view, vote.height);
  if (slot === null) return;
  const votes = vote.type === 'PREPARE' ? slot.prepares : slot.commits;
  const first = votes[vote.signer];
  if (first === undefined) return;
  if (first !== null) {
    // E1, M2: a signer counts once, and its first vote stands.
    if (!equalBytes(first.blockHash, vote.blockHash)) evidence(state, vote.type, first, vote);
    return;
  }
  votes[vote.signer] = vote;
  if (vote.type !== 'COMMIT') return;
  const certificate = certify(state, slot, 'C', vote.blockHash);
  if (certificate !== null) learnCommit(state, certificate);
}

export function countVotes(votes: readonly (PhaseVote | null)[], hash: Hash): number {
  let count = 0;
  for (const vote of votes) if (vote !== null && equalBytes(vote.blockHash, hash)) count++;
  return count;
}

/** M2: a certificate of exactly q distinct signers, ascending, or null while votes are too few. */
export function certify(state: CoreState, slot: Slot, kind: 'P' | 'C', hash: Hash): Certificate | null {
  const votes = kind === 'P' ? slot.prepares : slot.commits;
  if (countVotes(votes, hash) < state.q) return null;
  const signers: number[] = [];
  const signatures: Uint8Array[] = [];
  for (const vote of votes) {
    if (signers.length === state.q) break;
    if (vote === null || !equalBytes(vote.blockHash, hash)) continue;
    signers.push(vote.signer);
    signatures.push(vote.signature);
  }
  return { kind, epoch: state.epoch, view: slot.view, height: slot.height as Height, hash, signers, signatures };
}

/** Bitmap of the signers whose vote is held, for STATUS. */
export function signersOf(votes: readonly (PhaseVote | null)[]): number {
  let bits = 0;
  for (const vote of votes) if (vote !== null) bits += 2 ** vote.signer;
  return bits;
}
