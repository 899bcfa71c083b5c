import { equalBytes, toHex } from '@lading/kernel';
import type { Hash } from '@lading/kernel';
import { configHash, outcomeRoot, outcomeVerdict, StateTree } from '@lading/ledger';
import type { Batch, Block, EpochConfig, Genesis, OutcomeRecord } from '@lading/ledger';
import { genesisEntries } from '@lading/membership';
import { BlockExecution } from '../execution/blockExecution.js';
import type { ExecutionCrypto } from '../execution/blockExecution.js';
import { BucketEntries } from '../execution/bucketEntries.js';
import type { ContractRegistry } from '../execution/contractRegistry.js';
import { LedgerState } from '../execution/ledgerState.js';
import { WorkingState } from '../execution/workingState.js';
import type { BucketEntry } from '../ports.js';

/** What executing a block gives. */
export interface ReplayedBlock {
  readonly outcomes: readonly OutcomeRecord[];
  readonly outcomeRoot: Hash;
  readonly stateRoot: Hash;
}

/** Executes the whole chain again in memory: the same code that a node runs, with maps where the database was. */
export class Replay {
  /** Every state entry after the last replayed block. */
  readonly values = new Map<string, Uint8Array>();
  readonly #entries = new Map<number, readonly BucketEntry[]>();
  readonly #state: WorkingState;
  readonly #buckets: BucketEntries;
  readonly #ledger: LedgerState;
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
    this.#state = new WorkingState((keys) => Promise.resolve(pick(this.values, keys)));
    this.#buckets = new BucketEntries((buckets) => Promise.resolve(pick(this.#entries, buckets)));
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
    for (const { key, value } of changes) {
      if (value === null) this.values.delete(key);
      else this.values.set(key, value);
    }
    this.#state.endGroup();
    this.#buckets.endGroup();
    const root = outcomeRoot(outcomes, this.crypto.sha256);
    const roots = { height: header.height, blockHash, txCount: outcomes.length, outcomeRoot: root };
    const stateRoot = this.#ledger.advance(roots, touched, nextConfigHash);
    this.#parentTimestampMs = header.timestampMs;
    return { outcomes, outcomeRoot: root, stateRoot };
  }
}

function pick<K, V>(from: ReadonlyMap<K, V>, keys: readonly K[]): Map<K, V> {
  const found = new Map<K, V>();
  for (const key of keys) {
    const value = from.get(key);
    if (value !== undefined) found.set(key, value);
  }
  return found;
}

/** Says whether a stored outcome row is what execution gives. */
export function sameOutcome(
  stored: { readonly txId: Uint8Array; readonly status: string; readonly code: string; readonly detail: unknown },
  derived: OutcomeRecord
): boolean {
  return (
    equalBytes(stored.txId, derived.txId) &&
    stored.status === derived.status &&
    stored.code === derived.code &&
    JSON.stringify(stored.detail) === JSON.stringify(derived.detail)
  );
}

export const outcomeText = (outcome: OutcomeRecord): string =>
  `${outcomeVerdict(outcome.status, outcome.code)} for ${toHex(outcome.txId)}`;
