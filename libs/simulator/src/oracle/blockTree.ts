import type { Hash, Height, Sha256 } from '@lading/kernel';
import { equalBytes, ZERO_HASH } from '@lading/kernel';
import type { StoredBatch } from '@lading/consensus';
import { advanceCursors, CompactRange, configHash, initialCursors, laneCursorsRoot, leafHash, refsRoot } from '@lading/ledger';
import { successorConfig } from '@lading/ledger';
import type { BatchRef, Block, EpochConfig, LaneCursor } from '@lading/ledger';
import { GENESIS_ROOT, toyStateRoot } from '../world.js';
import type { World } from '../world.js';
import { keyOf } from '../hashKey.js';

/** A block that anyone has proposed, and what spec/consensus.md P2 says about its children. */
export interface Facts {
  readonly block: Block;
  readonly parent: Facts | null;
  /** What is wrong with it by P2 and P3, apart from the rules that depend on a view; null when nothing is. */
  readonly fault: string | null;
  /** State after it, over its own ancestors. */
  readonly root: Hash;
  readonly history: CompactRange;
  /** In force for its children. */
  readonly cursors: readonly LaneCursor[];
  readonly config: EpochConfig;
  /** Height that the epoch of its children starts above. */
  readonly epochStart: number;
}

/** Every block of a run by hash. Written from the specification: it shares only the formats with the core. */
export class BlockTree {
  readonly #blocks = new Map<string, Block>();
  readonly #facts = new Map<string, Facts>();
  readonly #batches: ReadonlyMap<string, StoredBatch>;
  readonly #sha256: Sha256 | undefined;
  readonly genesis: Facts;

  constructor(world: World, batches: ReadonlyMap<string, StoredBatch>, sha256: Sha256 | undefined) {
    this.#batches = batches;
    this.#sha256 = sha256;
    const { genesis, config } = world;
    this.genesis = {
      block: genesis,
      parent: null,
      fault: null,
      root: GENESIS_ROOT,
      history: CompactRange.empty(sha256).append(leafHash(genesis.blockHash, sha256)),
      cursors: initialCursors(config.organizations.length),
      config,
      epochStart: 0
    };
    this.#facts.set(keyOf(genesis.blockHash), this.genesis);
  }

  add(block: Block): void {
    const key = keyOf(block.blockHash);
    if (!this.#blocks.has(key)) this.#blocks.set(key, block);
  }

  /** Null for a block of which an ancestor was never seen. */
  facts(hash: Hash): Facts | null {
    const key = keyOf(hash);
    const held = this.#facts.get(key);
    if (held !== undefined) return held;
    const block = this.#blocks.get(key);
    const parent = block === undefined ? null : this.facts(block.header.parentHash);
    if (block === undefined || parent === null) return null;
    const facts = this.#judge(block, parent);
    this.#facts.set(key, facts);
    return facts;
  }

  ancestor(of: Facts, height: number): Facts | null {
    let at: Facts | null = of;
    while (at !== null && at.block.header.height > height) at = at.parent;
    return at?.block.header.height === height ? at : null;
  }

  /** Whether `low` is `high` or one of its ancestors. */
  isOnChain(low: Facts, high: Facts): boolean {
    const at = this.ancestor(high, low.block.header.height);
    return at !== null && equalBytes(at.block.blockHash, low.block.blockHash);
  }

  batch(ref: BatchRef): StoredBatch | undefined {
    return this.#batches.get(keyOf(ref.batchHash));
  }

  #judge(block: Block, parent: Facts): Facts {
    const { header, refs } = block;
    const advanced = advanceCursors(parent.cursors, refs, (ref) => this.batch(ref)?.prevBatchHash ?? null);
    const cursors = advanced.ok ? advanced.value : parent.cursors;
    const changed = refs.map((ref) => this.batch(ref)?.nextConfig).find((config) => config !== undefined);
    const full = header.height - parent.epochStart === parent.config.parameters.epochBlocks;
    const next = changed ?? (full ? successorConfig(parent.config) : null);
    const fault = advanced.ok ? this.#fault(block, parent, cursors, next) : `refs: ${advanced.detail}`;
    const ends = next !== null && header.epochEnd;
    return {
      block,
      parent,
      fault,
      root: toyStateRoot(parent.root, block.blockHash, header.height as Height),
      history: parent.history.append(leafHash(block.blockHash, this.#sha256)),
      cursors: ends ? initialCursors(next.organizations.length) : cursors,
      config: ends ? next : parent.config,
      epochStart: ends ? header.height : parent.epochStart
    };
  }

  /** P2, P3: the first field that is not what everyone must compute. */
  #fault(block: Block, parent: Facts, cursors: readonly LaneCursor[], next: EpochConfig | null): string | null {
    const { header, refs } = block;
    const { config } = parent;
    const { window, refsPerLane, blockBytes } = config.parameters;
    const executedHeight = Math.max(0, header.height - window);
    const executed = this.ancestor(parent, executedHeight);
    const batches = refs.map((ref) => this.batch(ref));
    const txCount = batches.reduce((sum, batch) => sum + (batch?.txCount ?? 0), 0);
    const lanes = refs.map((ref) => ref.lane);
    const perLane = lanes.map((lane) => lanes.filter((other) => other === lane).length);
    const further = batches.reduce((sum, batch, i) => sum + (lanes.indexOf(lanes[i] ?? -1) === i ? 0 : (batch?.sizeBytes ?? 0)), 0);
    const nextHash = next === null ? ZERO_HASH : configHash(next, this.#sha256);
    const checks: readonly (readonly [string, boolean])[] = [
      ['chainId', equalBytes(header.chainId, config.chainId)],
      ['epoch', header.epoch === config.epoch],
      ['height', header.height === parent.block.header.height + 1],
      ['historyRoot', equalBytes(header.historyRoot, parent.history.root())],
      ['refsRoot', equalBytes(header.refsRoot, refsRoot(refs, this.#sha256))],
      ['refCount', header.refCount === refs.length && (refs.length > 0 || next !== null)],
      ['refs of an epoch', batches.every((batch) => batch?.epoch === config.epoch)],
      ['refsPerLane', perLane.every((count) => count <= refsPerLane)],
      ['blockBytes', further <= blockBytes],
      ['txCount', header.txCount === txCount],
      ['laneCursorsRoot', equalBytes(header.laneCursorsRoot, laneCursorsRoot(cursors, this.#sha256))],
      ['executedHeight', header.executedHeight === executedHeight],
      ['executedStateRoot', executed !== null && equalBytes(header.executedStateRoot, executed.root)],
      ['timestamp', header.timestampMs > parent.block.header.timestampMs],
      ['epochEnd', header.epochEnd === (next !== null)],
      ['nextConfigHash', equalBytes(header.nextConfigHash, nextHash)]
    ];
    return checks.find(([, holds]) => !holds)?.[0] ?? null;
  }
}
