import { assert, LIMITS } from '@lading/kernel';

/** Validators that may be faulty among n: f = ⌊(n−1)/3⌋ (spec/consensus.md §1). */
export function faults(n: number): number {
  assert(Number.isInteger(n) && n >= 1 && n <= LIMITS.validators, 'faults: number of validators out of range');
  return Math.floor((n - 1) / 3);
}

/**
 * Signatures of a certificate: q = ⌈(n+f+1)/2⌉. Any two quorums share f+1 validators, hence an honest one, for every
 * n; 2f+1 does not when n ≠ 3f+1. For n = 1, 2, 3 it gives 1, 2, 2.
 */
export function quorum(n: number): number {
  return Math.ceil((n + faults(n) + 1) / 2);
}

/** Validators of which at least one is honest: f + 1. */
export function weakQuorum(n: number): number {
  return faults(n) + 1;
}
