import type { Hash, Sha256 } from '@lading/kernel';
import { equalBytes } from '@lading/kernel';
import { encodePersistRecord } from '@lading/consensus';
import type { PersistRecord, Safety, StoredBatch } from '@lading/consensus';
import { advanceCursors, CompactRange, initialCursors, leafHash, successorConfig } from '@lading/ledger';
import type { BatchRef, Block, CheckpointCertificate, EpochConfig, LaneCursor } from '@lading/ledger';
import type { Dice, Key } from './dice.js';
import { SimulatedLog } from './disk.js';
import type { DiskContent, StoredBlock } from './restart.js';
import { GENESIS_ROOT } from './world.js';
import type { World } from './world.js';
import { keyOf } from './hashKey.js';

/** Safety records that the oracle may look back on. */
const SAFETIES = 64;
/** Blocks between two compactions of the log. */
const COMPACTION = 16;

/** Everything of a node that outlives its process: safety log, batches, database. */
export class NodeDisk implements DiskContent {
  readonly name: string;
  readonly log = new SimulatedLog<PersistRecord>();
  /** The newest records, ascending. */
  durableSafeties: Safety[] = [];
  readonly durableProposals = new Set<string>();
  database: StoredBlock[] = [];
  checkpoint: CheckpointCertificate | null = null;
  readonly batches = new Map<string, StoredBatch>();
  history: CompactRange = CompactRange.empty();
  cursors: readonly LaneCursor[] = [];
  /** Every epoch's config and the height that it starts above. */
  epochs: { readonly config: EpochConfig; readonly start: number }[] = [];
  /** The own lane of the last epoch: its index and the first batch that was not ordered in it. */
  previousLane: { readonly index: number; readonly nextSeq: number } | null = null;
  readonly #world: World;
  readonly #sha256: Sha256 | undefined;

  constructor(name: string, world: World, sha256: Sha256 | undefined) {
    this.name = name;
    this.#world = world;
    this.#sha256 = sha256;
    this.#format();
  }

  #format(): void {
    const { genesis, config } = this.#world;
    this.database = [{ block: genesis, proof: null, stateRoot: GENESIS_ROOT }];
    this.history = CompactRange.empty(this.#sha256).append(leafHash(genesis.blockHash, this.#sha256));
    this.cursors = initialCursors(config.organizations.length);
    this.epochs = [{ config, start: 0 }];
    this.previousLane = null;
  }

  get config(): EpochConfig {
    return (this.epochs.at(-1) ?? this.#world).config;
  }

  /** A new disk under an old key: nothing is left. */
  wipe(): void {
    this.log.clear();
    this.durableSafeties = [];
    this.durableProposals.clear();
    this.checkpoint = null;
    this.batches.clear();
    this.#format();
  }

  get height(): number {
    return this.database.length - 1;
  }

  get root(): Hash {
    return (this.database[this.height] as StoredBlock).stateRoot;
  }

  write(record: PersistRecord): void {
    this.log.append(record, encodePersistRecord(record));
  }

  sync(): void {
    for (const record of this.log.sync()) this.#note(record);
  }

  /** Power is gone: the number of unsynced records that are lost. */
  crash(dice: Dice, ...keys: readonly Key[]): number {
    const lost = this.log.crash(dice, ...keys);
    for (const record of this.log.records()) this.#note(record);
    return lost;
  }

  #note(record: PersistRecord): void {
    if (record.kind === 'Block') {
      this.durableProposals.add(keyOf(record.block.blockHash));
      return;
    }
    if (this.durableSafeties.at(-1) === record.safety) return;
    this.durableSafeties.push(record.safety);
    if (this.durableSafeties.length > SAFETIES) this.durableSafeties.shift();
  }

  writeBlock(stored: StoredBlock): void {
    this.database.push(stored);
    this.history = this.history.append(leafHash(stored.block.blockHash, this.#sha256));
    const cursors = advanceCursors(this.cursors, stored.block.refs);
    if (!cursors.ok) throw new Error(`node ${this.name} executed refs that do not continue the lanes`);
    this.cursors = cursors.value;
    if (stored.block.header.epochEnd) this.#enter(stored.block);
    if (this.height % COMPACTION === 0) this.#compact();
  }

  /** The config of the next epoch, by the first batch of the block that carries one, else the same set again. */
  #enter(block: Block): void {
    const { config } = this;
    const changed = block.refs.map((ref) => this.batches.get(keyOf(ref.batchHash))?.nextConfig).find((next) => next);
    const next = changed ?? successorConfig(config);
    const index = config.organizations.findIndex(({ id }) => `${Number(id.slice(3))}` === this.name);
    const cursor = this.cursors[index];
    this.previousLane = cursor === undefined ? null : { index, nextSeq: cursor.nextSeq };
    this.epochs.push({ config: next, start: block.header.height });
    this.cursors = initialCursors(next.organizations.length);
  }

  #compact(): void {
    const last = this.log.records().findLastIndex((record) => record.kind === 'Safety');
    this.log.compact((record, index) =>
      record.kind === 'Safety' ? index === last : record.block.header.height > this.height
    );
  }

  /** The lane's newest batch here: what the author continues. */
  newest(lane: number): StoredBatch | null {
    let newest: StoredBatch | null = null;
    const { epoch } = this.config;
    for (const batch of this.batches.values()) {
      if (batch.epoch === epoch && batch.ref.lane === lane && (newest === null || batch.ref.seq > newest.ref.seq)) newest = batch;
    }
    return newest;
  }

  hasBatch(ref: BatchRef): boolean {
    return this.batches.has(keyOf(ref.batchHash));
  }

  hasBlock(height: number, hash: Hash): boolean {
    const stored = this.database[height];
    return stored !== undefined && equalBytes(stored.block.blockHash, hash);
  }
}
