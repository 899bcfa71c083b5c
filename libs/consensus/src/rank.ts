import type { Certificate } from '@lading/ledger';
import type { ViewChange } from './message.js';

/** What orders certificates (spec M3): epoch, view, height, and C above P. */
export interface Rank {
  readonly epoch: number;
  readonly view: number;
  readonly height: number;
  readonly kind: 'P' | 'C';
}

/** Genesis, which has no certificate, ranks below every certificate. */
export const GENESIS_RANK: Rank = { epoch: 0, view: 0, height: 0, kind: 'C' };

export function rankOf(certificate: Certificate | null): Rank {
  return certificate ?? GENESIS_RANK;
}

export function rankOfStatement(statement: ViewChange): Rank {
  const { certEpoch, certView, certHeight, certKind } = statement;
  return { epoch: certEpoch, view: certView, height: certHeight, kind: certKind };
}

/** M3: lexicographic by (epoch, view, height); at equal rank a commit certificate beats a prepared one. */
export function compareRanks(a: Rank, b: Rank): number {
  if (a.epoch !== b.epoch) return a.epoch - b.epoch;
  if (a.view !== b.view) return a.view - b.view;
  if (a.height !== b.height) return a.height - b.height;
  return (a.kind === 'C' ? 1 : 0) - (b.kind === 'C' ? 1 : 0);
}

export function outranks(a: Certificate | null, b: Certificate | null): boolean {
  return compareRanks(rankOf(a), rankOf(b)) > 0;
}
