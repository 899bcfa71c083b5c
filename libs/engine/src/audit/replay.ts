import { compareBytes, equalBytes, toHex } from '@lading/kernel';
import type { Hash } from '@lading/kernel';
import {
  bucketHashes,
  configHash,
  leafHash,
  outcomeRoot,
  outcomesLogLeaf,
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
import type { BucketEntry, StateChange } from '../ports.js';

/** A state entry with everything that is derived from it. */
export type HeldValue = StateChange & { readonly value: Uint8Array; readonly valueHash: Hash };

/** What executing a block gives. */
export interface ReplayedBlock {
  readonly outcomes: readonly OutcomeRecord[];
  readonly outcomeRoot: Hash;
  readonly stateRoot: Hash;
  readonly treeRoot: Hash;
}

/** Executes the whole chain again in memory: the same code that a node runs, with maps where the database was. */
export class Replay {
  /** Every state entry after the last replayed block. */
  readonly values = new Map<string, HeldValue>();
  /** Leaves of the outcomes log. */
  readonly leaves: Hash[] = [];
  readonly #entries = new Map<number, readonly BucketEntry[]>();
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
    this.#state = new WorkingState((keys) => Promise.resolve(pick(this.values, keys, ({ value }) => value)));
    this.#buckets = new BucketEntries((buckets) => Promise.resolve(pick(this.#entries, buckets, (entries) => entries)));
  }

  /** Goes on from `values` and the leaves of an earlier run: the tree and its buckets are made of them again. */
  resume(leaves: readonly Hash[], parentTimestampMs: number, config: EpochConfig): void {
    const { sha256 } = this.crypto;
    const byBucket = new Map<number, BucketEntry[]>();
    for (const { bucket, keyHash, valueHash } of this.values.values()) {
      const entries = byBucket.get(bucket);
      if (entries === undefined) byBucket.set(bucket, [{ keyHash, valueHash }]);
      else entries.push({ keyHash, valueHash });
    }
    for (const [bucket, entries] of byBucket) {
      entries.sort((a, b) => compareBytes(a.keyHash, b.keyHash));
      this.#entries.set(bucket, entries);
    }
    const { stateDepth } = this.genesis.config.parameters;
    const tree = new StateTree(stateDepth, sha256);
    tree.update(bucketHashes(byBucket, sha256));
    this.leaves.push(...leaves);
    this.#ledger = new LedgerState(tree, leaves, configHash(config, sha256), stateDepth, sha256);
    this.#config = config;
    this.#parentTimestampMs = parentTimestampMs;
  }

  /** Takes an entry that an earlier run held. */
  hold(key: string, value: Uint8Array): void {
    const change = this.#ledger.changeOf(key, value);
    if (change.valueHash !== null) this.values.set(key, { ...change, value, valueHash: change.valueHash });
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
    for (const [bucket, entries] of touched) this.#entries.set(bucket, entries);
    for (const change of changes) {
      const { key, value, valueHash } = change;
      if (value === null || valueHash === null) this.values.delete(key);
      else this.values.set(key, { ...change, value, valueHash });
    }
    this.#state.endGroup();
    this.#buckets.endGroup();
    const root = outcomeRoot(outcomes, this.crypto.sha256);
    const roots = { height: header.height, blockHash, txCount: outcomes.length, outcomeRoot: root };
    const stateRoot = this.#ledger.advance(roots, touched, nextConfigHash);
    this.leaves.push(leafHash(outcomesLogLeaf(roots.height, blockHash, roots.txCount, root), this.crypto.sha256));
    this.#parentTimestampMs = header.timestampMs;
    return { outcomes, outcomeRoot: root, stateRoot, treeRoot: this.#ledger.tree.root() };
  }
}

function pick<K, V, T>(from: ReadonlyMap<K, V>, keys: readonly K[], part: (value: V) => T): Map<K, T> {
  const found = new Map<K, T>();
  for (const key of keys) {
    const value = from.get(key);
    if (value !== undefined) found.set(key, part(value));
  }
  return found;
}

/** What a stored outcome row has other than execution gives. */
export function outcomeFaults(
  stored: { readonly txId: Uint8Array; readonly status: string; readonly code: string; readonly detail: unknown },
  derived: OutcomeRecord
): string[] {
  const faults: string[] = [];
  const verdict = outcomeVerdict(derived.status, derived.code);
  if (!equalBytes(stored.txId, derived.txId)) faults.push(`tx_id is not ${toHex(derived.txId)}`);
  if (stored.status !== derived.status) faults.push(`status ${stored.status} is not what execution gives: ${verdict}`);
  if (stored.code !== derived.code) faults.push(`code "${stored.code}" is not what execution gives: ${verdict}`);
  if (JSON.stringify(stored.detail) !== JSON.stringify(derived.detail)) {
    faults.push(`detail is not what execution gives for ${verdict}`);
  }
  return faults;
}
