import { asHash, equalBytes, toHex } from '@lading/kernel';
import type { Hash, Height } from '@lading/kernel';
import {
  assembleBatchBytes,
  decodeBatchHeader,
  decodeBlock,
  decodeCheckpoint,
  decodeCommitProof,
  decodeConfig,
  decodeOutcome,
  encodeBatchHeader,
  encodeCheckpoint,
  encodeCommitProof,
  encodeConfig,
  outcomeLeaf,
  sha256Noble
} from '@lading/ledger';
import type { CheckpointCertificate, OutcomeRecord } from '@lading/ledger';
import type { Result } from '@lading/kernel';
import type {
  BucketEntry,
  ChainExtension,
  LeafLinks,
  CertifiedState,
  ExecutedBlock,
  HistoryStore,
  LedgerStore,
  SnapshotRows,
  StateChange,
  StateView,
  NewEvidence,
  StoredBatchHeader,
  StoredBlock,
  StoredEpoch,
  StoredEvidence,
  StoredTransaction,
  StoredView
} from '@lading/engine';
import { decodeManifest, decodeViews, encodeViews, mergeViews, viewsOfHeaders } from '@lading/engine';
import type { MemoryDatabase } from './memoryDatabase.js';
import { viewOf, writeSnapshotRows } from './memorySnapshot.js';
import type { World } from './world.js';

const COMMIT_MS = 2;

/** A process' connection to its database. A transaction that has not returned when the process dies never happened. */
export class MemoryStore implements LedgerStore, HistoryStore {
  /** Queries asked, for tests that count them. */
  readonly asked = { stateValues: 0, bucketEntries: 0, appendBlocks: 0, appendHistory: 0 };
  /** The server is away: every question fails at once. `answerLost`: writes happen, and their answer is lost. */
  away: false | 'down' | 'answerLost' = false;

  constructor(
    readonly database: MemoryDatabase,
    private readonly world: World,
    private readonly alive: () => boolean
  ) {}

  lastHeight(): Promise<Height | null> {
    return Promise.resolve(this.database.lastHeight as Height | null);
  }

  async writeGenesis(genesis: ExecutedBlock, genesisBytes: Uint8Array): Promise<void> {
    await this.#commit(() => {
      this.database.genesis = genesisBytes.slice();
      this.#insert(genesis);
    });
  }

  base(): Promise<Uint8Array | null> {
    return Promise.resolve(this.database.base);
  }

  async writeSnapshot(snapshot: SnapshotRows): Promise<void> {
    const changes: StateChange[] = [];
    for await (const rows of snapshot.state()) changes.push(...rows);
    await this.#commit(() => {
      if (this.database.lastHeight !== null) throw new Error('a snapshot needs an empty database');
      writeSnapshotRows(this.database, snapshot, changes);
    });
  }

  stateBytes(): Promise<number> {
    return Promise.resolve([...this.database.stateRows.values()].reduce((sum, { key, value }) => sum + key.length + value.length, 0));
  }

  async openStateView(): Promise<StateView> {
    this.#assertThere();
    await this.world.delay(COMMIT_MS);
    return viewOf(this.database);
  }

  async appendBlocks(group: readonly ExecutedBlock[]): Promise<void> {
    this.asked.appendBlocks += 1;
    await this.#commit(() => {
      for (const executed of group) {
        const { height } = executed.block.header;
        if (this.database.blockRows.has(height)) continue;
        if (this.database.lastHeight !== height - 1) throw new Error(`gap before height ${height}`);
        this.#insert(executed);
      }
    });
  }

  historyTip(base: Height): Promise<Height> {
    const below = [...this.database.blockRows.keys()].filter((height) => height < base);
    return Promise.resolve(Math.max(0, ...below) as Height);
  }

  async appendHistory(group: readonly ExecutedBlock[], base: Height): Promise<void> {
    this.asked.appendHistory += 1;
    await this.#commit(() => {
      for (const { nextConfig: _, ...executed } of group) {
        const { height } = executed.block.header;
        const last = Math.max(...[...this.database.blockRows.keys()].filter((one) => one < base));
        if (height <= last) continue;
        if (height !== last + 1) throw new Error(`gap before height ${height}`);
        this.#insert(executed);
      }
      const byPlace = (a: { height: number; index: number }, b: { height: number; index: number }): number =>
        a.height - b.height || a.index - b.index;
      this.database.batchRows.sort((a, b) => a.height - b.height || a.refIndex - b.refIndex);
      this.database.transactionRows.sort(byPlace);
      this.database.outcomeRows.sort(byPlace);
      this.database.noteRows.sort(byPlace);
    });
  }

  async #commit(write: () => void): Promise<void> {
    await this.world.delay(COMMIT_MS);
    if (!this.alive()) return new Promise(() => undefined);
    if (this.away !== 'down') write();
    if (this.away !== false) throw unavailable();
  }

  #assertThere(): void {
    if (this.away !== false) throw unavailable();
  }

  #insert({ block, proof, batches, outcomes, outcomeRoot, stateRoot, changes, nextConfig, notes }: ExecutedBlock): void {
    const { database } = this;
    const { height } = block.header;
    const encoded = block.encoded.slice();
    const row = { height, blockHash: block.blockHash.slice(), encoded, proof: encodeCommitProof(proof) };
    database.blockRows.set(height, { ...row, outcomeRoot: outcomeRoot.slice(), stateRoot: stateRoot.slice() });
    if (nextConfig !== undefined) {
      const first = (database.epochRows.at(-1)?.startHeight ?? 0) + 1;
      const held = database.base === null ? null : must(decodeManifest(database.base, sha256Noble));
      const base = held !== null && held.block.header.height >= first ? held : null;
      const rows = this.#rows(Math.max(first, (base?.block.header.height ?? 0) + 1), height);
      const views = viewsOfHeaders(rows.map((stored) => must(decodeBlock(stored.encoded)).header));
      const previousViews = encodeViews(base === null ? views : mergeViews(base.views, views));
      database.epochRows.push({ epoch: nextConfig.epoch, startHeight: height, encoded: encodeConfig(nextConfig), previousViews });
    }
    this.database.noteRows.push(...(notes ?? []).map((note) => ({ ...note, height })));
    let index = 0;
    for (const [refIndex, { header, batchHash, signature, transactions }] of batches.entries()) {
      const { lane, seq } = header;
      const headerBytes = encodeBatchHeader(header);
      database.batchRows.push({ height, refIndex, lane, seq, batchHash: batchHash.slice(), headerBytes, signature: signature.slice() });
      for (const [indexInBatch, tx] of transactions.entries()) {
        const place = { height, index: index++, batchHash: batchHash.slice(), indexInBatch };
        database.transactionRows.push({ ...place, txId: tx.txId.slice(), encoded: tx.encoded.slice() });
      }
    }
    for (const record of outcomes) {
      database.outcomeRows.push({ height, index: record.index, txId: record.txId.slice(), leaf: outcomeLeaf(record) });
    }
    for (const { key, keyHash, bucket, value, valueHash } of changes) {
      if (value === null || valueHash === null) database.stateRows.delete(key);
      else database.stateRows.set(key, { key, keyHash: keyHash.slice(), bucket, value: value.slice(), valueHash: valueHash.slice() });
    }
  }

  async blocks(from: Height, to: Height, maxBytes: number): Promise<readonly StoredBlock[]> {
    this.#assertThere();
    const found: StoredBlock[] = [];
    let bytes = 0;
    for (let height: number = from; height <= to; height++) {
      const row = this.database.blockRows.get(height);
      if (row === undefined) break;
      bytes += row.encoded.length;
      if (found.length > 0 && bytes > maxBytes) break;
      const block = must(decodeBlock(row.encoded));
      const roots = { outcomeRoot: asHash(row.outcomeRoot), stateRoot: asHash(row.stateRoot) };
      found.push({ block, proof: must(decodeCommitProof(row.proof)), ...roots });
    }
    return Promise.resolve(found);
  }

  blockHashes(from: Height, to: Height): Promise<readonly Hash[]> {
    return Promise.resolve(this.#rows(from, to).map((row) => asHash(row.blockHash)));
  }

  outcomeRoots(from: Height, to: Height) {
    return Promise.resolve(
      this.#rows(from, to).map(({ blockHash, encoded, outcomeRoot }) => {
        const { txCount } = must(decodeBlock(encoded)).header;
        return { blockHash: asHash(blockHash), txCount, outcomeRoot: asHash(outcomeRoot) };
      })
    );
  }

  #rows(from: number, to: number) {
    const rows = [...this.database.blockRows.values()].filter((row) => row.height >= from && row.height <= to);
    return rows.sort((a, b) => a.height - b.height);
  }

  async batchesByHash(hashes: readonly Hash[]): Promise<ReadonlyMap<string, Uint8Array>> {
    this.#assertThere();
    const found = new Map<string, Uint8Array>();
    for (const hash of hashes) {
      const row = this.database.batchRows.find((batch) => equalBytes(batch.batchHash, hash));
      if (row === undefined) continue;
      const mine = this.database.transactionRows.filter((tx) => equalBytes(tx.batchHash, hash));
      found.set(toHex(hash), assembleBatchBytes(row.headerBytes, row.signature, mine.map((tx) => tx.encoded)));
    }
    return Promise.resolve(found);
  }

  batchHeaders(height: Height): Promise<readonly StoredBatchHeader[]> {
    const rows = this.database.batchRows.filter((row) => row.height === height);
    return Promise.resolve(
      rows.map(({ refIndex, lane, seq, batchHash, headerBytes, signature }) => {
        must(decodeBatchHeader(headerBytes));
        return { height, refIndex, ref: { lane, seq, batchHash: asHash(batchHash) }, headerBytes, signature };
      })
    );
  }

  async transactionsById(txId: Hash): Promise<readonly StoredTransaction[]> {
    this.#assertThere();
    const rows = this.database.transactionRows.filter((row) => equalBytes(row.txId, txId));
    return Promise.resolve(rows.map((row) => this.#stored(row)));
  }

  transactions(from: { readonly height: Height; readonly index: number }, limit: number) {
    const rows = this.database.transactionRows.filter(
      (row) => row.height > from.height || (row.height === from.height && row.index >= from.index)
    );
    return Promise.resolve(rows.slice(0, limit).map((row) => this.#stored(row)));
  }

  #stored(row: { height: number; index: number; batchHash: Uint8Array; indexInBatch: number; encoded: Uint8Array }): StoredTransaction {
    const outcome = this.database.outcomeRows.find((one) => one.height === row.height && one.index === row.index);
    if (outcome === undefined) throw new Error(`no outcome ${row.height}/${row.index}`);
    const { height, index, indexInBatch, encoded } = row;
    const place = { height: height as Height, index, batchHash: asHash(row.batchHash), indexInBatch };
    return { ...place, encoded, outcome: must(decodeOutcome(outcome.leaf)) };
  }

  outcomes(height: Height): Promise<readonly OutcomeRecord[]> {
    const rows = this.database.outcomeRows.filter((row) => row.height === height);
    return Promise.resolve(rows.map((row) => must(decodeOutcome(row.leaf))));
  }

  async stateValues(keys: readonly string[]): Promise<ReadonlyMap<string, Uint8Array>> {
    this.#assertThere();
    this.asked.stateValues += 1;
    const found = new Map<string, Uint8Array>();
    for (const key of keys) {
      const row = this.database.stateRows.get(key);
      if (row !== undefined) found.set(key, row.value);
    }
    return Promise.resolve(found);
  }

  stateByPrefix(prefix: string, limit: number) {
    const rows = [...this.database.stateRows.values()].filter((row) => row.key.startsWith(prefix));
    return Promise.resolve(rows.sort((a, b) => (a.key < b.key ? -1 : 1)).slice(0, limit));
  }

  chainExtensions(keys: readonly string[]): Promise<readonly ChainExtension[]> {
    const rows = this.database.noteRows.flatMap(({ height, index, eventIndex, kind, keys: extended }) =>
      extended.filter((key) => keys.includes(key)).map((key) => ({ key, height, index, eventIndex, kind }))
    );
    return Promise.resolve(rows);
  }

  leafLinks(places: readonly { readonly height: number; readonly index: number }[]): Promise<readonly LeafLinks[]> {
    const asked = this.database.noteRows.filter(({ height, index, links }) => {
      return links.length > 0 && places.some((place) => place.height === height && place.index === index);
    });
    return Promise.resolve(asked);
  }

  async bucketEntries(buckets: readonly number[]): Promise<ReadonlyMap<number, readonly BucketEntry[]>> {
    this.#assertThere();
    this.asked.bucketEntries += 1;
    const found = new Map<number, BucketEntry[]>();
    for (const entry of this.#entries()) {
      if (!buckets.includes(entry.bucket)) continue;
      found.set(entry.bucket, [...(found.get(entry.bucket) ?? []), entry]);
    }
    return Promise.resolve(found);
  }

  async *allEntries() {
    const entries = this.#entries();
    for (let at = 0; at < entries.length; at += 7) yield entries.slice(at, at + 7);
  }

  #entries() {
    const rows = [...this.database.stateRows.values()].map((row) => {
      return { bucket: row.bucket, keyHash: asHash(row.keyHash), valueHash: asHash(row.valueHash) };
    });
    return rows.sort((a, b) => a.bucket - b.bucket || (toHex(a.keyHash) < toHex(b.keyHash) ? -1 : 1));
  }

  async saveCheckpoint(checkpoint: CheckpointCertificate, treeRoot: Hash | null): Promise<void> {
    const { height, blockHash, stateRoot } = checkpoint;
    const row = { height, blockHash: blockHash.slice(), stateRoot: stateRoot.slice(), encoded: encodeCheckpoint(checkpoint) };
    await this.#commit(() => {
      this.database.checkpointRows.set(height, row);
      this.database.treeRoots.set(height, treeRoot);
    });
  }

  async latestCertified(): Promise<CertifiedState | null> {
    const checkpoint = await this.latestCheckpoint();
    if (checkpoint === null) return null;
    return { checkpoint, treeRoot: this.database.treeRoots.get(checkpoint.height) ?? null };
  }

  checkpointAtOrAbove(height: Height): Promise<CheckpointCertificate | null> {
    const heights = [...this.database.checkpointRows.keys()].filter((one) => one >= height);
    return Promise.resolve(this.#checkpoint(heights.length === 0 ? -1 : Math.min(...heights)));
  }

  latestCheckpoint(): Promise<CheckpointCertificate | null> {
    return Promise.resolve(this.#checkpoint(Math.max(-1, ...this.database.checkpointRows.keys())));
  }

  async saveEvidence(evidence: NewEvidence, perValidator: number): Promise<void> {
    await this.#commit(() => {
      const { evidenceRows: rows } = this.database;
      const ofOne = rows.filter(({ epoch, validator }) => epoch === evidence.epoch && validator === evidence.validator);
      const known = ofOne.some(({ kind, slot }) => kind === evidence.kind && slot === evidence.slot);
      if (known || ofOne.length >= perValidator) return;
      rows.push({ ...evidence, number: rows.length + 1, recordedAtMs: this.world.nowMs });
    });
  }

  evidenceAfter(number: number, limit: number): Promise<readonly StoredEvidence[]> {
    return Promise.resolve(this.database.evidenceRows.filter((row) => row.number > number).slice(0, limit));
  }

  epochs(): Promise<readonly StoredEpoch[]> {
    const rows = this.database.epochRows.map(({ encoded, startHeight }, index, all) => {
      const following = all[index + 1];
      const views = following === undefined ? null : must(decodeViews(following.previousViews));
      return { config: must(decodeConfig(encoded)), startHeight: startHeight as Height, views };
    });
    return Promise.resolve(rows);
  }

  epochViews(from: Height, to: Height): Promise<readonly StoredView[]> {
    return Promise.resolve(viewsOfHeaders(this.#rows(from, to).map((row) => must(decodeBlock(row.encoded)).header)));
  }

  #checkpoint(height: number): CheckpointCertificate | null {
    const row = this.database.checkpointRows.get(height);
    return row === undefined ? null : must(decodeCheckpoint(row.encoded));
  }
}

const unavailable = (): Error =>
  Object.assign(new Error('STORE_UNAVAILABLE: connect ECONNREFUSED'), { code: 'STORE_UNAVAILABLE' });

function must<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(`stored row does not decode: ${result.code} ${result.detail}`);
  return result.value;
}
