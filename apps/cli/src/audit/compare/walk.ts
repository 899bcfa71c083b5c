import { concatBytes, fromBase64Url, toBase64Url, type Hash } from '@lading/kernel';
import { bucketHash, keyHash, sha256Noble, stateRoot, valueHash, type StateEntry } from '@lading/ledger';
import { COMPARISON_LIMITS, type StateBuckets, type TreeHashesView } from '@lading/api';
import type { ComparedNode, Damage, KeyDifference } from './types.js';

/** Keys that are told. */
export const KEYS = 16;
const { buckets: BUCKETS } = COMPARISON_LIMITS;

export type Entries = StateBuckets['buckets'][number]['entries'];
type Pair = readonly [ComparedNode, ComparedNode];
type Hashes = readonly [string, string];

/**
 * Walks the state trees of two nodes, as they were after one height, into what differs (spec/compare.md 3.2). Every answer is
 * hashed up to what the same node said before; what does not fit is damage.
 */
export class StateWalk {
  readonly keys: KeyDifference[] = [];
  readonly damage: Damage[] = [];
  more = false;

  constructor(
    private readonly nodes: Pair,
    private readonly height: number,
    private readonly depth: number
  ) {}

  async run(): Promise<void> {
    const [one, other] = await this.#ask(0, 0);
    await Promise.all([this.#checkRoot(this.nodes[0], one), this.#checkRoot(this.nodes[1], other)]);
    if (one.treeRoot !== other.treeRoot) await this.#descend(0, 0, [one.treeRoot, other.treeRoot]);
  }

  async #ask(depth: number, index: number): Promise<readonly [TreeHashesView, TreeHashesView]> {
    const [a, b] = this.nodes;
    return Promise.all([a.tree(this.height, depth, index), b.tree(this.height, depth, index)]);
  }

  /** The tree belongs to the state root that the node has stored with the block. */
  async #checkRoot(node: ComparedNode, { treeRoot, outcomesLogRoot }: TreeHashesView): Promise<void> {
    const [rows, config] = await Promise.all([node.atHeight(this.height), node.configHash(this.height)]);
    if (rows.block === null || config === null) return;
    const [tree, log, hash] = [treeRoot, outcomesLogRoot, config].map((text) => fromBase64Url(text) as Hash | null);
    const root = tree && log && hash ? toBase64Url(stateRoot(tree, log, hash)) : '';
    if (root === rows.block.stateRoot) return;
    const what = `its tree and outcomes give the state root ${root}, and its row has ${rows.block.stateRoot}`;
    this.#damaged(node, 'block', String(this.height), what);
  }

  async #descend(depth: number, index: number, expected: Hashes): Promise<void> {
    const answers = await this.#ask(depth, index);
    const [one, other] = answers;
    for (const [i, { hashes }] of answers.entries()) {
      if (rootOf(hashes) === expected[i]) continue;
      this.#damaged(this.#node(i), 'state', `node ${index} of depth ${depth}`, 'the hashes below it do not give its hash');
      return;
    }
    const below = depth + Math.log2(one.hashes.length);
    const differing = one.hashes.flatMap((hash, i) => {
      const theirs = other.hashes[i] ?? '';
      return hash === theirs ? [] : [[index * one.hashes.length + i, [hash, theirs]] as const];
    });
    if (below >= this.depth) return this.#compareBuckets(differing);
    for (const [child, hashes] of differing) {
      if (this.#enough()) return;
      await this.#descend(below, child, hashes);
    }
  }

  async #compareBuckets(differing: readonly (readonly [bucket: number, hashes: Hashes])[]): Promise<void> {
    for (let at = 0; at < differing.length; at += BUCKETS) {
      if (this.#enough()) return;
      const part = differing.slice(at, at + BUCKETS);
      const wanted = part.map(([bucket]) => bucket);
      const answers = await Promise.all(this.nodes.map((node) => node.buckets(this.height, wanted)));
      const [one, other] = answers.map(byBucket);
      for (const [bucket, hashes] of part) {
        const both = [one?.get(bucket) ?? [], other?.get(bucket) ?? []] as const;
        for (const i of [0, 1] as const) this.damage.push(...bucketDamage(this.#node(i).name, bucket, both[i], hashes[i]));
        this.keys.push(...differingKeys(both[0], both[1]));
      }
    }
  }

  /** More is not looked for: there is a difference below every node that the walk still knows of. */
  #enough(): boolean {
    const enough = this.keys.length >= KEYS;
    if (enough) this.more = true;
    return enough;
  }

  #node(i: number): ComparedNode {
    return i === 0 ? this.nodes[0] : this.nodes[1];
  }

  #damaged(node: ComparedNode, table: string, key: string, what: string): void {
    this.damage.push({ node: node.name, table, key, what });
  }
}

export const byBucket = ({ buckets }: StateBuckets): ReadonlyMap<number, Entries> =>
  new Map(buckets.map(({ bucket, entries }) => [bucket, entries]));

/** Root of a perfect tree over the hashes; '' for what are none. */
function rootOf(texts: readonly string[]): string {
  let level: Uint8Array[] = texts.map((text) => fromBase64Url(text) ?? new Uint8Array(0));
  if (level.length < 2 || !Number.isInteger(Math.log2(level.length))) return '';
  while (level.length > 1) {
    const pairs = level;
    level = Array.from({ length: pairs.length / 2 }, (_, i) => {
      return sha256Noble(concatBytes(pairs[2 * i] ?? new Uint8Array(0), pairs[2 * i + 1] ?? new Uint8Array(0)));
    });
  }
  return toBase64Url(level[0] ?? new Uint8Array(0));
}

/** Entries with another hash on one side, or on one side only, in the order of key hashes. */
export function differingKeys(one: Entries, other: Entries): KeyDifference[] {
  const [mine, theirs] = [one, other].map((entries) => new Map(entries.map((entry) => [entry.keyHash, entry])));
  const hex = (text: string): string => Buffer.from(text, 'base64url').toString('hex');
  const hashes = [...new Set([...one, ...other].map((entry) => entry.keyHash))].sort((x, y) => (hex(x) < hex(y) ? -1 : 1));
  return hashes.flatMap((hash) => {
    const [here, there] = [mine?.get(hash), theirs?.get(hash)];
    if (here?.valueHash === there?.valueHash) return [];
    const shown = (entry: typeof here) => (entry === undefined ? null : { valueHash: entry.valueHash, value: entry.value });
    return [{ key: here?.key ?? there?.key ?? null, keyHash: hash, said: [shown(here), shown(there)] as const }];
  });
}

/** Entries that do not hash to what the node said of them. */
function bucketDamage(node: string, bucket: number, entries: Entries, expected: string): Damage[] {
  const damage: Damage[] = [];
  const decoded: StateEntry[] = [];
  for (const entry of entries) {
    const [key, value] = [fromBase64Url(entry.keyHash), fromBase64Url(entry.valueHash)];
    if (key?.length === 32 && value?.length === 32) decoded.push({ keyHash: key as Hash, valueHash: value as Hash });
    const name = entry.key ?? `the key with hash ${entry.keyHash}`;
    if (entry.key !== null && toBase64Url(keyHash(entry.key)) !== entry.keyHash) {
      damage.push({ node, table: 'state', key: name, what: 'key_hash is not the hash of the key' });
    }
    const bytes = entry.value === null ? null : fromBase64Url(entry.value);
    if (bytes !== null && toBase64Url(valueHash(bytes)) !== entry.valueHash) {
      damage.push({ node, table: 'state', key: name, what: 'value_hash is not the hash of the value' });
    }
  }
  if (decoded.length === entries.length && isAscending(entries) && toBase64Url(bucketHash(decoded)) === expected) return damage;
  const key = entries.length === 0 ? `bucket ${bucket}` : entries.map((entry) => entry.key ?? entry.keyHash).join(', ');
  return [...damage, { node, table: 'state', key, what: 'the rows of the bucket are not what the state tree was made of' }];
}

function isAscending(entries: Entries): boolean {
  const hashes = entries.map(({ keyHash: hash }) => Buffer.from(hash, 'base64url'));
  return hashes.every((hash, i) => i === 0 || Buffer.compare(hashes[i - 1] ?? hash, hash) < 0);
}
