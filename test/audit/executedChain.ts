import { sodiumSign, generateKeyPair, sha256Node, sodiumVerify } from '@lading/identity';
import type { ExecutedBlock } from '@lading/engine';
import { ZERO_HASH } from '@lading/kernel';
import type { Hash, Height } from '@lading/kernel';
import {
  advanceCursors,
  buildBatch,
  buildBlock,
  checkpointDigest,
  CompactRange,
  configHash,
  genesisCommitProof,
  initialCursors,
  laneCursorsRoot,
  leafHash,
  outcomeRoot,
  quorum,
  refsRoot,
  StateTree,
  VOTE,
  voteBytes,
  type Block,
  type BlockHeader,
  type CheckpointCertificate,
  type CommitProof,
  type Contract,
  type EpochConfig,
  type LaneCursor,
  type OutcomeRecord,
  type Transaction,
  type VoteType
} from '@lading/ledger';
import { genesisEntries, membershipContract } from '@lading/membership';
import { createProvenanceContract } from '@lading/provenance';
import { BlockExecution } from '../../libs/engine/src/execution/blockExecution.js';
import { BucketEntries } from '../../libs/engine/src/execution/bucketEntries.js';
import { ContractRegistry } from '../../libs/engine/src/execution/contractRegistry.js';
import { configAfter } from '../../libs/engine/src/execution/epochEnd.js';
import { LedgerState } from '../../libs/engine/src/execution/ledgerState.js';
import { WorkingState } from '../../libs/engine/src/execution/workingState.js';
import type { TestNetwork } from '../fixtures/testNetwork.js';

export const CONTRACTS: readonly Contract[] = [membershipContract, createProvenanceContract(sha256Node)];
export const CRYPTO = { sha256: sha256Node, verify: sodiumVerify };

/** Signs with libsodium: long chains are made of many signatures. */
export const quickSign = (secretKey: Uint8Array) => {
  const pair = generateKeyPair(secretKey);
  return (message: Uint8Array): Uint8Array => sodiumSign(message, pair.secretKey);
};

export type BatchPlan = readonly [lane: number, transactions: readonly Transaction[]];

/** A chain with real signatures, executed by the engine's own code, made without consensus. */
export class ExecutedChain {
  readonly #values = new Map<string, Uint8Array>();
  readonly #entries = new Map<number, readonly { keyHash: Hash; valueHash: Hash }[]>();
  readonly #state = new WorkingState((keys) => Promise.resolve(pick(this.#values, keys)));
  readonly #buckets = new BucketEntries((buckets) => Promise.resolve(pick(this.#entries, buckets)));
  readonly #ledger: LedgerState;
  readonly #registry = new ContractRegistry(CONTRACTS);
  readonly #signers: readonly ((message: Uint8Array) => Uint8Array)[];
  readonly #roots: Hash[] = [];
  /** What a quorum of liars writes into the headers that it signs. */
  twist: (header: BlockHeader) => BlockHeader = (header) => header;
  #history: CompactRange;
  #config: EpochConfig;
  #cursors: readonly LaneCursor[];
  #tip: Block;

  private constructor(readonly network: TestNetwork) {
    const { config, genesisBlock } = network;
    const { stateDepth } = config.parameters;
    this.#config = config;
    this.#tip = genesisBlock;
    const tree = new StateTree(stateDepth, sha256Node);
    this.#ledger = new LedgerState(tree, [], configHash(config, sha256Node), stateDepth, sha256Node);
    this.#cursors = initialCursors(config.organizations.length);
    this.#history = CompactRange.empty(sha256Node);
    this.#signers = network.organizations.map(({ validator }) => quickSign(validator.secretKey));
  }

  /** The chain, and its block 0. */
  static async begin(network: TestNetwork): Promise<{ readonly chain: ExecutedChain; readonly genesis: ExecutedBlock }> {
    const chain = new ExecutedChain(network);
    const seeds = genesisEntries(network.genesis);
    await chain.#state.load(seeds.map(({ key }) => key));
    for (const { key, value } of seeds) chain.#state.set(key, value);
    const block = network.genesisBlock;
    const sealed = await chain.#seal(block, [], null);
    const proof = genesisCommitProof(block.blockHash);
    return { chain, genesis: { block, proof, batches: [], outcomes: [], ...sealed, nextConfig: network.config } };
  }

  get timestampMs(): number {
    return this.#tip.header.timestampMs;
  }

  get height(): Height {
    return this.#tip.header.height;
  }

  /** Root of the state tree now. */
  get treeRoot(): Hash {
    return this.#ledger.tree.root();
  }

  get config(): EpochConfig {
    return this.#config;
  }

  /** Orders and executes a block of batches, each a lane with its transactions. `next`: the block ends the epoch. */
  async append(plans: readonly BatchPlan[], next: EpochConfig | null = null): Promise<ExecutedBlock> {
    const config = this.#config;
    const { chainId, epoch } = config;
    let cursors = this.#cursors;
    const batches = plans.map(([lane, transactions]) => {
      const cursor = cursors[lane];
      const sign = this.#signers[lane];
      if (cursor === undefined || sign === undefined) throw new Error(`executed chain: no lane ${lane}`);
      const place = { chainId, epoch, lane, seq: cursor.nextSeq, prevBatchHash: cursor.lastBatchHash };
      const batch = buildBatch({ ...place, transactions }, sign, sha256Node);
      const advanced = advanceCursors(cursors, [{ lane, seq: cursor.nextSeq, batchHash: batch.batchHash }]);
      if (!advanced.ok) throw new Error(advanced.detail);
      cursors = advanced.value;
      return batch;
    });
    const refs = batches.map(({ header, batchHash }) => ({ lane: header.lane, seq: header.seq, batchHash }));
    const parent = this.#tip.header;
    const height = (parent.height + 1) as Height;
    const executedHeight = Math.max(0, height - config.parameters.window) as Height;
    const block = buildBlock(
      this.twist({
        ...{ ...parent, epoch, height, parentHash: this.#tip.blockHash, historyRoot: this.#history.root() },
        ...{ timestampMs: parent.timestampMs + 1000, refsRoot: refsRoot(refs, sha256Node), refCount: refs.length },
        txCount: batches.reduce((sum, batch) => sum + batch.transactions.length, 0),
        laneCursorsRoot: laneCursorsRoot(cursors, sha256Node),
        ...{ executedHeight, executedStateRoot: this.#roots[executedHeight] ?? ZERO_HASH },
        ...{ epochEnd: next !== null, nextConfigHash: next === null ? ZERO_HASH : configHash(next, sha256Node) }
      }),
      refs,
      sha256Node
    );
    const input = { block, batches, parentTimestampMs: parent.timestampMs };
    const execution = new BlockExecution(input, config, this.#registry, this.#state, CRYPTO);
    const outcomes = await execution.run();
    const after = configAfter(block.header, config, execution.changed, sha256Node);
    const proof = this.#proof(block, config);
    this.#config = after ?? config;
    this.#cursors = after === null ? cursors : initialCursors(after.organizations.length);
    this.#tip = block;
    const sealed = await this.#seal(block, outcomes, after);
    return { block, proof, batches, outcomes, ...sealed, ...(after === null ? {} : { nextConfig: after }) };
  }

  /** Certificate of the newest block's state. */
  checkpoint(): CheckpointCertificate {
    const { height } = this.#tip.header;
    const { blockHash } = this.#tip;
    const stateRoot = this.#roots[height] ?? ZERO_HASH;
    const { epoch } = this.#config;
    const digest = checkpointDigest(blockHash, stateRoot, sha256Node);
    return { epoch, height, blockHash, stateRoot, ...this.#signed(VOTE.checkpoint, this.#config, height, digest) };
  }

  #proof(block: Block, config: EpochConfig): CommitProof {
    const { height } = block.header;
    const signed = this.#signed(VOTE.commit, config, height, block.blockHash);
    const place = { kind: 'C', epoch: config.epoch, view: 0, height, hash: block.blockHash } as const;
    return { certificate: { ...place, ...signed }, descendants: [] };
  }

  #signed(type: VoteType, config: EpochConfig, height: number, digest: Hash) {
    const { chainId, epoch } = config;
    const signers = Array.from({ length: quorum(config.organizations.length) }, (_, index) => index);
    const signatures = signers.map((signer) => {
      const sign = this.#signers[signer];
      if (sign === undefined) throw new Error('executed chain: no such validator');
      return sign(voteBytes({ type, chainId, epoch, view: 0, height, digest, signer }));
    });
    return { signers, signatures };
  }

  async #seal({ header, blockHash }: Block, outcomes: readonly OutcomeRecord[], next: EpochConfig | null) {
    const changes = this.#state.endBlock().map(({ key, value }) => this.#ledger.changeOf(key, value));
    const touched = await this.#buckets.apply(changes);
    for (const [bucket, entries] of touched) this.#entries.set(bucket, entries);
    for (const { key, value } of changes) {
      if (value === null) this.#values.delete(key);
      else this.#values.set(key, value);
    }
    this.#state.endGroup();
    this.#buckets.endGroup();
    const root = outcomeRoot(outcomes, sha256Node);
    const roots = { height: header.height, blockHash, txCount: outcomes.length, outcomeRoot: root };
    const stateRoot = this.#ledger.advance(roots, touched, next === null ? null : configHash(next, sha256Node));
    this.#roots.push(stateRoot);
    this.#history = this.#history.append(leafHash(blockHash, sha256Node));
    return { outcomeRoot: root, changes, stateRoot };
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
