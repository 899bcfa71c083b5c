import { equalBytes } from '@lading/kernel';
import type { Hash } from '@lading/kernel';
import { advanceCursors, leafHash } from '@lading/ledger';
import type { Block } from '@lading/ledger';
import { keyOf } from './key.js';
import type { CoreState, Known, Point } from './state.js';

/** The uncommitted blocks held here, and how they hang on the committed head. */

export const heightOf = (point: Point): number => point.block.header.height;
export const hashOf = (point: Point): Hash => point.block.blockHash;

export function addKnown(state: CoreState, block: Block): Known {
  const key = keyOf(block.blockHash);
  const held = state.known.get(key);
  if (held !== undefined) return held;
  const known: Known = {
    block,
    key,
    prePrepare: null,
    persisted: false,
    payload: 'missing',
    point: null,
    sinceMs: state.nowMs
  };
  state.known.set(key, known);
  return known;
}

export function knownOf(state: CoreState, hash: Hash): Known | undefined {
  return state.known.get(keyOf(hash));
}

/** What follows a block: history with it, cursors after it. Null when its refs do not continue the lanes. */
export function extendPoint(state: CoreState, parent: Point, block: Block): Point | null {
  const cursors = advanceCursors(parent.cursors, block.refs);
  if (!cursors.ok) return state.mutants.has('no-lane-contiguity') ? extendLoosely(state, parent, block) : null;
  const history = parent.history.append(leafHash(block.blockHash, state.sha256));
  return { block, history, before: parent.cursors, cursors: cursors.value };
}

/** Mutant of P2: refs need not continue their lanes. */
function extendLoosely(state: CoreState, parent: Point, block: Block): Point {
  const cursors = [...parent.cursors];
  for (const { lane, seq, batchHash } of block.refs) cursors[lane] = { lane, nextSeq: seq + 1, lastBatchHash: batchHash };
  const history = parent.history.append(leafHash(block.blockHash, state.sha256));
  return { block, history, before: parent.cursors, cursors };
}

/** The chain data of a block whose ancestors are all known down to the committed head, else null. */
export function pointOf(state: CoreState, hash: Hash): Point | null {
  if (equalBytes(hash, hashOf(state.committed))) return state.committed;
  const pending: Known[] = [];
  let known = knownOf(state, hash);
  while (known !== undefined && known.point === null) {
    pending.push(known);
    if (known.block.header.height <= heightOf(state.committed) + 1) break;
    known = knownOf(state, known.block.header.parentHash);
  }
  let parent = known?.point ?? null;
  if (parent === null) {
    const lowest = pending.at(-1);
    if (lowest === undefined || !equalBytes(lowest.block.header.parentHash, hashOf(state.committed))) return null;
    parent = state.committed;
  }
  for (const child of pending.reverse()) {
    if (child.block.header.height !== heightOf(parent) + 1) return null;
    child.point = extendPoint(state, parent, child.block);
    if (child.point === null) return null;
    parent = child.point;
  }
  return parent;
}

/** Blocks from just above the committed head to `tip`, ascending; null when they do not link. */
export function chainTo(state: CoreState, tip: Hash): readonly Known[] | null {
  const chain: Known[] = [];
  let hash = tip;
  while (!equalBytes(hash, hashOf(state.committed))) {
    const known = knownOf(state, hash);
    if (known === undefined || known.block.header.height <= heightOf(state.committed)) return null;
    chain.push(known);
    hash = known.block.header.parentHash;
  }
  return chain.reverse();
}

/** The first hash on the way down from `tip` that is not held and not committed; null when nothing is missing. */
export function missingLink(state: CoreState, tip: Hash, tipHeight: number): Hash | null {
  let hash = tip;
  for (let height = tipHeight; height > heightOf(state.committed); height--) {
    const known = knownOf(state, hash);
    if (known === undefined) return hash;
    hash = known.block.header.parentHash;
  }
  return null;
}

/** Drops what a new view or a commit made useless: everything except the chains of `tips` above the head (spec P7). */
export function pruneKnown(state: CoreState, tips: readonly Hash[]): void {
  const keep = new Set<string>();
  for (const tip of tips) {
    let known = knownOf(state, tip);
    while (known !== undefined && known.block.header.height > heightOf(state.committed) && !keep.has(known.key)) {
      keep.add(known.key);
      known = knownOf(state, known.block.header.parentHash);
    }
  }
  for (const key of state.known.keys()) if (!keep.has(key)) state.known.delete(key);
}
