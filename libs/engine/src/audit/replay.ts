import { equalBytes, toHex } from '@lading/kernel';
import type { Hash } from '@lading/kernel';
import { configHash, hashesOfLeaves, keyHash, outcomeRoot, outcomeVerdict, StateTree } from '@lading/ledger';
import type { Batch, Block, EpochConfig, Genesis, OutcomeRecord } from '@lading/ledger';
import { genesisEntries } from '@lading/membership';
import { BlockExecution } from '../execution/blockExecution.js';
import type { ExecutionCrypto } from '../execution/blockExecution.js';
import type { ContractRegistry } from '../execution/contractRegistry.js';
import { LedgerState } from '../execution/ledgerState.js';
import { WorkingState } from '../execution/workingState.js';
import type { StateChange, TransactionNote } from '../ports.js';
import { HeldState } from './heldState.js';

/** What executing a block gives. */
export interface ReplayedBlock {
  readonly outcomes: readonly OutcomeRecord[];
  readonly outcomeRoot: Hash;
  readonly stateRoot: Hash;
  readonly treeRoot: Hash;
  /** What contracts have noted of chains, in order. */
  readonly notes: readonly TransactionNote[];
}

/** Buckets whose hashes are made at once, where the tree is made again. */
const BUCKETS_AT_ONCE = 4096;

/** Executes the whole chain again in memory: the same code that a node runs, with flat memory where the database was. */
export class Replay {
  /** Every state entry after the last replayed block. */
  readonly state: HeldState;
  /** Hashes of the keys that the present block has read. */
  readonly #hashes = new Map<string, Hash>();
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
      const count = Math.min(BUCKETS_AT_ONCE, 2 ** stateDepth - from);
      const buckets = Uint32Array.from({ length: count }, (_, i) => from + i);
      tree.update(hashesOfLeaves(this.state.leaves(buckets), sha256));
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
  start(block: Block): ReplayedBlock {
    const changes = genesisEntries(this.genesis).map(({ key, value }) => this.#ledger.changeOf(key, value));
    return { ...this.#seal(block, [], changes, null), notes: [] };
  }

  /** `next`: the config in force after the block when it ends its epoch. */
  async block(block: Block, batches: readonly Batch[], next: EpochConfig | null): Promise<ReplayedBlock> {
    const input = { block, batches, parentTimestampMs: this.#parentTimestampMs };
    const state = new WorkingState((keys) => Promise.resolve(this.#read(keys)));
    const execution = new BlockExecution(input, this.#config, this.contracts, state, this.crypto);
    const outcomes = await execution.run();
    this.#config = next ?? this.#config;
    const changes = state.endBlock().map(({ key, value }) => this.#ledger.changeOf(key, value, this.#hashes.get(key)));
    this.#hashes.clear();
    const nextHash = next === null ? null : configHash(next, this.crypto.sha256);
    return { ...this.#seal(block, outcomes, changes, nextHash), notes: execution.notes };
  }

  /** Place of a key in the state tree. */
  changeOf(key: string, value: Uint8Array): ReturnType<LedgerState['changeOf']> {
    return this.#ledger.changeOf(key, value);
  }

  /** Values where they lie: what a block has read is forgotten before anything changes. */
  #read(keys: readonly string[]): Map<string, Uint8Array> {
    const found = new Map<string, Uint8Array>();
    for (const key of keys) {
      const hash = keyHash(key, this.crypto.sha256);
      this.#hashes.set(key, hash);
      const value = this.state.value(hash);
      if (value !== undefined) found.set(key, value);
    }
    return found;
  }

  #seal(
    { header, blockHash }: Block,
    outcomes: readonly OutcomeRecord[],
    changes: readonly StateChange[],
    nextConfigHash: Hash | null
  ): Omit<ReplayedBlock, 'notes'> {
    const { sha256 } = this.crypto;
    for (const change of changes) this.state.apply(change);
    const touched = Uint32Array.from(new Set(changes.map(({ bucket }) => bucket)));
    const hashes = hashesOfLeaves(this.state.leaves(touched), sha256);
    const root = outcomeRoot(outcomes, sha256);
    const roots = { height: header.height, blockHash, txCount: outcomes.length, outcomeRoot: root };
    const stateRoot = this.#ledger.advanceTo(roots, hashes, nextConfigHash);
    this.#parentTimestampMs = header.timestampMs;
    return { outcomes, outcomeRoot: root, stateRoot, treeRoot: this.#ledger.tree.root() };
  }
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
