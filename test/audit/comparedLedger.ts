import { createHash } from 'node:crypto';
import type { HeightRowsView, HistoryDigests } from '@lading/api';
import { toBase64Url, type Hash, type Height } from '@lading/kernel';
import {
  bucketOf, encodeCbor, hashBuckets, keyHash, outcomeRoot, stateRoot, StateTree, valueHash, type OutcomeRecord
} from '@lading/ledger';
import { Unanswered, type ComparedNode } from '../../apps/cli/src/audit/compare/types.js';

const DEPTH = 12;
const LOG = sha256('outcomes log') as unknown as Hash;
const CONFIG = sha256('config') as unknown as Hash;

function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
const hash = (text: string): string => sha256(text).toString('base64url');

interface Entry {
  readonly key: string;
  readonly bytes: Buffer;
  readonly keyHash: Hash;
  readonly valueHash: Hash;
}

const made = new Map<string, Entry>();

/** Hashed once: the same entries stand in many nodes. */
function entryOf(key: string, value: string): Entry {
  const name = JSON.stringify([key, value]);
  const known = made.get(name);
  if (known !== undefined) return known;
  const entry = { key, bytes: Buffer.from(value), keyHash: keyHash(key), valueHash: valueHash(Buffer.from(value)) };
  made.set(name, entry);
  return entry;
}

/** One block of a ledger that is compared: its rows. */
export interface ComparedBlock {
  blockHash: string;
  encodedHash: string;
  stateRoot: string;
  outcomeRoot: string;
  outcomes: OutcomeRecord[];
}

/** A node with a history and a state of its own, in memory; a height has one outcome. */
export class FakeNode implements ComparedNode {
  readonly asked: string[] = [];
  readonly blocks: ComparedBlock[] = [];
  readonly values = new Map<string, string>();
  readonly changed: string[] = [];
  readonly unreadable = new Set<number>();
  /** Told instead of what is there. */
  readonly lies: Partial<Pick<ComparedNode, 'tree' | 'buckets' | 'rows' | 'history' | 'window'>> = {};
  chainId = 'one';
  /** The window of states; the head by itself. */
  from: number | null = null;
  historyFrom: number | null = null;
  away: Unanswered | null = null;

  #sealed: string | null = null;

  constructor(
    readonly name: string,
    blocks: number,
    keys: number
  ) {
    for (let i = 0; i < keys; i++) this.values.set(`provenance/item/${i}`, `value ${i}`);
    for (let height = 0; height < blocks; height++) this.append('same');
  }

  get height(): number {
    return this.blocks.length - 1;
  }

  append(what: string, code = ''): void {
    const height = this.blocks.length as Height;
    const txId = sha256(`tx ${height}`) as unknown as Hash;
    const status = code === '' ? 'APPLIED' : 'REJECTED';
    const outcomes: OutcomeRecord[] = [{ height, index: 0, txId, status, code, detail: [] }];
    const root = toBase64Url(outcomeRoot(outcomes));
    const texts = { blockHash: hash(`block ${height} ${what}`), encodedHash: hash(`encoded ${height} ${what}`) };
    this.blocks.push({ ...texts, stateRoot: this.#root(), outcomeRoot: root, outcomes });
  }

  /** The last block has the root of the state as it is. */
  sealState(): void {
    const last = this.blocks.at(-1);
    this.#sealed = null;
    if (last !== undefined) last.stateRoot = this.#root();
  }

  /** All entries by bucket. */
  #entries(): Map<number, Entry[]> {
    const found = new Map<number, Entry[]>();
    for (const [key, value] of this.values) {
      const entry = entryOf(key, value);
      const bucket = bucketOf(entry.keyHash, DEPTH);
      found.set(bucket, [...(found.get(bucket) ?? []), entry]);
    }
    for (const entries of found.values()) entries.sort((x, y) => Buffer.compare(x.keyHash, y.keyHash));
    return found;
  }

  #tree(): StateTree {
    const tree = new StateTree(DEPTH);
    tree.update(hashBuckets(this.#entries()));
    return tree;
  }

  /** Of the state as it was when it was asked for first, or sealed. */
  #root(): string {
    return (this.#sealed ??= this.#computedRoot());
  }

  #computedRoot(): string {
    return toBase64Url(stateRoot(this.#tree().root(), LOG, CONFIG));
  }

  status() {
    if (this.away !== null) return Promise.reject(this.away);
    const { chainId, height, historyFrom } = this;
    return Promise.resolve({
      ...{ organization: this.name, chainId, mode: 'NORMAL', height, certifiedHeight: height, historyFrom, reason: null }
    });
  }

  configHash = () => Promise.resolve(toBase64Url(CONFIG));
  whose = (height: number) => Promise.resolve(this.unreadable.has(height) ? null : ` by ${this.name}`);

  history(part: HistoryDigests['part'], from: number, to: number): Promise<HistoryDigests> {
    this.asked.push(`${part} ${from} ${to}`);
    const size = Math.ceil((to - from + 1) / 64);
    const groups = [];
    for (let first = from; first <= to; first += size) {
      const rows = this.blocks.slice(first, Math.min(to + 1, first + size)).map((block) => {
        if (part === 'roots') return [block.blockHash, block.outcomeRoot, block.stateRoot];
        if (part === 'blocks') return [block.encodedHash];
        return part === 'outcomes' ? block.outcomes.map(({ status, code }) => status + code) : [];
      });
      groups.push({ from: first, to: Math.min(to, first + size - 1), count: rows.length, digest: hash(JSON.stringify(rows)) });
    }
    return Promise.resolve({ height: this.height, part, from, to, groups });
  }

  atHeight(height: number): Promise<HeightRowsView> {
    const block = this.blocks[height];
    const outcomes = (block?.outcomes ?? []).map(({ index, txId, status, code, detail }) => {
      return { index, txId: toBase64Url(txId), status, code, detail: toBase64Url(encodeCbor(detail)) };
    });
    const shown = block === undefined ? null : { ...block, txCount: 1 };
    return Promise.resolve({ height, block: shown, batches: [], transactions: [], outcomes });
  }

  window() {
    return this.lies.window?.() ?? Promise.resolve({ from: this.from ?? this.height, to: this.height, depth: DEPTH });
  }

  tree(height: number, depth: number, index: number) {
    if (this.lies.tree !== undefined) return this.lies.tree(height, depth, index);
    if (height !== this.height) return Promise.reject(new Unanswered(this.name, 'STATE_NOT_HELD', '', false));
    const tree = this.#tree();
    const levels = Math.min(8, DEPTH - depth);
    const hashes = Array.from({ length: 2 ** levels }, (_, i) => toBase64Url(tree.node(depth + levels, index * 2 ** levels + i)));
    const roots = { treeRoot: toBase64Url(tree.root()), outcomesLogRoot: toBase64Url(LOG) };
    return Promise.resolve({ height, depth, index, ...roots, hashes });
  }

  buckets(height: number, buckets: readonly number[]) {
    if (this.lies.buckets !== undefined) return this.lies.buckets(height, buckets);
    const all = this.#entries();
    const shown = buckets.map((bucket) => ({
      bucket,
      entries: (all.get(bucket) ?? []).map((entry) => ({
        ...{ key: entry.key, keyHash: toBase64Url(entry.keyHash), valueHash: toBase64Url(entry.valueHash) },
        value: toBase64Url(entry.bytes)
      }))
    }));
    return Promise.resolve({ height, buckets: shown });
  }

  changes() {
    const keys = this.changed.map((key) => ({ key, keyHash: toBase64Url(keyHash(key)) }));
    return Promise.resolve({ from: this.from ?? this.height, to: this.height, depth: DEPTH, keys });
  }

  rows(bucket: number) {
    return this.lies.rows?.(bucket) ?? Promise.resolve({ height: this.height, rows: 0, findings: [], next: null });
  }
}
