import { equalBytes } from '@lading/kernel';
import type { Sha256, VerifySignature } from '@lading/kernel';
import { faults, quorum, weakQuorum } from '@lading/ledger';
import type { Certificate, EpochConfig } from '@lading/ledger';
import { messageVoteBytes } from './digest.js';
import type { NewView, SignedMessage, ViewChange } from './message.js';
import type { Mutant } from './mutants.js';
import { compareRanks, isBaseStatement, rankOf, rankOfStatement } from './rank.js';
import type { Rank } from './rank.js';

/** What everything is verified with. */
export interface Verification {
  readonly config: EpochConfig;
  readonly verify: VerifySignature;
  readonly sha256: Sha256 | undefined;
  readonly mutants: ReadonlySet<Mutant> | undefined;
}

/** M4, M7: a known validator's signature of this epoch. */
export function isSignedBy(message: SignedMessage, { config, verify, sha256 }: Verification): boolean {
  const key = config.organizations[message.signer]?.validatorKey;
  if (key === undefined || message.epoch !== config.epoch) return false;
  return verify(message.signature, messageVoteBytes(message, config.chainId, sha256), key);
}

/** Q1. */
function quorumIn({ config, mutants }: Verification): number {
  const n = config.organizations.length;
  if (mutants?.has('quorum-2f+1') === true) return 2 * faults(n) + 1;
  if (mutants?.has('quorum-f+1') === true) return weakQuorum(n);
  return quorum(n);
}

/**
 * V6: q distinct statements, ascending by signer, each signed for this view; none outranks top, and one names it. Only
 * what the NEW-VIEW's signature covers is looked at: whoever signed one that fails here has proved it (spec E2).
 */
export function keepsStructure(message: NewView, by: Verification): boolean {
  const { epoch, statements, top, view } = message;
  if (statements.length !== quorumIn(by) || view === 0) return false;
  const ascending = statements.every((at, i) => i === 0 || (statements[i - 1]?.signer ?? at.signer) < at.signer);
  const rank = topRank(message, by);
  if (!ascending || rank === null) return false;
  for (const statement of statements) {
    const outranking = compareRanks(rankOfStatement(statement), rank, by.mutants) > 0;
    if (outranking && by.mutants?.has('top-outranked') !== true) return false;
    if (!isSignedBy({ ...statement, epoch, newView: view, highCert: null }, by)) return false;
  }
  if (top === null) return true;
  return top.epoch === epoch && top.view < view && top.height > 0 && statements.some((at) => names(at, top));
}

/** Rank of top; of the base of the epoch, the highest of the statements about it, and null when there is none. */
function topRank({ epoch, statements, top }: NewView, { mutants }: Verification): Rank | null {
  if (top !== null) return rankOf(top);
  let rank: Rank | null = null;
  for (const statement of statements) {
    if (!isBaseStatement(statement, epoch)) continue;
    const stated = rankOfStatement(statement);
    if (rank === null || compareRanks(stated, rank, mutants) > 0) rank = stated;
  }
  return rank;
}

function names(statement: ViewChange, top: Certificate): boolean {
  return compareRanks(rankOfStatement(statement), top) === 0 && equalBytes(statement.certHash, top.hash);
}
