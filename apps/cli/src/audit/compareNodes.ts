import type { BlockView, StateDigests, StateEntries } from '@lading/api';

export type ComparedBlock = Pick<BlockView, 'blockHash' | 'stateRoot' | 'outcomeRoot' | 'proposer' | 'signers'>;

/** What is asked of a node to compare it. */
export interface ComparedNode {
  readonly name: string;
  head(): Promise<{ readonly height: number; readonly chainId: string }>;
  block(height: number): Promise<ComparedBlock>;
  digests(prefix: string): Promise<StateDigests>;
  entries(prefix: string, after: string | null): Promise<StateEntries>;
}

type Part = 'chain' | 'block' | 'outcomes' | 'state';

/** The first thing in which a node differs from the first node asked. */
export interface Divergence {
  readonly nodes: readonly [string, string];
  readonly part: Part;
  /** First height at which they differ; null where only the present state was compared. */
  readonly height: number | null;
  /** First key in the order of key hashes, and how it differs; null where no keys were compared. */
  readonly key: string | null;
  readonly what: string;
}

export interface Comparison {
  readonly nodes: readonly [string, string];
  /** Blocks 0 … height were found equal, hashes and roots. */
  readonly height: number;
  /** Height of the state that was compared key by key digest; null when the nodes never stood at one height. */
  readonly stateHeight: number | null;
  readonly divergence: Divergence | null;
}

export interface Patience {
  readonly attempts: number;
  readonly pause: () => Promise<void>;
}

/** Compares a node with another: history by hashes with bisecting, then the state by digests, down to the first key. */
export async function compareNodes(a: ComparedNode, b: ComparedNode, patience: Patience): Promise<Comparison> {
  const nodes = [a.name, b.name] as const;
  const [one, other] = await Promise.all([a.head(), b.head()]);
  if (one.chainId !== other.chainId) {
    const what = 'they belong to different networks';
    return { nodes, height: -1, stateHeight: null, divergence: { nodes, part: 'chain', height: null, key: null, what } };
  }
  const common = Math.min(one.height, other.height);
  const difference = await firstDifference(a, b, common);
  const state = await compareState(a, b, patience);
  const key = state === null ? null : (state.difference?.key ?? null);
  const stateHeight = state?.height ?? null;
  if (difference !== null) {
    return { nodes, height: difference.height - 1, stateHeight, divergence: { nodes, ...difference, key } };
  }
  const { difference: found = null } = state ?? {};
  const divergence = found === null ? null : ({ nodes, part: 'state', height: null, ...found } as const);
  return { nodes, height: common, stateHeight, divergence };
}

interface Difference {
  readonly part: Part;
  readonly height: number;
  readonly what: string;
}

/** Smallest height whose block or roots differ: every later block names the hash, and every later root has the outcomes in it. */
async function firstDifference(a: ComparedNode, b: ComparedNode, common: number): Promise<Difference | null> {
  if ((await differenceAt(a, b, common)) === null) return null;
  let [low, high] = [0, common];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if ((await differenceAt(a, b, middle)) === null) low = middle + 1;
    else high = middle;
  }
  return differenceAt(a, b, low);
}

async function differenceAt(a: ComparedNode, b: ComparedNode, height: number): Promise<Difference | null> {
  const [one, other] = await Promise.all([a.block(height), b.block(height)]);
  if (one.blockHash !== other.blockHash) {
    const told = ({ blockHash, proposer, signers }: ComparedBlock): string =>
      `${blockHash} by ${proposer}, committed by ${signers.join(', ')}`;
    return { part: 'block', height, what: `two blocks: ${told(one)}; and ${told(other)}` };
  }
  if (one.outcomeRoot !== other.outcomeRoot) {
    return { part: 'outcomes', height, what: `the same block, other outcomes: root ${one.outcomeRoot} and ${other.outcomeRoot}` };
  }
  if (one.stateRoot === other.stateRoot) return null;
  return { part: 'state', height, what: `the same block, another state: root ${one.stateRoot} and ${other.stateRoot}` };
}

interface StateDifference {
  readonly key: string;
  readonly what: string;
}

/** Entries that are listed rather than divided further. */
const FEW = 64;

/** Null when the nodes were not met at one height. */
async function compareState(
  a: ComparedNode,
  b: ComparedNode,
  { attempts, pause }: Patience
): Promise<{ readonly height: number; readonly difference: StateDifference | null } | null> {
  for (let attempt = 0; attempt < attempts; attempt++) {
    if (attempt > 0) await pause();
    const found = await stateDifference(a, b);
    if (found !== 'apart') return found;
  }
  return null;
}

/** One try: every answer must be of one height, or blocks have come in between. */
async function stateDifference(
  a: ComparedNode,
  b: ComparedNode
): Promise<{ readonly height: number; readonly difference: StateDifference | null } | 'apart'> {
  let prefix = '';
  let height: number | null = null;
  for (;;) {
    const [one, other] = await Promise.all([a.digests(prefix), b.digests(prefix)]);
    if (one.height !== other.height || (height !== null && height !== one.height)) return 'apart';
    height = one.height;
    const differing = firstGroup(one, other);
    if (differing === null) return { height, difference: null };
    prefix += differing.byte.toString(16).padStart(2, '0');
    if (differing.count > FEW && prefix.length < 62) continue;
    const [mine, yours] = await Promise.all([listed(a, prefix, height), listed(b, prefix, height)]);
    if (mine === null || yours === null) return 'apart';
    return { height, difference: firstEntry(mine, yours, a.name, b.name) };
  }
}

type Entries = ReadonlyMap<string, StateEntries['items'][number]>;

async function listed(node: ComparedNode, prefix: string, height: number): Promise<Entries | null> {
  const found = new Map<string, StateEntries['items'][number]>();
  for (let after: string | null = null; ; ) {
    const page: StateEntries = await node.entries(prefix, after);
    if (page.height !== height) return null;
    for (const item of page.items) found.set(item.keyHash, item);
    after = page.next;
    if (after === null) return found;
  }
}

function firstGroup(one: StateDigests, other: StateDigests): { readonly byte: number; readonly count: number } | null {
  const theirs = new Map(other.groups.map((group) => [group.byte, group]));
  const mine = new Map(one.groups.map((group) => [group.byte, group]));
  const bytes = [...new Set([...mine.keys(), ...theirs.keys()])].sort((x, y) => x - y);
  for (const byte of bytes) {
    const [here, there] = [mine.get(byte), theirs.get(byte)];
    if (here?.digest === there?.digest && here?.count === there?.count) continue;
    return { byte, count: Math.max(here?.count ?? 0, there?.count ?? 0) };
  }
  return null;
}

function firstEntry(mine: Entries, yours: Entries, a: string, b: string): StateDifference | null {
  // Both are in the order of key hashes; base64url is not, so the order is taken from the lists.
  for (const [keyHash, { key, valueHash }] of mine) {
    const other = yours.get(keyHash);
    if (other === undefined) return { key, what: `${b} has no such key` };
    if (other.valueHash !== valueHash) return { key, what: `value hash ${valueHash} and ${other.valueHash}` };
    if (other.key !== key) return { key, what: `${b} has other bytes for the key of this hash` };
  }
  for (const [keyHash, { key }] of yours) if (!mine.has(keyHash)) return { key, what: `${a} has no such key` };
  return null;
}
