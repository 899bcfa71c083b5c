/** A broken invariant: the seed has found a bug. */
export class Violation extends Error {
  override readonly name = 'Violation';
  readonly invariant: Invariant;

  constructor(invariant: Invariant, detail: string) {
    super(`${invariant}: ${detail}`);
    this.invariant = invariant;
  }
}

export type Invariant =
  | 'agreement'
  | 'durability'
  | 'persisted-first'
  | 'double-signing'
  | 'rules'
  | 'memory'
  | 'proofs'
  | 'lanes'
  | 'roots'
  | 'alarm'
  | 'liveness';
