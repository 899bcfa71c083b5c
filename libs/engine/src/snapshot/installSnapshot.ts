import { assert } from '@lading/kernel';
import type { Sha256 } from '@lading/kernel';
import { genesisBlock, genesisCommitProof, outcomeRoot } from '@lading/ledger';
import type { Genesis } from '@lading/ledger';
import type { LedgerStore, StateChange } from '../ports.js';
import { genesisRoot } from '../recovery/openStore.js';
import type { SnapshotFiles } from '../snapshotPorts.js';
import { decodedChunks } from './stateOfChunks.js';
import type { VerifiedManifest } from './verifyManifest.js';

export interface InstallParts {
  readonly genesis: Genesis;
  readonly store: Pick<LedgerStore, 'writeSnapshot'>;
  readonly files: SnapshotFiles;
  readonly sha256: Sha256;
}

/** Writes a snapshot whose state has been verified, all of it or nothing. `encoded`: its manifest. */
export async function installSnapshot(parts: InstallParts, verified: VerifiedManifest, encoded: Uint8Array): Promise<void> {
  const { genesis, store, files, sha256 } = parts;
  const { manifest, epochs } = verified;
  const { block, proof, checkpoint, treeRoot, chunks } = manifest;
  const first = genesisBlock(genesis, sha256);
  const { stateDepth } = genesis.config.parameters;
  async function* state(): AsyncGenerator<readonly StateChange[]> {
    for await (const rows of decodedChunks(chunks, stateDepth, (index) => files.unfinished(index), sha256)) {
      assert(rows.ok, 'installSnapshot: a chunk has changed since it was verified');
      yield rows.value;
    }
  }
  await store.writeSnapshot({
    genesisBytes: genesis.bytes,
    genesis: {
      block: first,
      proof: genesisCommitProof(first.blockHash),
      outcomeRoot: outcomeRoot([], sha256),
      stateRoot: await genesisRoot(genesis, sha256)
    },
    head: { block, proof, outcomeRoot: manifest.outcomeRoot, stateRoot: checkpoint.stateRoot },
    certified: { checkpoint, treeRoot },
    epochs: epochs.map(({ config, startHeight }, index) => {
      return { config, startHeight, previousViews: manifest.epochs[index - 1]?.views ?? [] };
    }),
    base: encoded,
    state
  });
}
