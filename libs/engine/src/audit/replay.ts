import { equalBytes, toHex } from '@lading/kernel';
import type { Hash } from '@lading/kernel';
import {
  hashBuckets,
  configHash,
  outcomeRoot,
  outcomeVerdict,
  StateTree
} from '@lading/ledger';
import type { Batch, Block, EpochConfig, Genesis, OutcomeRecord } from '@lading/ledger';
import { genesisEntries } from '@lading/membership';
import { BlockExecution } from '../execution/blockExecution.js';
import type { ExecutionCrypto } from '../execution/blockExecution.js';
import { BucketEntries } from '../execution/bucketEntries.js';
import type { ContractRegistry } from '../execution/contractRegistry.js';
import { LedgerState } from '../execution/ledgerState.js';
import { WorkingState } from '../execution/workingState.js';
import type { BucketEntry } from '../ports.js';
import { HeldState } from './heldState.js';

/** What executing a block gives. */
export interface ReplayedBlock {
  readonly outcomes: readonly OutcomeRecord[];
  readonly outcomeRoot: Hash;
  readonly stateRoot: Hash;
  readonly treeRoot: Hash;
}

/** Buckets whose hashes are made at once, where the tree is made again. */
const BUCKETS_AT_ONCE = 4096;

/** Executes the whole chain again in memory: the same code that a node runs, with flat memory where the database was. */
export class Replay {
  /** Every state entry after the last replayed block. */
  readonly state: HeldState;
  readonly #state: WorkingState;
  readonly #buckets: BucketEntries;
  #ledger: LedgerState;
  #config: EpochConfig;
  #parentTimestampMs: number;

  constructor(
    private readonly genesis: Genesis,
    private readonly contracts: ContractRegistry,
    private readonly crypto: ExecutionCrypto
  ) {
    const { sha256 } = crypto;
    this.#config = genesis.config;
    this.#parentTimestampMs = genesis.timeMs;
    const { stateDepth } = genesis.config.parameters;
    const tree = new StateTree(stateDepth, sha256);
    this.#ledger = new LedgerState(tree, [], configHash(genesis.config, sha256), stateDepth, sha256);
    this.state = new HeldState(stateDepth, sha256);
    this.#state = new WorkingState((keys) => Promise.resolve(found(keys, (key) => this.state.get(key))));
    this.#buckets = new BucketEntries((buckets) => Promise.resolve(found(buckets, (bucket) => this.state.bucket(bucket))));
  }

  /** Leaves of the outcomes log, 32 bytes each. */
  leaves(from: number, to: number): Uint8Array {
    return this.#ledger.outcomesLog.leaves(from, to);
  }

  get leafCount(): number {
    return this.#ledger.outcomesLog.size;
  }

  /** Goes on from `state` and the leaves of an earlier run: the tree is made of them again. */
  resume(leaves: Iterable<Hash>, parentTimestampMs: number, config: EpochConfig): void {
    const { sha256 } = this.crypto;
    const { stateDepth } = this.genesis.config.parameters;
    const tree = new StateTree(stateDepth, sha256);
    for (let from = 0; from < 2 ** stateDepth; from += BUCKETS_AT_ONCE) {
      const some = new Map<number, BucketEntry[]>();
      for (let bucket = from; bucket < Math.min(from + BUCKETS_AT_ONCE, 2 ** stateDepth); bucket++) {
        const entries = this.state.bucket(bucket);
        if (entries.length > 0) some.set(bucket, entries);
      }
      if (some.size > 0) tree.update(hashBuckets(some, sha256));
    }
    this.#ledger = new LedgerState(tree, leaves, configHash(config, sha256), stateDepth, sha256);
    this.#config = config;
    this.#parentTimestampMs = parentTimestampMs;
  }

  /** Takes an entry that an earlier run held. */
  hold(key: string, value: Uint8Array): void {
    this.state.apply(this.#ledger.changeOf(key, value));
  }

  /** stateRoot after the last block. */
  root(): Hash {
    return this.#ledger.root();
  }

  /** Block 0: the state that genesis defines. */
  async start(block: Block): Promise<ReplayedBlock> {
    const seeds = genesisEntries(this.genesis);
    await this.#state.load(seeds.map((seed) => seed.key));
    for (const { key, value } of seeds) this.#state.set(key, value);
    return this.#seal(block, [], null);
  }

  /** `next`: the config in force after the block when it ends its epoch. */
  async block(block: Block, batches: readonly Batch[], next: EpochConfig | null): Promise<ReplayedBlock> {
    const input = { block, batches, parentTimestampMs: this.#parentTimestampMs };
    const execution = new BlockExecution(input, this.#config, this.contracts, this.#state, this.crypto);
    const outcomes = await execution.run();
    this.#config = next ?? this.#config;
    return this.#seal(block, outcomes, next === null ? null : configHash(next, this.crypto.sha256));
  }

  /** Place of a key in the state tree. */
  changeOf(key: string, value: Uint8Array): ReturnType<LedgerState['changeOf']> {
    return this.#ledger.changeOf(key, value);
  }

  async #seal(
    { header, blockHash }: Block,
    outcomes: readonly OutcomeRecord[],
    nextConfigHash: Hash | null
  ): Promise<ReplayedBlock> {
    const changes = this.#state.endBlock().map(({ key, value }) => this.#ledger.changeOf(key, value));
    const touched = await this.#buckets.apply(changes);
    for (const change of changes) this.state.apply(change);
    this.#state.endGroup();
    this.#buckets.endGroup();
    const root = outcomeRoot(outcomes, this.crypto.sha256);
    const roots = { height: header.height, blockHash, txCount: outcomes.length, outcomeRoot: root };
    const stateRoot = this.#ledger.advance(roots, touched, nextConfigHash);
    this.#parentTimestampMs = header.timestampMs;
    return { outcomes, outcomeRoot: root, stateRoot, treeRoot: this.#ledger.tree.root() };
  }
}

function found<K, V>(keys: readonly K[], read: (key: K) => V | undefined): Map<K, V> {
  const held = new Map<K, V>();
  for (const key of keys) {
    const value = read(key);
    if (value !== undefined) held.set(key, value);
  }
  return held;
}

/** What a stored outcome row has other than execution gives. */
export function outcomeFaults(
  stored: { readonly txId: Uint8Array; readonly status: string; readonly code: string; readonly detail: unknown },
  derived: OutcomeRecord
): string[] {
  const { status, code, detail, txId } = derived;
  const isSame = stored.status === status && stored.code === code && equalBytes(stored.txId, txId);
  if (isSame && isSameDetail(stored.detail, detail)) return [];
  const faults: string[] = [];
  const verdict = outcomeVerdict(derived.status, derived.code);
  if (!equalBytes(stored.txId, derived.txId)) faults.push(`tx_id is not ${toHex(derived.txId)}`);
  if (stored.status !== derived.status) faults.push(`status ${stored.status} is not what execution gives: ${verdict}`);
  if (stored.code !== derived.code) faults.push(`code "${stored.code}" is not what execution gives: ${verdict}`);
  if (!isSameDetail(stored.detail, derived.detail)) {
    faults.push(`detail is not what execution gives for ${verdict}`);
  }
  return faults;
}

function isSameDetail(stored: unknown, derived: unknown): boolean {
  if (!Array.isArray(stored) || !Array.isArray(derived)) return stored === derived;
  return stored.length === derived.length && stored.every((value, at) => isSameDetail(value, derived[at]));
}
