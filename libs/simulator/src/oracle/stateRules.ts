import type { Hash } from '@lading/kernel';
import { equalBytes } from '@lading/kernel';
import type { CoreState } from '@lading/consensus';
import { heldMessages, memoryBounds } from '@lading/consensus';
import type { SimulatedNode } from '../simulatedNode.js';
import { Violation } from './violation.js';

/** T4. */
const CEILING_MS = 60_000;
/** Memory is counted once for so many steps of a node. */
const MEMORY_EVERY = 64;

/** T2: slack for the timer's own granularity. */
const SLACK_MS = 300;

/** Since when each lane's head waits in the current view, by this oracle's own watch. */
const waiting = new WeakMap<CoreState, Map<number, { readonly key: string; readonly view: number; readonly sinceMs: number }>>();

interface Base {
  readonly epoch: number;
  readonly view: number;
  readonly life: number;
  readonly hash: Hash;
}
const bases = new WeakMap<SimulatedNode, Base>();

const steps = new WeakMap<CoreState, number>();

/** What must hold in every honest core after every step, whatever it has heard. */
export function checkState(node: SimulatedNode, state: CoreState): void {
  const { mode, view, top, committed } = state;
  const head = committed.block.header.height;
  // P5: what a certificate of the current view commits is accepted, and the chain goes on above it.
  if (mode === 'NORMAL' && state.halted === null && head > state.base.height && state.headCertView === view) {
    if (top === null || top.block.header.height < head) {
      throw new Violation('rules', `node ${node.name} is mute in view ${view}: its chain ends below the head ${head} (P5)`);
    }
  }
  if (mode === 'NORMAL') checkBase(node, state);
  const progress = state.deadlines.get('progress');
  if (progress !== undefined && progress - state.nowMs > CEILING_MS) {
    throw new Violation('rules', `node ${node.name} waits ${progress - state.nowMs} ms for progress (T4)`);
  }
  if (mode === 'NORMAL' && state.halted === null && state.self >= 0) checkInclusion(node, state);
  const count = (steps.get(state) ?? 0) + 1;
  steps.set(state, count);
  if (count % MEMORY_EVERY === 0) checkMemory(node, state);
}

/** V6: a view has one base, whatever its leader says later. What a crash made undone was never said to anyone. */
function checkBase(node: SimulatedNode, { epoch, view, base }: CoreState): void {
  const { life } = node;
  const held = bases.get(node);
  const same = held?.epoch === epoch && held.view === view && held.life === life;
  if (same && !equalBytes(held.hash, base.hash)) {
    throw new Violation('rules', `node ${node.name} starts view ${view} on two blocks (V6)`);
  }
  if (!same) bases.set(node, { epoch, view, life, hash: base.hash });
}

/** T2: a head that the leader does not order makes its holders give the leader up, whatever else is ordered. */
function checkInclusion(node: SimulatedNode, state: CoreState): void {
  const { view, epoch, leaders } = state;
  // True time: the node's own clock may have jumped.
  const { nowMs } = node.world.agenda;
  if (leaders[(epoch + view) % leaders.length] === state.self) return;
  const watch = waiting.get(state) ?? new Map<number, { key: string; view: number; sinceMs: number }>();
  waiting.set(state, watch);
  const limit = state.config.parameters.inclusionTimeoutMs + SLACK_MS;
  state.lanes.forEach(({ head, frozen }, lane) => {
    const held = watch.get(lane);
    if (head === null || frozen) watch.delete(lane);
    else if (held?.key !== head.key || held.view !== view) watch.set(lane, { key: head.key, view, sinceMs: nowMs });
    else if (nowMs - held.sinceMs > limit && (state.peers[state.self]?.suspect ?? -1) < view) {
      throw new Violation('rules', `node ${node.name} bears with a leader that omits lane ${lane} (T2)`);
    }
  });
}

/** M1. */
function checkMemory(node: SimulatedNode, state: CoreState): void {
  const held = heldMessages(state);
  const bounds = memoryBounds(state);
  for (const key of Object.keys(held) as (keyof typeof held)[]) {
    if (held[key] > bounds[key]) throw new Violation('memory', `node ${node.name} holds ${held[key]} ${key}, more than ${bounds[key]}`);
  }
}
