/**
 * Rules left out on purpose, each by one `if`, so that tests can show that the simulator notices. The comment names the
 * spec line that is broken. Never set outside tests.
 */
export const MUTANTS = [
  // Q1: quorums that need not share an honest validator.
  'quorum-f+1',
  'quorum-2f+1',
  // M3
  'rank-by-height',
  'rank-without-epoch',
  // D3, D2, D4
  'no-persist-highCert',
  'no-persist-lastPrepared',
  'no-persist-view',
  // P4 in CHANGING
  'commit-while-changing',
  // P2
  'no-parent-check',
  'no-header-checks',
  'no-lower-clock-bound',
  // P2, B2: what was prepared in the view before a restart binds nothing.
  'no-bond',
  'no-lane-contiguity',
  'prepare-past-turn-end',
  'past-epoch-end',
  // V3: the VIEW-CHANGE is made anew with certificates learnt later.
  'stale-view-change',
  // M2
  'duplicate-signers',
  // P6
  'hand-over-any-view',
  'step-back',
  // P5
  'top-not-advanced',
  // V6
  'new-view-twice',
  'top-outranked',
  // P3
  'no-payload-check',
  'no-root-check',
  // N2
  'early-epoch-entry',
  'lanes-not-restarted',
  // L2
  'no-exclusion',
  // S6
  'checkpoint-any-root',
  // T2, T4
  'inclusion-reset-by-progress',
  'uncapped-timers'
] as const;

export type Mutant = (typeof MUTANTS)[number];
