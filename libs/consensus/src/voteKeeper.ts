import { equalBytes, toHex } from '@lading/kernel';
import type { Hash, Height } from '@lading/kernel';
import type { Certificate } from '@lading/ledger';
import { learnCommit } from './decide.js';
import { evidence, watchConcealment } from './evidence.js';
import type { PhaseVote } from './message.js';
import { oldestView, slotOf } from './slots.js';
import type { CoreState, Slot } from './state.js';

export function onVote(state: CoreState, vote: PhaseVote): void {
  if (vote.epoch !== state.epoch) return;
  if (vote.type === 'COMMIT') noteHighestCommit(state, vote);
  const slot = slotOf(state, vote.view, vote.height);
  if (slot === null) return;
  const votes = vote.type === 'PREPARE' ? slot.prepares : slot.commits;
  const first = votes[vote.signer];
  if (first === undefined) return;
  if (first !== null) {
    // E1, M2: a signer counts once, and its first vote stands.
    if (!equalBytes(first.blockHash, vote.blockHash)) evidence(state, vote.type, first, vote);
    else if (state.mutants.has('duplicate-signers')) countAgain(state, slot, vote);
    return;
  }
  votes[vote.signer] = vote;
  if (vote.type !== 'COMMIT') return;
  const certificate = certify(state, slot, 'C', vote.blockHash);
  if (certificate !== null) learnCommit(state, certificate);
}

/** E2: what a later VIEW-CHANGE of this signer must not rank below. */
function noteHighestCommit(state: CoreState, vote: PhaseVote): void {
  const from = state.peers[vote.signer];
  const held = from?.commit ?? null;
  if (from === undefined || vote.view > oldestView(state) + 1 || (held !== null && compareVotes(vote, held) <= 0)) return;
  from.commit = vote;
  watchConcealment(state, vote.signer);
}

const compareVotes = (a: PhaseVote, b: PhaseVote): number => a.view - b.view || a.height - b.height;

const repeatKey = (type: PhaseVote['type'], hash: Hash): string => `${type}:${toHex(hash)}`;

/** Mutant of M2: a second signature of one signer counts as another vote. */
function countAgain(state: CoreState, slot: Slot, vote: PhaseVote): void {
  const key = repeatKey(vote.type, vote.blockHash);
  slot.repeated.set(key, (slot.repeated.get(key) ?? 0) + 1);
  const certificate = vote.type === 'COMMIT' ? certify(state, slot, 'C', vote.blockHash) : null;
  if (certificate !== null) learnCommit(state, certificate);
}

/** Votes for a block: of distinct signers. */
export function countPhase(slot: Slot, type: PhaseVote['type'], hash: Hash): number {
  const distinct = countVotes(type === 'PREPARE' ? slot.prepares : slot.commits, hash);
  return slot.repeated.size === 0 ? distinct : distinct + (slot.repeated.get(repeatKey(type, hash)) ?? 0);
}

export function countVotes(votes: readonly (PhaseVote | null)[], hash: Hash): number {
  let count = 0;
  for (const vote of votes) if (vote !== null && equalBytes(vote.blockHash, hash)) count++;
  return count;
}

/** M2: a certificate of exactly q distinct signers, ascending, or null while votes are too few. */
export function certify(state: CoreState, slot: Slot, kind: 'P' | 'C', hash: Hash): Certificate | null {
  const votes = kind === 'P' ? slot.prepares : slot.commits;
  if (countPhase(slot, kind === 'P' ? 'PREPARE' : 'COMMIT', hash) < state.q) return null;
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
