import { heightOf } from './chain.js';
import { isClosed } from './epochState.js';
import type { CoreState, Slot } from './state.js';

/** M1: the view that this node voted in last, current or, in CHANGING, the one before. */
export function oldestView(state: CoreState): number {
  return state.mode === 'CHANGING' ? state.view - 1 : state.view;
}

/** M1: forgets the votes of views that are over. */
export function pruneSlots(state: CoreState): void {
  for (const [key, slot] of state.slots) if (slot.view < oldestView(state)) state.slots.delete(key);
}

/**
 * M1: votes are kept for the view that was voted in last and the one after, and for two windows above the committed head;
 * others leave no trace, so memory is bounded whatever peers send.
 */
export function slotOf(state: CoreState, view: number, height: number): Slot | null {
  const head = heightOf(state.committed);
  const oldest = oldestView(state);
  if (view < oldest || view > oldest + 1 || isClosed(state)) return null;
  if (height <= head || height > head + 2 * state.window) return null;
  const key = `${view}:${height}`;
  const held = state.slots.get(key);
  if (held !== undefined) return held;
  const none = (): null[] => Array.from({ length: state.n }, () => null);
  const unsaid = { sentPrepare: false, sentCommit: false, votedMs: state.nowMs };
  const slot: Slot = { view, height, prepares: none(), commits: none(), ...unsaid, repeated: new Map() };
  state.slots.set(key, slot);
  return slot;
}
