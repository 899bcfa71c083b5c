import { LIMITS } from '@lading/kernel';
import { SYNC_REACH } from './decide.js';
import { EVIDENCE_PER_VALIDATOR } from './evidencePlace.js';
import { LATENCY_SAMPLES } from './timers.js';
import type { CoreState } from './state.js';

/** M1: what peers can make a node hold, counted; batches are bounded by the driver's lane quota. */
export interface HeldMessages {
  /** Of the validator that has most of each. */
  readonly preparesOfOne: number;
  readonly commitsOfOne: number;
  readonly checkpointsOfOne: number;
  readonly evidenceOfOne: number;
  readonly slots: number;
  readonly proposals: number;
  readonly blocks: number;
  readonly newViews: number;
  readonly commitCertificates: number;
  readonly synced: number;
  readonly asked: number;
  readonly latencies: number;
  readonly peers: number;
}

export function heldMessages(state: CoreState): HeldMessages {
  const prepares = state.peers.map(() => 0);
  const commits = state.peers.map(() => 0);
  for (const slot of state.slots.values()) {
    for (let i = 0; i < state.n; i++) {
      if (slot.prepares[i] !== null) prepares[i] = (prepares[i] ?? 0) + 1;
      if (slot.commits[i] !== null) commits[i] = (commits[i] ?? 0) + 1;
    }
  }
  let proposals = 0;
  for (const byHeight of state.proposals.values()) proposals += byHeight.size;
  return {
    preparesOfOne: Math.max(...prepares),
    commitsOfOne: Math.max(...commits),
    checkpointsOfOne: Math.max(...state.peers.map((peer) => peer.checkpoints.length)),
    evidenceOfOne: Math.max(0, ...[...state.evidenceSeen.values()].map((seen) => seen.size)),
    slots: state.slots.size,
    proposals,
    blocks: state.known.size,
    newViews: state.newViews.size,
    commitCertificates: state.commitCerts.size,
    synced: state.synced.size,
    asked: state.asked.size,
    latencies: state.latencies.length,
    peers: state.peers.length
  };
}

/** M1: the limits of `heldMessages`: two views of two windows each. */
export function memoryBounds(state: CoreState): HeldMessages {
  const slots = 2 * 2 * state.window;
  return {
    preparesOfOne: slots,
    commitsOfOne: slots,
    checkpointsOfOne: 2,
    evidenceOfOne: EVIDENCE_PER_VALIDATOR,
    slots,
    proposals: slots,
    // Those of this view, what certificates and answers of peers lead to, and the last view's.
    blocks: SYNC_REACH + 3 * 2 * state.window,
    newViews: 2,
    commitCertificates: SYNC_REACH,
    synced: SYNC_REACH,
    asked: 64,
    latencies: LATENCY_SAMPLES,
    peers: LIMITS.validators
  };
}
