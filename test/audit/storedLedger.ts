import { sha256Node } from '@lading/identity';
import type { Hash } from '@lading/kernel';
import { LedgerAuditSource, TypeOrmLedgerStore } from '@lading/storage';
import { testDatabase, type TestDatabase } from '../fixtures/postgres.js';
import { doubledCommits, type SampleLedger } from './sampleLedger.js';

/** A ledger in a database of its own, as a node stores it. */
export class StoredLedger {
  private constructor(
    readonly database: TestDatabase,
    readonly source: LedgerAuditSource
  ) {}

  static async of(ledger: SampleLedger): Promise<StoredLedger> {
    const database = await testDatabase();
    const store = await TypeOrmLedgerStore.open({ url: database.nodeUrl });
    const [genesis, ...blocks] = ledger.blocks;
    if (genesis === undefined) throw new Error('a ledger without genesis');
    await store.writeGenesis(genesis, ledger.network.genesisBytes);
    // Views of an epoch are read from what is stored: its last block comes with others of its own only.
    for (const block of blocks) await store.appendBlocks([block]);
    for (const { checkpoint, treeRoot } of ledger.checkpoints) await store.saveCheckpoint(checkpoint, treeRoot);
    const evidence = doubledCommits(ledger.network, 3);
    for (const { slot, encoded } of evidence) {
      const digest = sha256Node(encoded) as Hash;
      await store.saveEvidence({ digest, kind: 'COMMIT', epoch: 0, validator: 0, slot, encoded }, 32);
    }
    await store.close();
    return new StoredLedger(database, await LedgerAuditSource.open(database.nodeUrl));
  }

  async close(): Promise<void> {
    await this.source.close();
    await this.database.drop();
  }
}
