import { assert, ZERO_HASH } from '@lading/kernel';
import { sha256Noble } from '@lading/ledger';
import { addKnown } from './chain.js';
import { freshCursors, freshEpoch, OBSERVER, ownIndex } from './epochState.js';
import { storeBatch } from './lanes.js';
import { allValidators } from './leader.js';
import type { ViewChange } from './message.js';
import { decodeMessage } from './messageCodec.js';
import type { Mutant } from './mutants.js';
import { isNewView } from './newView.js';
import { DEFAULT_TIMING } from './options.js';
import type { CoreOptions, Restored } from './options.js';
import { createPace } from './pace.js';
import { outranks } from './rank.js';
import type { CoreState } from './state.js';

/** Chain, execution and batches as the database and the logs had them. */
function restoreChain({ config }: CoreOptions, restored: Restored) {
  const { head } = restored;
  // N2: after an epochEnd block the lanes begin anew.
  const cursors = head.block.header.epoch === config.epoch ? restored.cursors : freshCursors(config);
  return {
    committed: { block: head.block, history: restored.history, before: cursors, cursors },
    // Genesis has no certificate: whoever calls this hands in null or a proof without signers.
    headCertView: head.block.header.height === 0 ? 0 : (head.proof?.certificate.view ?? 0),
    recent: recentBlocks(restored),
    executed: head.block.header.height as number,
    roots: new Map(restored.recent.map((past) => [past.height as number, past.stateRoot])),
    stable: restored.checkpoint
  };
}

/** S3: the head's block is at hand when a peer waits for how its turn ended; the others are in the store. */
function recentBlocks({ head, recent }: Restored): CoreState['recent'] {
  const blocks: CoreState['recent'] = new Map();
  for (const { height, blockHash } of recent) blocks.set(height, { hash: blockHash, block: null });
  blocks.set(head.block.header.height, { hash: head.block.blockHash, block: head.block });
  return blocks;
}

/** N1: the block that the epoch began from; its hash is that of genesis or of a recent block. */
function epochBaseOf({ genesis, config }: CoreOptions, { epoch, head, recent }: Restored): CoreState['epochBase'] {
  if (config.epoch === 0) return { height: genesis.header.height, hash: genesis.blockHash };
  const { header, blockHash } = head.block;
  const height = epoch?.start ?? header.height;
  const hash = height === header.height ? blockHash : recent.find((past) => past.height === height)?.blockHash;
  return { height, hash: hash ?? ZERO_HASH };
}

/**
 * The durable voting state, or that of a node which never voted in this epoch: a record of an earlier epoch says nothing
 * about this one (N2), and a later one cannot be: an epoch is entered after its base is in the database (B1).
 */
function restoreSafety(options: CoreOptions, restored: Restored, base: CoreState['epochBase']) {
  const { epoch } = options.config;
  const { head } = restored;
  assert((restored.safety?.epoch ?? 0) <= epoch, 'createState: the safety record is of an epoch after that of the head');
  const safety = restored.safety?.epoch === epoch ? restored.safety : null;
  const certificate = head.block.header.height > 0 ? (head.proof?.certificate ?? null) : null;
  const highCert = safety?.highCert ?? null;
  return {
    view: safety?.view ?? 0,
    mode: safety?.mode ?? ('NORMAL' as const),
    base: safety?.base ?? base,
    baseProof: safety?.baseProof ?? null,
    lastPrepared: safety?.lastPrepared ?? null,
    highCert: outranks(certificate, highCert) ? certificate : highCert,
    ownViewChange: restoreViewChange(options, safety?.ownViewChange ?? null),
    // N2: the first record of an epoch is written before anything is signed in it.
    safetyDirty: epoch > 0 && safety === null && options.self !== null,
    writtenHighCert: highCert
  };
}

function restoreViewChange(options: CoreOptions, bytes: Uint8Array | null): ViewChange | null {
  if (bytes === null) return null;
  const decoded = decodeMessage(bytes, options.config, options.sha256);
  assert(decoded.ok && decoded.value.type === 'VIEW-CHANGE', 'createState: the own VIEW-CHANGE does not decode');
  return decoded.value;
}

/** B1: what does not fit together is not started from. */
function assertRestored({ config, self, validatorKey }: CoreOptions, restored: Restored): void {
  const n = config.organizations.length;
  const { header } = restored.head.block;
  assert(restored.history.size === header.height + 1, 'createState: the history does not end at the head');
  assert(header.epoch !== config.epoch || restored.cursors.length === n, 'createState: one cursor for each lane');
  assert(self === null || (self >= 0 && self < n), 'createState: own index');
  // N5: a validator that votes under another key than its index has would look like an impostor.
  const isOwn = self === null || validatorKey === undefined || ownIndex(config, validatorKey) === self;
  assert(isOwn, 'createState: the own key is not the one of the own index');
  const follows = header.epoch === config.epoch || (header.epochEnd && header.epoch + 1 === config.epoch);
  assert(follows, 'createState: the config is not in force after the head');
  assert(config.epoch === 0 || restored.epoch !== undefined, 'createState: where the epoch began');
}

/** N3, N5: the own voting key: given, or that of the own index; none when it must not be used again. */
function keyOfSelf({ config, self, validatorKey }: CoreOptions): Uint8Array | null {
  if (validatorKey !== undefined) return validatorKey;
  return self === null ? null : (config.organizations[self]?.validatorKey ?? null);
}

/** What belongs to no epoch, as it is before the first input. */
function freshNode(options: CoreOptions, mutants: ReadonlySet<Mutant>) {
  return {
    options,
    validatorKey: keyOfSelf(options),
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
    ownCheckpoint: 0,
    deadlines: new Map(),
    armed: new Map(),
    changingSinceMs: 0,
    lastProposalMs: -1e9,
    pace: createPace(),
    lastGrowthMs: 0,
    leaderHeardMs: 0,
    leaving: false,
    rootsDoubted: new Set<number>()
  };
}

/**
 * Silent: emits nothing. The first input must be Tick; then the core sends what a restarted node owes its peers.
 * Asserts that `restored` fits together: a node with a damaged record must not vote at all (spec B1).
 */
export function createState(options: CoreOptions, restored: Restored): CoreState {
  assertRestored(options, restored);
  const { config } = options;
  const mutants = options.mutants ?? new Set<Mutant>();
  const node = freshNode(options, mutants);
  const leaders = mutants.has('no-exclusion') ? allValidators(config) : (restored.epoch?.leaders ?? allValidators(config));
  const epochBase = epochBaseOf(options, restored);
  const state: CoreState = {
    ...node,
    ...freshEpoch(config, options.self ?? OBSERVER, leaders, mutants),
    epochBase,
    ...restoreSafety(options, restored, epochBase),
    ...restoreChain(options, restored)
  };
  if (isNewView(state.baseProof)) state.newViews.set(state.baseProof.view, state.baseProof);
  for (const record of restored.epoch?.views ?? []) state.views.set(record.view, record);
  const { height } = restored.head.block.header;
  for (const block of restored.proposals) {
    const { header } = block;
    if (header.height > height && header.epoch === config.epoch) addKnown(state, block).persisted = true;
  }
  for (const batch of restored.batches) storeBatch(state, batch);
  return state;
}
