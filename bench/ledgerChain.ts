import type { CommittedBlock, DurableBlock } from '../libs/engine/src/execution/executor.js';
import { Executor } from '../libs/engine/src/execution/executor.js';
import { ContractRegistry } from '../libs/engine/src/execution/contractRegistry.js';
import type { LedgerState } from '../libs/engine/src/execution/ledgerState.js';
import { StoreOutage } from '../libs/engine/src/storeOutage.js';
import { systemClock } from '../apps/node/src/start/systemClock.js';
import type { LedgerStore, StoredBlock } from '@lading/engine';
import { sha256Node, sodiumVerify } from '@lading/identity';
import { asHash, type Hash, type Height } from '@lading/kernel';
import {
  advanceCursors, buildBatch, buildBlock, checkpointDigest, configHash, initialCursors, laneCursorsRoot, leafHash, quorum, refsRoot,
  successorConfig, VOTE, voteBytes, type Batch, type BlockHeader, type CompactRange, type EpochConfig, type LaneCursor, type Transaction,
  type VoteType
} from '@lading/ledger';
import { membershipContract } from '@lading/membership';
import { createProvenanceContract } from '@lading/provenance';

type Sign = (message: Uint8Array) => Uint8Array;

/** Where a stored chain stands, read and checked as a starting node does. */
export interface ChainPlace {
  readonly head: StoredBlock;
  readonly ledger: LedgerState;
  readonly history: CompactRange;
  readonly cursors: readonly LaneCursor[];
  readonly config: EpochConfig;
  readonly epochStart: number;
  readonly roots: ReadonlyMap<number, Hash>;
}

const ZERO = asHash(new Uint8Array(32));

/**
 * Goes on with a stored chain in the place of its validators: orders transactions, signs as they would, and has blocks
 * executed and written by the executor of a node. What is not here is what they say to each other.
 */
export class LedgerChain {
  readonly #executor: Executor;
  readonly #batches = new Map<string, Batch>();
  readonly #roots: Map<number, Hash>;
  readonly #treeRoots = new Map<number, Hash>();
  #tip: { readonly header: BlockHeader; readonly blockHash: Hash };
  #history: CompactRange;
  #cursors: readonly LaneCursor[];
  #config: EpochConfig;
  #epochStart: number;
  #durable: number;
  #failure: Error | null = null;
  #wake: () => void = () => undefined;

  constructor(
    private readonly store: LedgerStore,
    place: ChainPlace,
    private readonly signers: readonly Sign[]
  ) {
    const { header, blockHash } = place.head.block;
    this.#tip = { header, blockHash };
    this.#history = place.history;
    this.#config = place.config;
    this.#epochStart = place.epochStart;
    this.#cursors = header.height === place.epochStart ? initialCursors(place.config.organizations.length) : place.cursors;
    this.#roots = new Map(place.roots);
    this.#durable = header.height;
    this.#treeRoots.set(header.height, place.ledger.tree.root());
    this.#executor = new Executor(
      {
        ...{ store, config: place.config, clock: systemClock, sha256: sha256Node, verify: sodiumVerify },
        outage: new StoreOutage(systemClock, () => undefined),
        contracts: new ContractRegistry([membershipContract, createProvenanceContract(sha256Node)]),
        batch: (hash) => this.#batches.get(keyOf(hash)),
        onDurable: (group) => this.#stored(group),
        onFatal: (error) => {
          this.#failure = error;
          this.#wake();
        },
        pause: { cutsAfter: () => false, settled: () => Promise.resolve() }
      },
      place.ledger,
      header.timestampMs
    );
  }

  get height(): number {
    return this.#tip.header.height;
  }

  get timestampMs(): number {
    return this.#tip.header.timestampMs;
  }

  /** Orders one block, each lane with its transactions, once its place in the pipeline is free. */
  async append(plans: ReadonlyMap<number, readonly Transaction[]>, timestampMs: number): Promise<void> {
    const height = this.height + 1;
    const { parameters } = this.#config;
    const executedHeight = Math.max(0, height - parameters.window);
    await this.#until(executedHeight);
    const config = this.#config;
    const { batches, cursors } = this.#order(plans);
    const refs = batches.map(({ header, batchHash }) => ({ lane: header.lane, seq: header.seq, batchHash }));
    const ends = height - this.#epochStart === parameters.epochBlocks;
    const next = ends ? successorConfig(config) : null;
    const parent = this.#tip.header;
    const isFirst = parent.epoch !== config.epoch;
    const block = buildBlock(
      {
        ...{ ...parent, epoch: config.epoch, height: height as Height, parentHash: this.#tip.blockHash },
        ...{ historyRoot: this.#history.root(), timestampMs: Math.max(parent.timestampMs + 1, timestampMs) },
        ...(isFirst ? { originView: 0, proposer: 0 } : {}),
        ...{ refsRoot: refsRoot(refs, sha256Node), refCount: refs.length, laneCursorsRoot: laneCursorsRoot(cursors, sha256Node) },
        txCount: batches.reduce((sum, batch) => sum + batch.transactions.length, 0),
        ...{ executedHeight: executedHeight as Height, executedStateRoot: this.#roots.get(executedHeight) ?? ZERO },
        ...{ turnEnd: false, epochEnd: ends, nextConfigHash: next === null ? ZERO : configHash(next, sha256Node) }
      },
      refs,
      sha256Node
    );
    for (const batch of batches) this.#batches.set(keyOf(batch.batchHash), batch);
    const certificate = {
      ...{ kind: 'C', epoch: config.epoch, view: block.header.originView, height: height as Height, hash: block.blockHash } as const,
      ...this.#signed(VOTE.commit, block.header, block.blockHash)
    };
    this.#tip = block;
    this.#history = this.#history.append(leafHash(block.blockHash, sha256Node));
    this.#cursors = next === null ? cursors : initialCursors(next.organizations.length);
    const committed: CommittedBlock = { block, proof: { certificate, descendants: [] } };
    this.#executor.commit([committed]);
    if (next !== null) {
      this.#config = next;
      this.#epochStart = height;
    }
    if (height % parameters.checkpointBlocks === 0) await this.certify();
  }

  /** Waits until all blocks are durable, and stores a certificate of the state after the last one. */
  async certify(): Promise<void> {
    const { header, blockHash } = this.#tip;
    const { height, epoch } = header;
    await this.#until(height);
    const stateRoot = this.#roots.get(height) ?? ZERO;
    const digest = checkpointDigest(blockHash, stateRoot, sha256Node);
    // A checkpoint is signed in no view: votes for it carry view 0.
    const signed = this.#signed(VOTE.checkpoint, { ...header, originView: 0 }, digest);
    await this.store.saveCheckpoint({ epoch, height, blockHash, stateRoot, ...signed }, this.#treeRoots.get(height) ?? null);
    this.#executor.undo.forget(height);
    for (const known of this.#roots.keys()) if (known < height - 128) this.#roots.delete(known);
    this.#treeRoots.clear();
  }

  #order(plans: ReadonlyMap<number, readonly Transaction[]>): { readonly batches: Batch[]; readonly cursors: readonly LaneCursor[] } {
    const { chainId, epoch } = this.#config;
    let cursors = this.#cursors;
    const batches = [...plans].map(([lane, transactions]) => {
      const cursor = cursors[lane];
      if (cursor === undefined) throw new Error(`no lane ${lane}`);
      const place = { chainId, epoch, lane, seq: cursor.nextSeq, prevBatchHash: cursor.lastBatchHash };
      const batch = buildBatch({ ...place, transactions }, this.#signer(lane), sha256Node);
      const advanced = advanceCursors(cursors, [{ lane, seq: cursor.nextSeq, batchHash: batch.batchHash }]);
      if (!advanced.ok) throw new Error(advanced.detail);
      cursors = advanced.value;
      return batch;
    });
    return { batches, cursors };
  }

  #signer(index: number): Sign {
    const sign = this.signers[index];
    if (sign === undefined) throw new Error(`no validator ${index}`);
    return sign;
  }

  #signed(type: VoteType, { chainId, epoch, originView, height }: BlockHeader, digest: Hash) {
    const signers = Array.from({ length: quorum(this.signers.length) }, (_, index) => index);
    const signatures = signers.map((signer) =>
      this.#signer(signer)(voteBytes({ type, chainId, epoch, view: originView, height, digest, signer }))
    );
    return { signers, signatures };
  }

  async #until(height: number): Promise<void> {
    while (this.#durable < height) {
      if (this.#failure !== null) throw this.#failure;
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }

  #stored(group: readonly DurableBlock[]): void {
    for (const { executed, treeRoot } of group) {
      const { height } = executed.block.header;
      const failed = executed.outcomes.find(({ status }) => status !== 'APPLIED');
      if (failed !== undefined) this.#failure = new Error(`${height}/${failed.index}: ${failed.code} ${JSON.stringify(failed.detail)}`);
      this.#roots.set(height, executed.stateRoot);
      this.#treeRoots.set(height, treeRoot);
      for (const { batchHash } of executed.batches) this.#batches.delete(keyOf(batchHash));
      this.#durable = height;
    }
    this.#wake();
  }
}

const keyOf = (hash: Uint8Array): string => Buffer.from(hash).toString('latin1');
