import { equalBytes } from '@lading/kernel';
import type { Hash, Sha256 } from '@lading/kernel';
import { genesisBlock } from '@lading/ledger';
import type { Genesis } from '@lading/ledger';
import { Replay } from '../audit/replay.js';
import type { ExecutionCrypto } from '../execution/blockExecution.js';
import type { ContractRegistry } from '../execution/contractRegistry.js';
import type { ExecutedBlock } from '../ports.js';
import type { EpochSets } from '../recovery/epochSets.js';
import type { WholeBlock } from './historySource.js';

/** Heights whose roots later headers can name: the longest execution lag. */
const REMEMBERED = 128;

/**
 * The chain below a snapshot, executed once more from genesis: outcomes, roots and notes are derived, never taken from
 * anybody. The state is in memory beside the node's own, as in an audit.
 */
export class ReplayedHistory {
  readonly #replay: Replay;
  readonly #roots = new Map<number, Hash>();
  #height = 0;
  #hash: Hash;

  constructor(
    genesis: Genesis,
    contracts: ContractRegistry,
    crypto: ExecutionCrypto & { readonly sha256: Sha256 },
    private readonly epochs: EpochSets
  ) {
    this.#replay = new Replay(genesis, contracts, crypto);
    const block = genesisBlock(genesis, crypto.sha256);
    this.#remember(0, this.#replay.start(block).stateRoot);
    this.#hash = block.blockHash;
  }

  /** Of the last block that was executed. */
  get height(): number {
    return this.#height;
  }

  get blockHash(): Hash {
    return this.#hash;
  }

  /** Leaves of the outcomes log, 32 bytes each, of all blocks so far. */
  leaves(): Uint8Array {
    return this.#replay.leaves(0, this.#replay.leafCount);
  }

  /** Null: the quorum named another state root than executing gives. */
  async next({ block, proof, batches }: WholeBlock): Promise<ExecutedBlock | null> {
    const { height, executedHeight, executedStateRoot, epochEnd } = block.header;
    const nextConfig = epochEnd ? this.epochs.after(height) : null;
    const { outcomes, outcomeRoot, stateRoot, notes } = await this.#replay.block(block, batches, nextConfig);
    this.#remember(height, stateRoot);
    this.#height = height;
    this.#hash = block.blockHash;
    const named = this.#roots.get(executedHeight);
    if (named === undefined || !equalBytes(named, executedStateRoot)) return null;
    const executed = { block, proof, batches, outcomes, outcomeRoot, stateRoot, notes, changes: [] };
    return nextConfig === null ? executed : { ...executed, nextConfig };
  }

  #remember(height: number, stateRoot: Hash): void {
    this.#roots.set(height, stateRoot);
    this.#roots.delete(height - REMEMBERED);
  }
}
