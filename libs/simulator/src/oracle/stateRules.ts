import type { CoreState } from '@lading/consensus';
import { heldMessages, memoryBounds } from '@lading/consensus';
import type { SimulatedNode } from '../simulatedNode.js';
import { Violation } from './violation.js';

/** T4. */
const CEILING_MS = 60_000;
/** Memory is counted once for so many steps of a node. */
const MEMORY_EVERY = 64;

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
  const progress = state.deadlines.get('progress');
  if (progress !== undefined && progress - state.nowMs > CEILING_MS) {
    throw new Violation('rules', `node ${node.name} waits ${progress - state.nowMs} ms for progress (T4)`);
  }
  const count = (steps.get(state) ?? 0) + 1;
  steps.set(state, count);
  if (count % MEMORY_EVERY === 0) checkMemory(node, state);
}

/** M1. */
function checkMemory(node: SimulatedNode, state: CoreState): void {
  const held = heldMessages(state);
  const bounds = memoryBounds(state);
  for (const key of Object.keys(held) as (keyof typeof held)[]) {
    if (held[key] > bounds[key]) throw new Violation('memory', `node ${node.name} holds ${held[key]} ${key}, more than ${bounds[key]}`);
  }
}
