import { findDivergence } from './divergence.js';
import { compareStates, type Patience } from './states.js';
import { Unanswered, type Comparison, type ComparedNode, type Damage, type NodeState } from './types.js';

export interface NodeLine {
  readonly url: string;
  /** `otherNetwork`: of another chain than the reference. */
  readonly state: 'answers' | 'unreachable' | 'notAllowed' | 'otherNetwork';
  /** Null where it did not answer. */
  readonly status: NodeState | null;
  /** Blocks between its height and the greatest. */
  readonly behind: number | null;
  /** Why it did not answer. */
  readonly detail: string | null;
}

export interface ComparedNetwork {
  readonly nodes: readonly NodeLine[];
  /** The node that the others are compared with; null when none answers. */
  readonly reference: string | null;
  readonly comparisons: readonly Comparison[];
  readonly damage: readonly Damage[];
}

export interface CompareOptions extends Patience {
  /** Hashes and roots only; no rows. */
  readonly quick: boolean;
}

interface Asked {
  readonly node: ComparedNode;
  readonly status: NodeState | Unanswered;
}

/** Compares nodes with the highest of them (spec/compare.md). */
export async function compareNodes(nodes: readonly ComparedNode[], options: CompareOptions): Promise<ComparedNetwork> {
  const asked = await Promise.all(nodes.map(async (node) => ({ node, status: await node.status().catch(unanswered) })));
  const reference = highest(asked);
  const lines = asked.map((one) => lineOf(one, reference?.status ?? null));
  if (reference === null) return { nodes: lines, reference: null, comparisons: [], damage: [] };
  const comparisons: Comparison[] = [];
  const damage: Damage[] = [];
  const same = asked.filter(({ node }, i) => node === reference.node || lines[i]?.state === 'answers');
  for (const { node, status } of same) {
    if (node === reference.node || status instanceof Unanswered) continue;
    comparisons.push(await comparePair(reference, { node, status }, options, damage));
  }
  for (const { node } of options.quick ? [] : same) damage.push(...(await rowDamage(node, comparisons)));
  return { nodes: lines, reference: reference.node.name, comparisons, damage: unique(damage) };
}

function unanswered(error: unknown): Unanswered {
  if (error instanceof Unanswered) return error;
  throw error;
}

interface Answering {
  readonly node: ComparedNode;
  readonly status: NodeState;
}

function highest(asked: readonly Asked[]): Answering | null {
  let found: Answering | null = null;
  for (const { node, status } of asked) {
    if (status instanceof Unanswered) continue;
    if (found === null || status.height > found.status.height) found = { node, status };
  }
  return found;
}

function lineOf({ node, status }: Asked, reference: NodeState | null): NodeLine {
  const url = node.name;
  if (status instanceof Unanswered) {
    const detail = `${status.code}: ${status.detail}`;
    return { url, state: status.notAllowed ? 'notAllowed' : 'unreachable', status: null, behind: null, detail };
  }
  if (status.chainId !== reference?.chainId) {
    return { url, state: 'otherNetwork', status, behind: null, detail: `it belongs to the network ${status.chainId}` };
  }
  return { url, state: 'answers', status, behind: reference.height - status.height, detail: null };
}

/** Damage that is found on the way is added to `damage`. */
async function comparePair(
  reference: Answering,
  other: Answering,
  options: CompareOptions,
  damage: Damage[]
): Promise<Comparison> {
  const [a, b] = [reference.node, other.node];
  const nodes = [a.name, b.name] as const;
  const heights = commonHeights(reference.status, other.status);
  let found: Awaited<ReturnType<typeof findDivergence>> = null;
  try {
    if (heights !== null) found = await findDivergence(a, b, heights, options.quick);
    damage.push(...(found?.damage ?? []));
    const divergence = found?.divergence ?? null;
    const states = await compareStates(a, b, divergence, options);
    damage.push(...states.damage);
    return { nodes, heights, divergence, state: states.state, fault: null };
  } catch (error) {
    const { node, code, detail } = unanswered(error);
    return { nodes, heights, divergence: found?.divergence ?? null, state: null, fault: { node, code, detail } };
  }
}

function commonHeights(one: NodeState, other: NodeState): readonly [number, number] | null {
  const from = Math.max(one.historyFrom ?? 0, other.historyFrom ?? 0);
  const to = Math.min(one.height, other.height);
  return from <= to ? [from, to] : null;
}

/** Rows of the state that are not what the node's own tree was made of (§4). */
async function rowDamage(node: ComparedNode, comparisons: Comparison[]): Promise<Damage[]> {
  const found: Damage[] = [];
  try {
    for (let bucket: number | null = 0; bucket !== null; ) {
      const { findings, next }: Awaited<ReturnType<ComparedNode['rows']>> = await node.rows(bucket);
      found.push(...findings.map(({ key, what }) => ({ node: node.name, table: 'state', key, what })));
      if (next !== null && next <= bucket) throw new Unanswered(node.name, 'ANSWER_INVALID', `bucket ${next} after ${bucket}`, false);
      bucket = next;
    }
  } catch (error) {
    const fault = unanswered(error);
    for (const [i, one] of comparisons.entries()) {
      if (one.nodes.includes(node.name) && one.fault === null) comparisons[i] = { ...one, fault: { ...faultOf(fault) } };
    }
  }
  return found;
}

const faultOf = ({ node, code, detail }: Unanswered): NonNullable<Comparison['fault']> => ({ node, code, detail });

function unique(damage: readonly Damage[]): Damage[] {
  return [...new Map(damage.map((one) => [JSON.stringify(one), one])).values()];
}
