import { asHash, toHex } from '@lading/kernel';
import type { Hash, Sha256, VerifySignature } from '@lading/kernel';
import { decodeBatch } from '@lading/ledger';
import type { Batch, BatchRef, EpochConfig } from '@lading/ledger';
import { BoundedMap } from '../boundedMap.js';
import { ENGINE_LIMITS } from '../limits.js';
import { CHANNEL } from '../ports.js';
import type { LedgerStore, PeerTransport } from '../ports.js';
import type { BatchPool } from './batchPool.js';
import type { PayloadFetcher } from './payloadFetcher.js';
import type { VerifiedTransactions } from './verifiedTransactions.js';

export interface BatchExchangeParts {
  readonly config: EpochConfig;
  readonly verify: VerifySignature;
  readonly sha256: Sha256;
  readonly pool: BatchPool;
  readonly fetcher: PayloadFetcher;
  readonly verified: VerifiedTransactions;
  readonly store: Pick<LedgerStore, 'batchesByHash'>;
  readonly transport: PeerTransport;
  /** The batch is statically valid and on disk. */
  readonly onStored: (batch: Batch) => void;
  readonly onInvalid: (peer: number, code: string) => void;
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
  readonly #seen = new BoundedMap<string, Hash>(ENGINE_LIMITS.verifiedFrames);
  readonly #serving = new Set<number>();
  #stopped = false;

  constructor(private readonly parts: BatchExchangeParts) {}

  stop(): void {
    this.#stopped = true;
  }

  /** A frame of CHANNEL.batch or CHANNEL.batches: one encoded batch. */
  receive(peer: number, bytes: Uint8Array): void {
    const { pool, verified, config, verify, sha256, fetcher, onInvalid } = this.parts;
    const frameHash = toHex(sha256(bytes));
    const seen = this.#seen.get(frameHash);
    if (seen !== undefined && pool.has(seen)) return;
    const context = {
      config,
      alreadyVerified: (hash: Hash) => verified.has(hash),
      onVerified: (hash: Hash) => verified.add(hash)
    };
    const decoded = decodeBatch(bytes, context, verify, sha256);
    if (!decoded.ok) return onInvalid(peer, decoded.code);
    const batch = decoded.value;
    this.#seen.set(frameHash, batch.batchHash);
    const wanted = fetcher.wants(batch.batchHash);
    // A lane that outruns the blocks is not kept in memory for its author: what a block orders is fetched.
    if (!wanted && pool.laneBytes(batch.header.lane) > ENGINE_LIMITS.foreignLaneBytes) return;
    this.#store(batch);
  }

  #store(batch: Batch): void {
    const { pool, fetcher, onStored, onFatal } = this.parts;
    pool.store(batch).then(
      () => {
        fetcher.have(batch.batchHash);
        if (!this.#stopped) onStored(batch);
      },
      (error: unknown) => onFatal(error instanceof Error ? error : new Error(String(error)))
    );
  }

  /** A frame of CHANNEL.fetchBatches: hashes, 32 bytes each. One request of a peer is served at a time. */
  serve(peer: number, bytes: Uint8Array): void {
    const count = bytes.length / 32;
    if (!Number.isInteger(count) || count < 1 || count > ENGINE_LIMITS.fetchHashes) {
      return this.parts.onInvalid(peer, 'FETCH_MALFORMED');
    }
    if (this.#serving.has(peer)) return;
    const hashes: Hash[] = [];
    for (let i = 0; i < count; i++) hashes.push(asHash(bytes.slice(32 * i, 32 * i + 32)));
    const stored = hashes.filter((hash) => !this.#sendKnown(peer, hash));
    if (stored.length === 0) return;
    this.#serving.add(peer);
    this.parts.store.batchesByHash(stored).then(
      (found) => {
        this.#serving.delete(peer);
        for (const encoded of found.values()) {
          if (!this.parts.transport.send(peer, CHANNEL.batches, encoded)) break;
        }
      },
      (error: unknown) => {
        this.#serving.delete(peer);
        if (!this.#stopped) this.parts.onReadFailure(error);
      }
    );
  }

  #sendKnown(peer: number, hash: Hash): boolean {
    const batch = this.parts.pool.get(hash);
    if (batch === undefined) return false;
    this.parts.transport.send(peer, CHANNEL.batches, batch.encoded);
    return true;
  }

  /** Batches that the core knows a peer to lack. */
  push(peer: number, refs: readonly BatchRef[]): void {
    for (const { batchHash } of refs) {
      const batch = this.parts.pool.get(batchHash);
      if (batch !== undefined && !this.parts.transport.send(peer, CHANNEL.batch, batch.encoded)) return;
    }
  }
}
