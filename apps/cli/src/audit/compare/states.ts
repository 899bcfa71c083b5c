import { COMPARISON_LIMITS, type StateWindowView } from '@lading/api';
import { fromBase64Url } from '@lading/kernel';
import { bucketOf } from '@lading/ledger';
import { byBucket, differingKeys, KEYS, StateWalk } from './walk.js';
import { Unanswered, type ComparedNode, type Damage, type Divergence, type KeyDifference, type StateComparison } from './types.js';

const { buckets: BUCKETS } = COMPARISON_LIMITS;

export interface Patience {
  readonly attempts: number;
  readonly pause: () => Promise<void>;
}

export interface ComparedStates {
  readonly state: StateComparison;
  readonly damage: readonly Damage[];
}

/** Compares the states of two nodes after one height, or what the stopped one of them has changed (spec/compare.md §3). */
export async function compareStates(
  a: ComparedNode,
  b: ComparedNode,
  divergence: Divergence | null,
  { attempts, pause }: Patience
): Promise<ComparedStates> {
  for (let attempt = 1; ; attempt++) {
    const windows = await Promise.all([a.window(), b.window()]);
    const height = commonHeight(windows);
    const found = height === null ? null : await walked([a, b], height, windows);
    if (found !== null) return found;
    if (attempt >= attempts) return apart([a, b], windows, divergence);
    await pause();
  }
}

type Windows = readonly [StateWindowView, StateWindowView];
type Pair = readonly [ComparedNode, ComparedNode];

function commonHeight([one, other]: Windows): number | null {
  const height = Math.min(one.to, other.to);
  return height >= Math.max(one.from, other.from) ? height : null;
}

const told = ([one, other]: Windows): StateComparison['windows'] => [[one.from, one.to], [other.from, other.to]];

/** Null when a node has forgotten the state of that height meanwhile. */
async function walked(nodes: Pair, height: number, windows: Windows): Promise<ComparedStates | null> {
  const walk = new StateWalk(nodes, height, windows[0].depth);
  try {
    await walk.run();
  } catch (error) {
    if (error instanceof Unanswered && error.code === 'STATE_NOT_HELD') return null;
    throw error;
  }
  const { keys, damage, more } = walk;
  return { state: { height, windows: told(windows), keys: keys.slice(0, KEYS), more: more || keys.length > KEYS }, damage };
}

/** 3.4: keys that the node with the lower height has changed since its window began, and that the other has otherwise now. */
async function apart(nodes: Pair, windows: Windows, divergence: Divergence | null): Promise<ComparedStates> {
  const none = { height: null, windows: told(windows), keys: [], more: false };
  const isFirstLower = windows[0].to < windows[1].to;
  const lower = windows[isFirstLower ? 0 : 1];
  // A node that is only behind has nothing of its own.
  if (divergence === null || divergence.kind === 'rows' || divergence.height > lower.to) return { state: none, damage: [] };
  const [stopped, other] = isFirstLower ? nodes : [nodes[1], nodes[0]];
  const changes = await stopped.changes();
  const keys: KeyDifference[] = [];
  for (let at = 0; at < changes.keys.length && keys.length <= KEYS; at += BUCKETS) {
    const wanted = new Set(changes.keys.slice(at, at + BUCKETS).map(({ keyHash }) => keyHash));
    const buckets = [...new Set([...wanted].map((hash) => bucketOf(fromBase64Url(hash) ?? new Uint8Array(32), changes.depth)))];
    const [held, now] = await Promise.all([
      stopped.buckets(changes.to, buckets).then(byBucket),
      other.window().then(({ to }) => other.buckets(to, buckets)).then(byBucket)
    ]);
    const found = buckets.flatMap((bucket) => {
      const [mine, theirs] = [held.get(bucket) ?? [], now.get(bucket) ?? []];
      return isFirstLower ? differingKeys(mine, theirs) : differingKeys(theirs, mine);
    });
    keys.push(...found.filter(({ keyHash }) => wanted.has(keyHash)));
  }
  return { state: { ...none, keys: keys.slice(0, KEYS), more: keys.length > KEYS }, damage: [] };
}
