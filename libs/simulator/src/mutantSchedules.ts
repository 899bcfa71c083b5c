import type { Mutant } from '@lading/consensus';
import type { AdversaryName } from './adversaries/names.js';
import type { FaultKind } from './plans/faultPlan.js';

/** The rule of the driver that a wiped validator key never signs again, left out. */
export const WIPED_KEY_REUSED = 'wiped-key-reused';

/** Where to look for the harm of a rule that is left out: number of validators, kind of schedule, Byzantine scripts. */
export const MUTANT_SCHEDULES: Readonly<
  Record<Mutant | typeof WIPED_KEY_REUSED, { readonly n: number; readonly kind?: FaultKind; readonly roles?: readonly AdversaryName[] }>
> = {
  'quorum-f+1': { n: 4 },
  'quorum-2f+1': { n: 5 },
  'rank-by-height': { n: 4, kind: 'twins in a storm' },
  'rank-without-epoch': { n: 4, kind: 'epochs' },
  'no-persist-highCert': { n: 4 },
  'no-persist-lastPrepared': { n: 4 },
  'no-persist-view': { n: 4 },
  'commit-while-changing': { n: 4 },
  'no-parent-check': { n: 4, kind: 'twins at work' },
  'no-header-checks': { n: 4, kind: 'adversaries' },
  'no-lower-clock-bound': { n: 4, kind: 'adversaries' },
  'no-bond': { n: 4, kind: 'twins at work' },
  'no-lane-contiguity': { n: 4, kind: 'adversaries', roles: ['header forger'] },
  'prepare-past-turn-end': { n: 4 },
  'past-epoch-end': { n: 4, kind: 'epochs' },
  'stale-view-change': { n: 4 },
  'duplicate-signers': { n: 4, kind: 'adversaries' },
  'hand-over-any-view': { n: 4 },
  'step-back': { n: 4 },
  'top-not-advanced': { n: 4, kind: 'storm' },
  'new-view-twice': { n: 4, kind: 'usurpation' },
  'top-outranked': { n: 4, kind: 'usurpation' },
  'no-payload-check': { n: 4 },
  'no-root-check': { n: 4, kind: 'divergence' },
  'early-epoch-entry': { n: 4, kind: 'epochs' },
  'lanes-not-restarted': { n: 4, kind: 'epochs' },
  'no-exclusion': { n: 4, kind: 'epochs' },
  'checkpoint-any-root': { n: 4, kind: 'divergence' },
  'inclusion-reset-by-progress': { n: 4, kind: 'adversaries', roles: ['lane omitter'] },
  'uncapped-timers': { n: 4, kind: 'stall' },
  [WIPED_KEY_REUSED]: { n: 4, kind: 'wipe' }
};
