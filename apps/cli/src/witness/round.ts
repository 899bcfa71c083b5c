import { ask, followNode, type Followed, type Known, type WitnessedNode } from './followNode.js';
import { forkOf, type Fork, type ShownPoint } from './certified.js';

export interface Round {
  readonly fork: Fork | null;
  /** Something new was countersigned, or some node has nothing above the last statement. */
  readonly isAlive: boolean;
  /** Some node has shown that its history holds the last statement. */
  readonly isLinked: boolean;
  /** Nodes that gave no answer, or one that is not true. */
  readonly silent: readonly string[];
  readonly untrue: readonly string[];
}

/** Signs and keeps a checkpoint that has been linked to the last statement. */
export type Countersign = (point: ShownPoint) => void;

interface Heard {
  readonly node: WitnessedNode;
  readonly followed: Followed;
}

/** Asks every node once. A checkpoint is countersigned as soon as one node has linked it; a fork ends the round. */
export async function round(
  nodes: readonly WitnessedNode[],
  known: Known,
  genesisBytes: Uint8Array,
  countersign: Countersign
): Promise<Round> {
  const heard: Heard[] = [];
  const before = known.last;
  for (const node of nodes) {
    const followed = await followNode(node, known, genesisBytes);
    heard.push({ node, followed });
    if (followed.kind === 'fork') return told(heard, known, before, followed.fork);
    if (followed.kind === 'linked' && isNew(followed.point, known)) countersign(followed.point);
  }
  return told(heard, known, before, await crossCheck(heard, known, genesisBytes));
}

const isNew = ({ checkpoint }: ShownPoint, { last }: Known): boolean =>
  last === null || checkpoint.height > last.checkpoint.height;

/** What one node holds apart from the statements is looked for in the history of those that are linked to them. */
async function crossCheck(heard: readonly Heard[], known: Known, genesisBytes: Uint8Array): Promise<Fork | null> {
  for (const { followed: apart } of heard) {
    if (apart.kind !== 'apart') continue;
    const { height } = apart.point.checkpoint;
    for (const { node, followed: linked } of heard) {
      if (linked.kind !== 'linked' || linked.point.checkpoint.height < height) continue;
      const asked = await ask(node, height, linked.point.checkpoint.height, known, genesisBytes);
      if (asked.kind === 'fork') return asked.fork;
      const fork = asked.kind === 'ok' ? forkOf(apart.point, asked.continuity.from, genesisBytes) : null;
      if (fork !== null) return fork;
    }
  }
  return null;
}

function told(heard: readonly Heard[], { last }: Known, before: Known['last'], fork: Fork | null): Round {
  const height = last?.checkpoint.height ?? 0;
  const linked = heard.flatMap(({ followed }) => (followed.kind === 'linked' ? [followed] : []));
  const isAlive = last !== before || linked.some(({ claimed }) => claimed <= height);
  const lines = (kind: 'silent' | 'false'): readonly string[] =>
    heard.flatMap(({ node, followed }) => (followed.kind === kind ? [`${node.name}: ${followed.why}`] : []));
  return { fork, isAlive, isLinked: linked.length > 0, silent: lines('silent'), untrue: lines('false') };
}
