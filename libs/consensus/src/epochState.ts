import { equalBytes } from '@lading/kernel';
import { faults, initialCursors, quorum, weakQuorum } from '@lading/ledger';
import type { EpochConfig, LaneCursor } from '@lading/ledger';
import { leaderOf } from './leader.js';
import type { Mutant } from './mutants.js';
import type { CoreState, Lane, Peer } from './state.js';

/** N4: own index of a node that is no validator of the epoch. */
export const OBSERVER = -1;

/** L1: who leads a view of the current epoch. */
export function leaderIn(state: CoreState, view: number): number {
  return leaderOf(state.epoch, view, state.leaders);
}

/** L1: this node leads its view. */
export function leads(state: CoreState): boolean {
  return leaderIn(state, state.view) === state.self;
}

/** N1: the block that ends the epoch is committed: nothing above it belongs to this epoch. */
export function isClosed(state: CoreState): boolean {
  return state.ending !== null && !state.mutants.has('past-epoch-end');
}

/** N3: the own index in a config is found by the own validator key; −1 when the key is not in it. */
export function ownIndex(config: EpochConfig, validatorKey: Uint8Array | null): number {
  if (validatorKey === null) return OBSERVER;
  return config.organizations.findIndex((organization) => equalBytes(organization.validatorKey, validatorKey));
}

function createPeer(index: number, lanes: number): Peer {
  return {
    index,
    status: null,
    lastHeardMs: null,
    lastServedMs: -1e9,
    lostMs: null,
    suspect: -1,
    viewChange: null,
    checkpoints: [],
    tips: Array.from({ length: lanes }, () => 0),
    commit: null
  };
}

function createLane(): Lane {
  return { stored: new Map(), bySeq: new Map(), head: null, frozen: false };
}

/** Q1: of q votes any two sets share an honest validator; w contain one. */
function quorumOf(n: number, mutants: ReadonlySet<Mutant>): number {
  if (mutants.has('quorum-f+1')) return weakQuorum(n);
  if (mutants.has('quorum-2f+1')) return 2 * faults(n) + 1;
  return quorum(n);
}

/** N2: lanes begin at batch 0 after 32 zero bytes. */
export function freshCursors(config: EpochConfig): readonly LaneCursor[] {
  return initialCursors(config.organizations.length);
}

/** N2: all that belongs to one epoch and nothing of which outlives it, as it is at the start. */
export function freshEpoch(config: EpochConfig, self: number, leaders: readonly number[], mutants: ReadonlySet<Mutant>) {
  const n = config.organizations.length;
  return {
    config,
    self,
    leaders,
    n,
    q: quorumOf(n, mutants),
    f: faults(n),
    w: weakQuorum(n),
    window: config.parameters.window,
    epoch: config.epoch,
    views: new Map(),
    ending: null,
    ownViewChange: null,
    known: new Map(),
    accepted: new Map(),
    top: null,
    proposals: new Map(),
    slots: new Map(),
    commitCerts: new Map(),
    synced: new Map(),
    lanes: Array.from({ length: n }, createLane),
    asked: new Map(),
    peers: config.organizations.map((_, index) => createPeer(index, n)),
    newViews: new Map(),
    backoff: 0,
    latencies: [],
    lastViewChangeMs: 0,
    sync: null,
    syncTurn: 0,
    payloadAttempt: 0,
    proposalFetch: null,
    proposalFetchTurn: 0,
    observerTurn: 0,
    evidenceSeen: new Map()
  } satisfies Partial<CoreState>;
}
