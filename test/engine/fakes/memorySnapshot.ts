import { encodeViews } from '@lading/engine';
import type { SnapshotRows, StateChange, StateRow, StateView } from '@lading/engine';
import { compareBytes } from '@lading/kernel';
import type { Height } from '@lading/kernel';
import { encodeCheckpoint, encodeCommitProof, encodeConfig } from '@lading/ledger';
import type { MemoryDatabase } from './memoryDatabase.js';

/** All of a snapshot at once, as one transaction leaves it. */
export function writeSnapshotRows(database: MemoryDatabase, snapshot: SnapshotRows, changes: readonly StateChange[]): void {
  const { genesisBytes, genesis, head, certified, epochs, base } = snapshot;
  database.genesis = genesisBytes.slice();
  database.base = base.slice();
  for (const { block, proof, outcomeRoot, stateRoot } of [genesis, head]) {
    const { height } = block.header;
    const row = { height, blockHash: block.blockHash, encoded: block.encoded, proof: encodeCommitProof(proof) };
    database.blockRows.set(height, { ...row, outcomeRoot, stateRoot });
  }
  const { checkpoint, treeRoot } = certified;
  const { height, blockHash, stateRoot } = checkpoint;
  database.checkpointRows.set(height, { height, blockHash, stateRoot, encoded: encodeCheckpoint(checkpoint) });
  database.treeRoots.set(height, treeRoot);
  for (const { config, startHeight, previousViews } of epochs) {
    const encoded = encodeConfig(config);
    database.epochRows.push({ epoch: config.epoch, startHeight, encoded, previousViews: encodeViews(previousViews) });
  }
  for (const { key, keyHash, bucket, value, valueHash } of changes) {
    if (value !== null && valueHash !== null) database.stateRows.set(key, { key, keyHash, bucket, value, valueHash });
  }
}

/** The state as it is now, whatever is written later. */
export function viewOf(database: MemoryDatabase): StateView {
  const rows = [...database.stateRows.values()].sort((a, b) => compareBytes(a.keyHash, b.keyHash));
  const read = (after: Uint8Array, maxBytes: number): StateRow[] => {
    const found: StateRow[] = [];
    let bytes = 0;
    for (const { key, keyHash, value } of rows) {
      if (compareBytes(keyHash, after) <= 0) continue;
      if (bytes >= maxBytes) break;
      bytes += key.length + value.length;
      found.push({ key, value });
    }
    return found;
  };
  return {
    height: (database.lastHeight ?? 0) as Height,
    rows: (after, maxBytes) => Promise.resolve(read(after, maxBytes)),
    close: () => Promise.resolve()
  };
}
