import { equalBytes } from '@lading/kernel';
import type { Hash, Height, Sha256 } from '@lading/kernel';
import { configHash, genesisBlock, genesisCommitProof, outcomeRoot, StateTree } from '@lading/ledger';
import type { Genesis } from '@lading/ledger';
import { genesisEntries } from '@lading/membership';
import { BucketEntries } from '../execution/bucketEntries.js';
import { LedgerState } from '../execution/ledgerState.js';
import { EngineFault } from '../fault.js';
import type { LedgerStore } from '../ports.js';

/**
 * Makes sure that the database belongs to this genesis, and returns the height of its last block. A new database gets
 * block 0 and the state that genesis defines.
 */
export async function openStore(store: LedgerStore, genesis: Genesis, sha256: Sha256): Promise<Height> {
  const last = await store.lastHeight();
  const block = genesisBlock(genesis, sha256);
  if (last !== null) {
    const [first] = await store.blockHashes(0 as Height, 0 as Height);
    if (first !== undefined && equalBytes(first, block.blockHash)) return last;
    throw new EngineFault('CHAIN_MISMATCH', 'the database holds the ledger of another network than the genesis file');
  }
  const { none, changes, stateRoot } = await genesisState(genesis, sha256);
  const proof = genesisCommitProof(block.blockHash);
  const executed = { block, proof, batches: [], outcomes: [], outcomeRoot: none, changes, stateRoot };
  await store.writeGenesis({ ...executed, nextConfig: genesis.config }, genesis.bytes);
  return 0 as Height;
}

/** The state root after block 0. */
export async function genesisRoot(genesis: Genesis, sha256: Sha256): Promise<Hash> {
  return (await genesisState(genesis, sha256)).stateRoot;
}

async function genesisState(genesis: Genesis, sha256: Sha256) {
  const { stateDepth } = genesis.config.parameters;
  const tree = new StateTree(stateDepth, sha256);
  const ledger = new LedgerState(tree, [], configHash(genesis.config, sha256), stateDepth, sha256);
  const changes = genesisEntries(genesis).map(({ key, value }) => ledger.changeOf(key, value));
  const touched = await new BucketEntries(() => Promise.resolve(new Map())).apply(changes);
  const none = outcomeRoot([], sha256);
  const { blockHash } = genesisBlock(genesis, sha256);
  const stateRoot = ledger.advance({ height: 0 as Height, blockHash, txCount: 0, outcomeRoot: none }, touched);
  return { none, changes, stateRoot };
}
