import type pg from 'pg';
import { MoreThanOrEqual, type DataSource } from 'typeorm';
import { assert, equalBytes, type Hash, type Height } from '@lading/kernel';
import { decodeCheckpoint, decodeGenesis, encodeCheckpoint, type CheckpointCertificate } from '@lading/ledger';
import type {
  CertifiedState,
  ExecutedBlock,
  HistoryStore,
  LedgerStore,
  NewEvidence,
  SnapshotRows,
  StateView,
  StoredBlock
} from '@lading/engine';
import { createDataSource } from '../database/dataSource.js';
import { CheckpointEntity } from '../entities/checkpoint.entity.js';
import { GenesisEntity } from '../entities/genesis.entity.js';
import { sha256 } from '../sha256.js';
import { StorageFault } from '../storageFault.js';
import { appendStatement, historyStatement } from './appendStatement.js';
import { NoteQueries } from './chainNotes.js';
import { ChainQueries } from './chainQueries.js';
import { asStorageFault } from './databaseError.js';
import { EpochQueries, firstEpochStatement } from './epochQueries.js';
import { EvidenceQueries, saveEvidenceStatement } from './evidenceQueries.js';
import { HeldKeys } from './heldKeys.js';
import { LedgerWriter } from './ledgerWriter.js';
import { checkSchema } from './schemaCheck.js';
import { checkServerSettings } from './serverSettings.js';
import { ReadPool } from './readPool.js';
import { RecentBlocks } from './recentBlocks.js';
import { insertSnapshot } from './snapshotStatements.js';
import { StateQueries } from './stateQueries.js';
import { openStateView } from './stateView.js';
import { bytes, corrupt, hash } from './storedRows.js';

export interface LedgerStoreOptions {
  /** postgresql:// URL of the node's role. */
  readonly url: string;
  /** Shown by the server in pg_stat_activity. */
  readonly applicationName?: string;
  /** Connections for reads, beside the one that writes. */
  readonly poolSize?: number;
  /** How long to wait for another holder of the lock: a killed node's session may outlive it by moments. */
  readonly lockWaitMs?: number;
  /** Told of what an operator should know and the node survives. */
  readonly warn?: (line: string) => void;
}

/** Heights that have partitions beyond the last block at least. */
const PARTITION_AHEAD = 100_000;
const NO_HASH = new Uint8Array(0);

interface Tip {
  readonly height: number;
  readonly hash: Uint8Array;
}

/**
 * The ledger of one node in one PostgreSQL database (spec/ledger.md §8). Invariants:
 * 1. One process at a time: the writing connection holds a session lock (NODE_ALREADY_RUNNING).
 * 2. A group of blocks is written whole or not at all, on top of the block it names as parent.
 * 3. What is read has been decoded and hashed again; damage is STORE_CORRUPT, never an answer.
 * Faults of the connection are STORE_UNAVAILABLE: ask again; a write that happened is then skipped.
 */
export class TypeOrmLedgerStore implements LedgerStore, HistoryStore {
  readonly #chain: ChainQueries;
  readonly #state: StateQueries;
  readonly #notes: NoteQueries;
  readonly #held = new HeldKeys();
  readonly #recent = new RecentBlocks();
  readonly #epochs: EpochQueries;
  readonly #evidence: EvidenceQueries;
  /** The last block as this process knows it; undefined: ask the database. */
  #tip: Tip | null | undefined;
  #covered = 0;

  private constructor(
    private readonly source: DataSource,
    private readonly reads: ReadPool,
    private readonly writer: LedgerWriter,
    private readonly view: () => Promise<StateView>
  ) {
    this.#chain = new ChainQueries(reads.select, sha256);
    this.#notes = new NoteQueries(reads.select, sha256);
    this.#state = new StateQueries(reads.select, sha256, this.#held);
    this.#epochs = new EpochQueries(reads.select, sha256);
    this.#evidence = new EvidenceQueries(reads.select, sha256);
  }

  /** Connects, takes the lock and checks the server's settings and the schema. */
  static async open(options: LedgerStoreOptions): Promise<TypeOrmLedgerStore> {
    const warn = options.warn ?? (() => undefined);
    const applicationName = options.applicationName ?? 'lading-node';
    const lost = (error: Error): void => warn(`a database connection was lost: ${error.message}`);
    const writer = new LedgerWriter(options.url, `${applicationName}-writer`, options.lockWaitMs ?? 5_000, lost);
    const source = createDataSource({
      url: options.url,
      applicationName,
      poolSize: 2,
      statementTimeoutMs: 30_000,
      onPoolError: lost
    });
    const size = options.poolSize ?? 6;
    const reads = new ReadPool({ url: options.url, applicationName: `${applicationName}-reads`, size, onLost: lost });
    try {
      for (const warning of await writer.run(checkServerSettings)) warn(warning);
      await writer.run(checkSchema);
      await source.initialize();
      const store = new TypeOrmLedgerStore(source, reads, writer, () => openStateView(options.url, `${applicationName}-view`, sha256));
      await store.#fillFirstEpoch();
      await store.#coverHeights((await store.#currentTip())?.height ?? 0);
      return store;
    } catch (error) {
      if (source.isInitialized) await source.destroy();
      await reads.close();
      await writer.close();
      throw asStorageFault(error);
    }
  }

  async close(): Promise<void> {
    await this.writer.close();
    await this.reads.close();
    if (this.source.isInitialized) await this.source.destroy();
  }

  async lastHeight(): Promise<Height | null> {
    const tip = await this.#currentTip();
    return tip === null ? null : (tip.height as Height);
  }

  async writeGenesis(genesis: ExecutedBlock, genesisBytes: Uint8Array): Promise<void> {
    const { header } = genesis.block;
    assert(header.height === 0, 'writeGenesis: height');
    const stored = await this.genesisBytes();
    if (stored !== null) {
      if (!equalBytes(stored, genesisBytes))
        throw new StorageFault('CHAIN_MISMATCH', 'this database belongs to another network (its genesis differs)');
      return;
    }
    const statement = appendStatement({ height: -1, hash: NO_HASH }, [genesis], new Map(), sha256, () => false);
    this.#held.markAll(genesis.changes);
    await this.writer.run(async (client) => {
      await client.query('BEGIN');
      try {
        await client.query('INSERT INTO ledger.genesis (chain_id, bytes) VALUES ($1, $2)', [
          header.chainId,
          genesisBytes
        ]);
        await client.query({ ...statement, values: [...statement.values] });
        await client.query('COMMIT');
      } catch (error) {
        await client.query('ROLLBACK').catch(() => undefined);
        throw error;
      }
    });
    this.#tip = { height: 0, hash: genesis.block.blockHash };
  }

  /** The genesis file this database belongs to, or null before it is written. */
  async genesisBytes(): Promise<Uint8Array | null> {
    const [row] = await this.#read(() => this.source.getRepository(GenesisEntity).find({ take: 1 }));
    return row === undefined ? null : bytes(row.bytes);
  }

  async appendBlocks(group: readonly ExecutedBlock[]): Promise<void> {
    assertContiguous(group);
    const fresh = await this.#notYetStored(group);
    const [first] = fresh;
    const last = fresh.at(-1);
    if (first === undefined || last === undefined) return;
    const { height, parentHash } = first.block.header;
    await this.#coverHeights(last.block.header.height);
    const ended = await this.#epochs.endedViews(fresh);
    this.#tip = undefined;
    const before = { height: height - 1, hash: parentHash };
    const statement = appendStatement(before, fresh, ended, sha256, (keyHash) => !this.#held.mayHold(keyHash));
    for (const { changes } of fresh) this.#held.markAll(changes);
    try {
      await this.writer.execute(statement);
    } catch (error) {
      // It may have happened nevertheless.
      this.#recent.clear();
      throw error;
    }
    this.#recent.add(fresh);
    this.#tip = { height: last.block.header.height, hash: last.block.blockHash };
  }

  async writeSnapshot(snapshot: SnapshotRows): Promise<void> {
    this.#tip = undefined;
    this.#recent.clear();
    this.#held.forget();
    await this.writer.run((client) => insertSnapshot(client, snapshot, PARTITION_AHEAD)).finally(() => this.#held.forget());
  }

  historyTip(base: Height): Promise<Height> {
    return this.writer.run((client) => lastBelow(client, base));
  }

  async appendHistory(group: readonly ExecutedBlock[], base: Height): Promise<void> {
    assertContiguous(group);
    await this.writer.run(async (client) => {
      const tip = await lastBelow(client, base);
      const fresh = group.filter(({ block }) => block.header.height > tip && tip < base - 1);
      const [first] = fresh;
      if (first === undefined) return;
      if (first.block.header.height !== tip + 1) {
        throw new StorageFault('STORE_GAP', `block ${first.block.header.height} cannot follow block ${tip}`);
      }
      const rows = fresh.filter(({ block }) => block.header.height < base);
      const { name, text, values } = historyStatement(fresh, rows, sha256);
      await client.query({ name, text, values: [...values] });
    });
  }

  base: LedgerStore['base'] = () => this.#epochs.base();
  stateBytes: LedgerStore['stateBytes'] = () => this.#state.tableBytes();
  openStateView: LedgerStore['openStateView'] = () => this.view();

  blocks(from: Height, to: Height, maxBytes: number): Promise<readonly StoredBlock[]> {
    return this.#chain.blocks(from, to, maxBytes);
  }

  blockHashes: LedgerStore['blockHashes'] = (from, to) => this.#chain.blockHashes(from, to);
  outcomeRoots: LedgerStore['outcomeRoots'] = (from, to) => this.#chain.outcomeRoots(from, to);
  batchesByHash: LedgerStore['batchesByHash'] = (hashes) => this.#chain.batchesByHash(hashes);
  batchHeaders: LedgerStore['batchHeaders'] = (height) => this.#chain.batchHeaders(height);
  transactionsById: LedgerStore['transactionsById'] = (txId) => this.#chain.transactionsById(txId);
  transactions: LedgerStore['transactions'] = (from, limit) => this.#chain.transactions(from, limit);
  justStored: NonNullable<LedgerStore['justStored']> = (from, limit) => this.#recent.transactions(from, limit);
  outcomes: LedgerStore['outcomes'] = (height) => this.#chain.outcomes(height);
  stateValues: LedgerStore['stateValues'] = (keys) => this.#state.values(keys);
  stateByPrefix: LedgerStore['stateByPrefix'] = (prefix, limit) => this.#state.byPrefix(prefix, limit);
  chainExtensions: LedgerStore['chainExtensions'] = (keys) => this.#notes.extensions(keys);
  leafLinks: LedgerStore['leafLinks'] = (places) => this.#notes.links(places);
  bucketEntries: LedgerStore['bucketEntries'] = (buckets) => this.#state.bucketEntries(buckets);
  allEntries: LedgerStore['allEntries'] = () => this.#state.all();
  epochs: LedgerStore['epochs'] = () => this.#epochs.epochs();
  epochViews: LedgerStore['epochViews'] = (from, to) => this.#epochs.views(from, to);
  evidenceAfter: LedgerStore['evidenceAfter'] = (number, limit) => this.#evidence.after(number, limit);

  async saveEvidence(evidence: NewEvidence, perValidator: number): Promise<void> {
    await this.writer.execute(saveEvidenceStatement(evidence, perValidator));
  }

  async saveCheckpoint(checkpoint: CheckpointCertificate, treeRoot: Hash | null): Promise<void> {
    const values = [checkpoint.height, encodeCheckpoint(checkpoint), treeRoot];
    const text =
      'INSERT INTO ledger.checkpoint (height, encoded, tree_root) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING';
    await this.writer.execute({ name: 'save-checkpoint', text, values });
  }

  async checkpointAtOrAbove(height: Height): Promise<CheckpointCertificate | null> {
    const where = { height: MoreThanOrEqual(height) };
    return (await this.#certified({ where, order: { height: 'ASC' }, take: 1 }))?.checkpoint ?? null;
  }

  async latestCheckpoint(): Promise<CheckpointCertificate | null> {
    return (await this.latestCertified())?.checkpoint ?? null;
  }

  latestCertified(): Promise<CertifiedState | null> {
    return this.#certified({ order: { height: 'DESC' }, take: 1 });
  }

  async #certified(which: object): Promise<CertifiedState | null> {
    const [row] = await this.#read(() => this.source.getRepository(CheckpointEntity).find(which));
    if (row === undefined) return null;
    const what = `checkpoint ${row.height}`;
    const decoded = decodeCheckpoint(bytes(row.encoded));
    if (!decoded.ok) throw corrupt(what, decoded.detail);
    if (decoded.value.height !== row.height) throw corrupt(what, 'its height differs');
    return { checkpoint: decoded.value, treeRoot: row.treeRoot === null ? null : hash(row.treeRoot, what) };
  }

  async #fillFirstEpoch(): Promise<void> {
    const stored = await this.genesisBytes();
    const genesis = stored === null ? null : decodeGenesis(stored, sha256);
    if (genesis?.ok === true) await this.writer.execute(firstEpochStatement(genesis.value.config));
  }

  async #currentTip(): Promise<Tip | null> {
    // On the writing connection, that is under the lock: a statement of a lost connection may still be at work, and
    // holds the lock for as long as it can commit.
    if (this.#tip === undefined) this.#tip = await this.writer.run((client) => lastBlock(client));
    return this.#tip;
  }

  /** The blocks above the stored tip. Those at or below it must be the stored ones. */
  async #notYetStored(group: readonly ExecutedBlock[]): Promise<readonly ExecutedBlock[]> {
    const [first] = group;
    if (first === undefined) return [];
    const from = first.block.header.height;
    const tip = await this.#currentTip();
    if (tip === null || from > tip.height + 1)
      throw new StorageFault('STORE_GAP', `block ${from} cannot follow block ${tip?.height ?? 'none'}`);
    if (from === tip.height + 1) return group;
    const known = group.filter(({ block }) => block.header.height <= tip.height);
    const hashes = await this.blockHashes(from, (from + known.length - 1) as Height);
    known.forEach(({ block }, i) => {
      const stored: Hash | undefined = hashes[i];
      if (stored === undefined || !equalBytes(stored, block.blockHash))
        throw new StorageFault('STORE_CONFLICT', `another block ${block.header.height} is stored already`);
    });
    return group.slice(known.length);
  }

  /** Makes partitions well ahead of the chain, never inside the commit of a block. */
  async #coverHeights(height: number): Promise<void> {
    if (height + PARTITION_AHEAD / 2 < this.#covered) return;
    const first = await this.writer.run(async (client) => {
      const answer = await client.query<{ first: string }>('SELECT ledger.ensure_partitions($1) AS first', [
        height + PARTITION_AHEAD
      ]);
      return Number(answer.rows[0]?.first);
    });
    this.#covered = first;
  }

  async #read<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      throw asStorageFault(error);
    }
  }
}

async function lastBlock(client: pg.Client): Promise<Tip | null> {
  const answer = await client.query<{ height: string; block_hash: Buffer }>(
    'SELECT height, block_hash FROM ledger.block ORDER BY height DESC LIMIT 1'
  );
  const row = answer.rows[0];
  if (row === undefined) return null;
  return { height: Number(row.height), hash: hash(row.block_hash, `block ${row.height}`) };
}

/** The last block that is held without a gap from genesis up, below the snapshot that the ledger began from. */
async function lastBelow(client: pg.Client, base: Height): Promise<Height> {
  const { rows } = await client.query<{ height: string }>('SELECT max(height) AS height FROM ledger.block WHERE height < $1', [base]);
  return Number(rows[0]?.height ?? 0) as Height;
}

function assertContiguous(group: readonly ExecutedBlock[]): void {
  group.forEach(({ block }, i) => {
    const before = group[i - 1]?.block;
    if (before === undefined) return;
    assert(block.header.height === before.header.height + 1, 'appendBlocks: contiguous heights');
    assert(equalBytes(block.header.parentHash, before.blockHash), 'appendBlocks: parent hashes');
  });
}
