import { assert } from '@lading/kernel';
import { faults, quorum, sha256Noble, weakQuorum } from '@lading/ledger';
import { addKnown } from './chain.js';
import { storeBatch } from './lanes.js';
import type { ViewChange } from './message.js';
import { decodeMessage } from './messageCodec.js';
import { DEFAULT_TIMING } from './options.js';
import type { CoreOptions, Mutant, Restored } from './options.js';
import { outranks } from './rank.js';
import type { CoreState, Peer } from './state.js';

function createPeer(index: number): Peer {
  return { index, status: null, lastHeardMs: null, lastServedMs: -1e9, suspect: -1, viewChange: null, checkpoints: [] };
}

/** Chain, execution and batches as the database and the logs had them. */
function restoreChain(restored: Restored) {
  const { head } = restored;
  return {
    committed: { block: head.block, history: restored.history, before: restored.cursors, cursors: restored.cursors },
    // Genesis has no certificate: whoever calls this hands in null or a proof without signers.
    headCertView: head.block.header.height === 0 ? 0 : (head.proof?.certificate.view ?? 0),
    recent: new Map(restored.recent.map((past) => [past.height as number, { hash: past.blockHash, block: null }])),
    executed: head.block.header.height as number,
    roots: new Map(restored.recent.map((past) => [past.height as number, past.stateRoot])),
    stable: restored.checkpoint
  };
}

/** The durable voting state, or that of a node which never voted. */
function restoreSafety(options: CoreOptions, restored: Restored) {
  const { safety } = restored;
  const start = { height: options.genesis.header.height, hash: options.genesis.blockHash };
  return {
    view: safety?.view ?? 0,
    mode: safety?.mode ?? ('NORMAL' as const),
    base: safety?.base ?? start,
    baseProof: safety?.baseProof ?? null,
    lastPrepared: safety?.lastPrepared ?? null,
    highCert: safety?.highCert ?? null,
    ownViewChange: restoreViewChange(options, safety?.ownViewChange ?? null)
  };
}

function restoreViewChange(options: CoreOptions, bytes: Uint8Array | null): ViewChange | null {
  if (bytes === null) return null;
  const decoded = decodeMessage(bytes, options.config, options.sha256);
  assert(decoded.ok && decoded.value.type === 'VIEW-CHANGE', 'createState: the own VIEW-CHANGE does not decode');
  return decoded.value;
}

/**
 * Silent: emits nothing. The first input must be Tick; then the core sends what a restarted node owes its peers.
 * Asserts that `restored` fits together: a node with a damaged record must not vote at all (spec B1).
 */
export function createState(options: CoreOptions, restored: Restored): CoreState {
  const { config } = options;
  const n = config.organizations.length;
  const mutants = options.mutants ?? new Set<Mutant>();
  const height = restored.head.block.header.height;
  assert(restored.history.size === height + 1, 'createState: the history does not end at the head');
  assert(restored.cursors.length === n, 'createState: one cursor for each lane');
  assert(options.self >= 0 && options.self < n, 'createState: own index');
  const state: CoreState = {
    options,
    config,
    self: options.self,
    n,
    // Q1: of q votes any two sets share an honest validator; w contain one.
    q: mutants.has('quorum-f+1') ? weakQuorum(n) : quorum(n),
    f: faults(n),
    w: weakQuorum(n),
    window: config.parameters.window,
    timing: { ...DEFAULT_TIMING, ...options.timing },
    sha256: options.sha256 ?? sha256Noble,
    mutants,
    nowMs: 0,
    offsetMs: 0,
    wallMs: 0,
    outputs: [],
    booted: false,
    nextToken: 1,
    halted: null,
    epoch: config.epoch,
    ...restoreSafety(options, restored),
    safetyDirty: false,
    writtenHighCert: restored.safety?.highCert ?? null,
    ...restoreChain(restored),
    known: new Map(),
    accepted: new Map(),
    top: null,
    proposals: new Map(),
    slots: new Map(),
    commitCerts: new Map(),
    synced: new Map(),
    ownCheckpoint: 0,
    lanes: Array.from({ length: n }, () => ({ stored: new Map(), bySeq: new Map(), head: null })),
    asked: new Map(),
    peers: config.organizations.map((_, index) => createPeer(index)),
    deadlines: new Map(),
    armed: new Map(),
    backoff: 0,
    latencies: [],
    lastViewChangeMs: 0,
    changingSinceMs: 0,
    lastProposalMs: -1e9,
    lastGrowthMs: 0,
    leaderHeardMs: 0,
    sync: null,
    syncTurn: 0,
    payloadAttempt: 0,
    proposalFetch: null,
    proposalFetchTurn: 0,
    evidenceSeen: new Set()
  };
  const proof = restored.head.proof;
  if (proof !== null && height > 0 && outranks(proof.certificate, state.highCert)) state.highCert = proof.certificate;
  for (const block of restored.proposals) {
    if (block.header.height > height) addKnown(state, block).persisted = true;
  }
  for (const batch of restored.batches) storeBatch(state, batch);
  return state;
}
