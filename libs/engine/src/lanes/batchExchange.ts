import { asHash, toHex } from '@lading/kernel';
import type { Hash, Rejection, Sha256, VerifySignature } from '@lading/kernel';
import { decodeBatch } from '@lading/ledger';
import type { Batch, BatchFault, BatchRef, EpochConfig } from '@lading/ledger';
import { BoundedMap } from '../boundedMap.js';
import { ENGINE_LIMITS } from '../limits.js';
import { CHANNEL } from '../ports.js';
import type { LedgerStore } from '../ports.js';
import type { EpochPeers } from '../driver/epochPeers.js';
import type { BatchPool } from './batchPool.js';
import type { PayloadFetcher } from './payloadFetcher.js';
import { peekBatchHeader } from './storedBatch.js';
import type { VerifiedTransactions } from './verifiedTransactions.js';

export interface BatchExchangeParts {
  readonly verify: VerifySignature;
  readonly sha256: Sha256;
  readonly pool: BatchPool;
  readonly fetcher: PayloadFetcher;
  readonly verified: VerifiedTransactions;
  readonly store: Pick<LedgerStore, 'batchesByHash'>;
  readonly peers: EpochPeers;
  /** The batch is statically valid and on disk. */
  readonly onStored: (batch: Batch) => void;
  readonly onInvalid: (peer: number, code: string) => void;
  /** A batch that its author has signed and that is statically invalid. */
  readonly onLaneFault: (lane: number, detail: string) => void;
  readonly onFatal: (error: Error) => void;
  /** What a peer asked for could not be read. */
  readonly onReadFailure: (error: unknown) => void;
}

/**
 * Batches between peers: takes those that arrive, checks them once (static validity only: ledger.md §3), stores them
 * before anybody hears of them, and serves those that peers ask for.
 */
export class BatchExchange {
  /** Frames that turned out valid: a repeated one costs one hash. */
  readonly #seen = new BoundedMap<string, Hash>(ENGINE_LIMITS.seenBatches);
  readonly #serving = new Set<number>();
  #stopped = false;

  constructor(
    private readonly parts: BatchExchangeParts,
    private config: EpochConfig
  ) {}

  /** The core is in another epoch: only its batches count. */
  enter(config: EpochConfig): void {
    this.config = config;
  }

  stop(): void {
    this.#stopped = true;
  }

  /** A frame of CHANNEL.batch or CHANNEL.batches: one encoded batch. False when nothing of it was of use. */
  receive(peer: number, bytes: Uint8Array): boolean {
    const { pool, verified, verify, sha256, fetcher } = this.parts;
    const frameHash = toHex(sha256(bytes));
    const seen = this.#seen.get(frameHash);
    if (seen !== undefined && pool.has(seen)) return true;
    const context = {
      config: this.config,
      alreadyVerified: (leaf: Hash) => verified.has(leaf),
      onVerified: (leaf: Hash) => verified.add(leaf)
    };
    const decoded = decodeBatch(bytes, context, verify, sha256);
    if (!decoded.ok) return this.#refuse(peer, bytes, decoded);
    const batch = decoded.value;
    this.#seen.set(frameHash, batch.batchHash);
    const wanted = fetcher.wants(batch.batchHash);
    // A lane that outruns the blocks is not kept in memory for its author: what a block orders is fetched.
    if (!wanted && pool.laneBytes(batch.header.lane) > ENGINE_LIMITS.foreignLaneBytes) return false;
    this.#store(batch);
    return true;
  }

  #refuse(peer: number, bytes: Uint8Array, { code, detail }: Rejection<BatchFault>): false {
    const header = peekBatchHeader(bytes);
    // Of another epoch: its author, or this node, is not there yet. What is missing then is sent again.
    if (header !== null && header.epoch !== this.config.epoch) return false;
    // Its header's signature has been checked before its transactions: the author has signed something invalid.
    if (header !== null && code === 'BATCH_TRANSACTION') this.parts.onLaneFault(header.lane, detail);
    this.parts.onInvalid(peer, code);
    return false;
  }

  #store(batch: Batch): void {
    const { pool, fetcher, onStored, onFatal } = this.parts;
    pool.store(batch).then(
      () => {
        fetcher.have(batch.batchHash);
        if (!this.#stopped && batch.header.epoch === this.config.epoch) onStored(batch);
      },
      (error: unknown) => onFatal(error instanceof Error ? error : new Error(String(error)))
    );
  }

  /** A frame of CHANNEL.fetchBatches: hashes, 32 bytes each. One request of a peer is served at a time. */
  serve(peer: number, bytes: Uint8Array): boolean {
    const count = bytes.length / 32;
    if (!Number.isInteger(count) || count < 1 || count > ENGINE_LIMITS.fetchHashes) {
      this.parts.onInvalid(peer, 'FETCH_MALFORMED');
      return false;
    }
    if (this.#serving.has(peer)) return true;
    const hashes: Hash[] = [];
    for (let i = 0; i < count; i++) hashes.push(asHash(bytes.slice(32 * i, 32 * i + 32)));
    const stored = hashes.filter((hash) => !this.#sendKnown(peer, hash));
    if (stored.length === 0) return true;
    this.#serving.add(peer);
    this.parts.store.batchesByHash(stored).then(
      (found) => {
        this.#serving.delete(peer);
        for (const encoded of found.values()) {
          if (!this.parts.peers.send(peer, CHANNEL.batches, encoded)) break;
        }
      },
      (error: unknown) => {
        this.#serving.delete(peer);
        if (!this.#stopped) this.parts.onReadFailure(error);
      }
    );
    return true;
  }

  #sendKnown(peer: number, hash: Hash): boolean {
    const encoded = this.parts.pool.encoded(hash);
    if (encoded === undefined) return false;
    this.parts.peers.send(peer, CHANNEL.batches, encoded);
    return true;
  }

  /** Batches that the core knows a peer to lack. */
  push(peer: number, refs: readonly BatchRef[]): void {
    for (const { batchHash } of refs) {
      const encoded = this.parts.pool.encoded(batchHash);
      if (encoded !== undefined && !this.parts.peers.send(peer, CHANNEL.batch, encoded)) return;
    }
  }
}
