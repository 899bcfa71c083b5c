import type { Certificate } from '@lading/ledger';
import type { ViewChange } from './message.js';
import type { Mutant } from './mutants.js';

/** What orders certificates (spec M3): epoch, view, height, and C above P. */
export interface Rank {
  readonly epoch: number;
  readonly view: number;
  readonly height: number;
  readonly kind: 'P' | 'C';
}

type Mutants = ReadonlySet<Mutant>;

/** Genesis, which has no certificate, ranks below every certificate. */
export const GENESIS_RANK: Rank = { epoch: 0, view: 0, height: 0, kind: 'C' };

export function rankOf(certificate: Certificate | null): Rank {
  return certificate ?? GENESIS_RANK;
}

export function rankOfStatement(statement: ViewChange): Rank {
  const { certEpoch, certView, certHeight, certKind } = statement;
  return { epoch: certEpoch, view: certView, height: certHeight, kind: certKind };
}

/**
 * M3: lexicographic by (epoch, view, height); at equal rank a commit certificate beats a prepared one. So the block that
 * an epoch began from ranks below all of the epoch, whatever view of the last one committed it.
 */
export function compareRanks(a: Rank, b: Rank, mutants?: Mutants): number {
  if (mutants?.has('rank-by-height') === true) return a.height - b.height;
  if (a.epoch !== b.epoch && mutants?.has('rank-without-epoch') !== true) return a.epoch - b.epoch;
  if (a.view !== b.view) return a.view - b.view;
  if (a.height !== b.height) return a.height - b.height;
  return (a.kind === 'C' ? 1 : 0) - (b.kind === 'C' ? 1 : 0);
}

export function outranks(a: Certificate | null, b: Certificate | null, mutants?: Mutants): boolean {
  return compareRanks(rankOf(a), rankOf(b), mutants) > 0;
}

/** V4: a statement about the block that the epoch began from, which everyone in it has executed: no certificate. */
export function isBaseStatement(statement: ViewChange, epoch: number): boolean {
  if (epoch === 0) return compareRanks(rankOfStatement(statement), GENESIS_RANK) === 0;
  return statement.certEpoch === epoch - 1 && statement.certKind === 'C';
}
