import { assert } from '@lading/kernel';
import type { Hash, Height, Sha256, VerifySignature } from '@lading/kernel';
import { configHash, outcomeRoot, PackedBuckets } from '@lading/ledger';
import type { Batch, Block, CommitProof, EpochConfig, OutcomeRecord } from '@lading/ledger';
import { ENGINE_LIMITS } from '../limits.js';
import type { Clock, ExecutedBlock, LedgerStore } from '../ports.js';
import type { StoreOutage } from '../storeOutage.js';
import { BlockExecution } from './blockExecution.js';
import { BucketEntries } from './bucketEntries.js';
import type { ContractRegistry } from './contractRegistry.js';
import { configAfter } from './epochEnd.js';
import { PastStates } from './pastStates.js';
import type { LedgerState } from './ledgerState.js';
import { hashesByBucket, UndoJournal } from './undoJournal.js';
import { WorkingState } from './workingState.js';

export interface CommittedBlock {
  readonly block: Block;
  readonly proof: CommitProof;
}

/** A block that is executed and durable. */
export interface DurableBlock {
  readonly executed: ExecutedBlock;
  /** Root of the state tree after it: a part of stateRoot that receipts need. */
  readonly treeRoot: Hash;
  readonly executionMs: number;
  readonly groupSize: number;
}

/** Somebody who needs the executor to rest for a moment, with all that it has executed durable. */
export interface Pause {
  /** Whether a group should end with this block. */
  cutsAfter(height: number): boolean;
  /** Waited for after each group; `height`: of its last block. */
  settled(height: Height): Promise<void>;
}

export interface ExecutorParts {
  readonly store: Pick<LedgerStore, 'stateValues' | 'bucketEntries' | 'appendBlocks'>;
  readonly outage: StoreOutage;
  /** In force for the first block to be executed. */
  readonly config: EpochConfig;
  readonly contracts: ContractRegistry;
  readonly clock: Clock;
  readonly sha256: Sha256;
  readonly verify: VerifySignature;
  /** The payload of a ref; the core commits a block only when every one is stored. */
  readonly batch: (hash: Hash) => Batch | undefined;
  /** Called in order of height, after the group's database transaction. */
  readonly onDurable: (group: readonly DurableBlock[]) => void;
  readonly onFatal: (error: Error) => void;
  readonly pause: Pause;
}

/**
 * Executes committed blocks in order and stores them. Blocks that queue up while a group is being written are
 * executed as one group with one database transaction: they share the overlay of state and buckets. A database that
 * is away is waited for; any other failure is fatal: memory is then ahead of the database, and the restart begins from
 * what is stored.
 */
export class Executor {
  readonly #queue: (CommittedBlock & { readonly sinceMs: number })[] = [];
  readonly #state: WorkingState;
  readonly #buckets: BucketEntries;
  /** What blocks overwrite, for proofs about the last checkpoint. */
  readonly undo: UndoJournal;
  /** For auditors who compare nodes. */
  readonly states: PastStates;
  /** In force for the next block. */
  #config: EpochConfig;
  #durable: Height;
  #running = false;
  #stopped = false;
  #idle: Promise<void> = Promise.resolve();

  constructor(
    private readonly parts: ExecutorParts,
    private readonly ledger: LedgerState,
    private parentTimestampMs: number
  ) {
    const { store, outage } = parts;
    this.undo = new UndoJournal(ledger.height);
    this.#durable = ledger.height as Height;
    this.states = new PastStates({ ...parts, ledger, undo: this.undo, head: () => this.#durable });
    this.#config = parts.config;
    this.#state = new WorkingState((keys) => outage.untilAnswered(() => store.stateValues(keys)));
    this.#buckets = new BucketEntries((buckets) => outage.untilAnswered(() => store.bucketEntries(buckets)));
  }

  /** Blocks that are decided and not yet durable. */
  get queued(): number {
    return this.#queue.length;
  }

  /** The value as of the last durable block when it is in memory. Read only. */
  cachedValue(key: string): Uint8Array | null | undefined {
    return this.#state.cached(key);
  }

  commit(blocks: readonly CommittedBlock[]): void {
    const sinceMs = this.parts.clock.nowMs();
    for (const block of blocks) this.#queue.push({ ...block, sinceMs });
    if (this.#running || this.#stopped) return;
    this.#running = true;
    this.#idle = this.#run().catch((error: unknown) => {
      this.parts.onFatal(error instanceof Error ? error : new Error(String(error)));
    });
  }

  /** Takes no further group; resolves when the running one is durable. */
  stop(): Promise<void> {
    this.#stopped = true;
    return this.#idle;
  }

  async #run(): Promise<void> {
    while (this.#queue.length > 0 && !this.#stopped) {
      const group: { readonly executed: ExecutedBlock; readonly treeRoot: Hash; readonly sinceMs: number }[] = [];
      for (const { block, proof, batches, sinceMs } of this.#takeGroup()) {
        const executed = await this.#execute(block, proof, batches);
        group.push({ executed, treeRoot: this.ledger.tree.root(), sinceMs });
      }
      const blocks = group.map(({ executed }) => executed);
      await this.parts.outage.untilAnswered(() => this.parts.store.appendBlocks(blocks));
      this.#durable = this.ledger.height as Height;
      this.#state.endGroup();
      this.#buckets.endGroup();
      const nowMs = this.parts.clock.nowMs();
      this.parts.onDurable(
        group.map(({ executed, treeRoot, sinceMs }) => {
          return { executed, treeRoot, executionMs: nowMs - sinceMs, groupSize: group.length };
        })
      );
      await this.parts.pause.settled(this.ledger.height as Height);
    }
    // At once, in the same turn as the look at the queue: a block that is committed from now on starts the next run.
    this.#running = false;
  }

  #takeGroup(): (CommittedBlock & { readonly sinceMs: number; readonly batches: readonly Batch[] })[] {
    const group = [];
    let bytes = 0;
    let transactions = 0;
    const { groupBlocks, groupTransactions, groupBytes } = ENGINE_LIMITS;
    for (;;) {
      const next = this.#queue[0];
      if (next === undefined || group.length >= groupBlocks || transactions >= groupTransactions || bytes > groupBytes) break;
      transactions += next.block.header.txCount;
      this.#queue.shift();
      const batches = next.block.refs.map((ref) => {
        const batch = this.parts.batch(ref.batchHash);
        assert(batch !== undefined, 'a committed block has its payload stored here');
        bytes += batch.encoded.length;
        return batch;
      });
      group.push({ ...next, batches });
      if (this.parts.pause.cutsAfter(next.block.header.height)) break;
    }
    return group;
  }

  async #execute(block: Block, proof: CommitProof, batches: readonly Batch[]): Promise<ExecutedBlock> {
    const { header, blockHash } = block;
    assert(header.height === this.ledger.height + 1, 'blocks are executed in order of height');
    const input = { block, batches, parentTimestampMs: this.parentTimestampMs };
    const { contracts, sha256, verify, clock } = this.parts;
    const turn = (): Promise<void> => new Promise((resolve) => clock.soon(resolve));
    const execution = new BlockExecution(input, this.#config, contracts, this.#state, { sha256, verify, turn });
    const outcomes = await execution.run();
    const next = configAfter(header, this.#config, execution.changed, sha256);
    const executed = await this.#seal(header.height, blockHash, outcomes, next);
    this.parentTimestampMs = header.timestampMs;
    const { notes } = execution;
    if (next === null) return { block, proof, batches, outcomes, notes, ...executed };
    this.#config = next;
    return { block, proof, batches, outcomes, notes, ...executed, nextConfig: next };
  }

  async #seal(
    height: Height,
    blockHash: Hash,
    outcomes: readonly OutcomeRecord[],
    next: EpochConfig | null
  ): Promise<Pick<ExecutedBlock, 'changes' | 'outcomeRoot' | 'stateRoot'>> {
    const values = this.#state.overwritten();
    const changes = this.#state.endBlock().map(({ key, value }) => this.ledger.changeOf(key, value));
    const buckets = new PackedBuckets();
    const touched = await this.#buckets.apply(changes, buckets);
    const bucketHashes = hashesByBucket(this.ledger.tree.hashesOf(Uint32Array.from(touched.keys())));
    this.undo.add({ height, values, buckets, bucketHashes });
    const root = outcomeRoot(outcomes, this.parts.sha256);
    const roots = { height, blockHash, txCount: outcomes.length, outcomeRoot: root };
    const nextHash = next === null ? null : configHash(next, this.parts.sha256);
    return { changes, outcomeRoot: root, stateRoot: this.ledger.advance(roots, touched, nextHash) };
  }
}
