import { equalBytes } from '@lading/kernel';
import type { Height } from '@lading/kernel';
import type { CheckpointCertificate } from '@lading/ledger';
import { heightOf } from './chain.js';
import { checkExecutedRoot, REMEMBERED_HEIGHTS } from './decide.js';
import { halt, send, signBroadcast } from './emit.js';
import { enterEpoch } from './epoch.js';
import { evidence } from './evidence.js';
import { OBSERVER } from './epochState.js';
import type { Input } from './input.js';
import type { Checkpoint } from './message.js';
import type { CoreState, Peer } from './state.js';
import { notePaceEnd } from './pace.js';
import { setDeadline, takeDue } from './timers.js';

/** X1: a block is executed and durable. Opens the window by one height and restarts the idle checkpoint (S6). */
export function onExecuted(state: CoreState, { height, stateRoot }: Extract<Input, { kind: 'Executed' }>): void {
  if (height !== state.executed + 1 || height > heightOf(state.committed)) return;
  state.executed = height;
  notePaceEnd(state, height);
  state.roots.set(height, stateRoot);
  state.roots.delete(height - REMEMBERED_HEIGHTS);
  state.rootsDoubted.delete(height - REMEMBERED_HEIGHTS);
  // X2: the header a window later, where it is committed already, names the root of this height.
  const later = state.recent.get(height + state.window)?.block;
  if (later !== undefined && later !== null) checkExecutedRoot(state, later);
  const ended = state.ending?.block.header.height === height;
  // N2: in the new epoch, whose validators sign the checkpoint of the block that it began from.
  if (ended) enterEpoch(state);
  if (ended || height % state.config.parameters.checkpointBlocks === 0) signCheckpoint(state, height);
  setDeadline(state, 'checkpoint', state.nowMs + state.timing.idleCheckpointMs);
  adoptQuorum(state);
}

/** S6: signs the state root of a height, once; N2: in the epoch that follows the height. */
function signCheckpoint(state: CoreState, height: number): void {
  const past = state.recent.get(height);
  const stateRoot = state.roots.get(height);
  if (past === undefined || stateRoot === undefined || height <= state.ownCheckpoint || state.halted !== null) return;
  if (height < state.epochBase.height || state.self === OBSERVER) return;
  state.ownCheckpoint = height;
  signBroadcast(state, {
    type: 'CHECKPOINT',
    epoch: state.epoch,
    height: height as Height,
    blockHash: past.hash,
    stateRoot,
    signer: state.self
  });
}

/** S6: nothing was executed for a while and nothing is on its way: the last block gets its certificate now. */
export function checkpointWhenIdle(state: CoreState): void {
  if (!takeDue(state, 'checkpoint')) return;
  const waits = hasFreshHead(state);
  if (waits) setDeadline(state, 'checkpoint', state.nowMs + state.timing.idleCheckpointMs);
  const idle = state.executed === heightOf(state.committed) && !waits;
  if (idle && state.executed > (state.stable?.height ?? 0)) signCheckpoint(state, state.executed);
}

/**
 * S6: what waits for its turn to be proposed (P1) is on its way, too. Not for longer than its turn takes: with a batch that its
 * author shows to one node alone it would keep checkpoints from all others.
 */
function hasFreshHead({ lanes, nowMs, timing }: CoreState): boolean {
  const patienceMs = timing.longestIntervalMs + timing.idleCheckpointMs;
  return lanes.some(({ head }) => head !== null && nowMs - head.sinceMs < patienceMs);
}

/** M1, S6: the two newest of each signer; q equal ones make the checkpoint stable. */
export function onCheckpoint(state: CoreState, message: Checkpoint): void {
  const from = state.peers[message.signer];
  if (from === undefined || message.epoch !== state.epoch) return;
  const same = from.checkpoints.find((held) => held.height === message.height);
  if (same !== undefined) {
    if (!agrees(same, message)) evidence(state, 'CHECKPOINT', same, message);
    return;
  }
  from.checkpoints = [...from.checkpoints, message].sort((a, b) => a.height - b.height).slice(-2);
  adoptQuorum(state);
}

function agrees(a: Checkpoint, b: Checkpoint): boolean {
  return a.height === b.height && equalBytes(a.blockHash, b.blockHash) && equalBytes(a.stateRoot, b.stateRoot);
}

/** S6: an equal root, or it is no checkpoint. */
function backs(state: CoreState, held: Checkpoint, candidate: Checkpoint): boolean {
  if (state.mutants.has('checkpoint-any-root')) return held.height === candidate.height;
  return agrees(held, candidate);
}

/** S6: stable once q signers agree and this node has executed the height with the same root. */
function adoptQuorum(state: CoreState): void {
  for (const candidate of [...state.peers].reverse().flatMap((peer) => peer.checkpoints)) {
    if (candidate.height <= (state.stable?.height ?? 0) || candidate.height > state.executed) continue;
    const backing = state.peers.flatMap((peer) => peer.checkpoints.filter((held) => backs(state, held, candidate)));
    const root = state.roots.get(candidate.height);
    if (root === undefined) continue;
    if (!equalBytes(root, candidate.stateRoot) && !state.mutants.has('checkpoint-any-root')) {
      // X2: f+1 checkpoints with another root: an honest node computed it.
      if (backing.length >= state.w) halt(state, 'STATE_ROOT_MISMATCH', `checkpoint ${candidate.height} differs`);
      continue;
    }
    if (backing.length < state.q) continue;
    const chosen = backing.slice(0, state.q);
    makeStable(state, {
      epoch: candidate.epoch,
      height: candidate.height,
      blockHash: candidate.blockHash,
      stateRoot: candidate.stateRoot,
      signers: chosen.map((held) => held.signer),
      signatures: chosen.map((held) => held.signature)
    });
  }
}

/** S6: a certificate that came with a peer's blocks is as good as one assembled here. */
export function makeStable(state: CoreState, checkpoint: CheckpointCertificate): void {
  const { height, stateRoot } = checkpoint;
  const root = state.roots.get(height);
  if (height <= (state.stable?.height ?? 0) || height > state.executed || root === undefined) return;
  if (!equalBytes(root, stateRoot)) {
    halt(state, 'STATE_ROOT_MISMATCH', `the certified state root of height ${height} differs`);
    return;
  }
  state.stable = checkpoint;
  state.outputs.push({ kind: 'Stable', checkpoint });
}

/** S2: what a peer's STATUS shows it lacks: the certificate, or else this node's signature towards it. */
export function sendCheckpoints(state: CoreState, peer: Peer, stableCheckpoint: number): void {
  const { stable } = state;
  const certified = stable?.height ?? 0;
  if (stable !== null && stable.epoch !== state.epoch) return sendOwnCheckpoints(state, peer, certified);
  if (stable !== null && certified > stableCheckpoint) {
    send(state, peer.index, { type: 'BLOCKS', blocks: [], checkpoint: stable });
  }
  sendOwnCheckpoints(state, peer, certified);
}

function sendOwnCheckpoints(state: CoreState, peer: Peer, certified: number): void {
  for (const own of state.peers[state.self]?.checkpoints ?? []) {
    if (own.height > certified) send(state, peer.index, own);
  }
}
