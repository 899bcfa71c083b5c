import type { Batch, BatchRef, EpochConfig, Transaction } from '@lading/ledger';
import { ZERO_HASH } from '@lading/kernel';
import type { Hash } from '@lading/kernel';
import type { StoredBatch } from '@lading/consensus';
import type { EpochPeers } from '../driver/epochPeers.js';
import { ENGINE_LIMITS } from '../limits.js';
import { Mempool } from '../mempool.js';
import { CHANNEL } from '../ports.js';
import type { Clock, Crypto, LedgerStore, RecordLog } from '../ports.js';
import { BatchExchange } from './batchExchange.js';
import { BatchPool } from './batchPool.js';
import { LaneAuthor } from './laneAuthor.js';
import type { LaneMark, LanePosition } from './laneMark.js';
import { PayloadFetcher } from './payloadFetcher.js';
import { storedBatchOf } from './storedBatch.js';
import { VerifiedTransactions } from './verifiedTransactions.js';

export interface LaneServiceParts {
  readonly store: Pick<LedgerStore, 'batchesByHash'>;
  readonly batchLog: RecordLog;
  readonly peers: EpochPeers;
  readonly clock: Clock;
  readonly crypto: Crypto;
  /** A batch of any lane is valid and on disk. */
  readonly onStored: (stored: StoredBatch, batch: Batch) => void;
  readonly onInvalid: (peer: number, code: string) => void;
  readonly onLaneFault: (lane: number, detail: string) => void;
  readonly maySign: () => boolean;
  readonly onFatal: (error: Error) => void;
  readonly onReadFailure: (error: unknown) => void;
}

/** What the batch log and the chain say about the lanes at start. */
export interface RestoredLanes {
  readonly batches: readonly Batch[];
  readonly ownLane: LanePosition;
}

/** Where this node is: the epoch, and its lane in it, null for an observer. */
interface Place {
  readonly config: EpochConfig;
  readonly self: number | null;
}

const FIRST: LanePosition = { seq: 0, lastHash: ZERO_HASH };

/** Everything about payload: the own lane, the peers' lanes, what waits for a batch and what waits for a block. */
export class LaneService {
  readonly mempool = new Mempool();
  readonly verified: VerifiedTransactions;
  readonly exchange: BatchExchange;
  readonly #pool: BatchPool;
  readonly #fetcher: PayloadFetcher;
  #author: LaneAuthor | null;
  #ahead: { readonly ref: BatchRef; readonly peer: number }[] = [];

  constructor(
    private readonly parts: LaneServiceParts,
    private place: Place,
    restored: RestoredLanes
  ) {
    const { crypto, onInvalid, onLaneFault, onFatal, onReadFailure, store, peers } = parts;
    const { sha256, verify } = crypto;
    const { config, self } = place;
    this.verified = new VerifiedTransactions(sha256, verify);
    const pool = new BatchPool(parts.batchLog, config.epoch);
    pool.restore(restored.batches);
    for (const batch of restored.batches) {
      if (batch.header.lane === self) this.mempool.restoreBatched(batch.transactions);
    }
    const fetcher = new PayloadFetcher(peers, parts.clock);
    const { verified } = this;
    const onStored = (batch: Batch): void => this.#stored(batch);
    const tools = { sha256, verify, pool, fetcher, verified, store, peers };
    this.exchange = new BatchExchange({ ...tools, onStored, onInvalid, onLaneFault, onFatal, onReadFailure }, config);
    this.#pool = pool;
    this.#fetcher = fetcher;
    this.#author = this.#newAuthor(restored.ownLane);
  }

  batch(hash: Hash): Batch | undefined {
    return this.#pool.get(hash);
  }

  /** Transactions were added to the mempool. */
  offer(): void {
    this.#author?.offer();
  }

  /**
   * The core is in another epoch. All lanes begin anew; transactions in own batches that were not ordered wait for new
   * ones, without those that `keep` refuses.
   */
  enter(config: EpochConfig, self: number | null, keep: (transaction: Transaction) => boolean): void {
    this.#author?.stop();
    this.place = { config, self };
    this.#ahead = [];
    this.#fetcher.clear();
    this.exchange.enter(config);
    this.#author = this.#newAuthor(FIRST);
    this.mempool.begin(keep);
    this.#pool.enter(config.epoch, () => this.#mark()).catch((error: unknown) => this.#fatal(error));
    this.offer();
  }

  fetch(refs: readonly BatchRef[], peers: readonly number[]): void {
    // What is stored by now was stored while the request was on its way: the core hears of it again.
    for (const { batchHash } of refs) {
      const stored = this.#pool.get(batchHash);
      if (stored !== undefined) this.#tell(stored);
    }
    this.#fetcher.fetch(refs.filter((ref) => !this.#pool.has(ref.batchHash)), peers);
  }

  /**
   * Batches of committed blocks that a peer has sent: the core asks for them block by block as it needs them, which
   * would cost a round trip each. Taken from that peer a bounded number at a time.
   */
  prefetch(refs: readonly BatchRef[], peer: number): void {
    this.#ahead = refs.filter((ref) => !this.#pool.has(ref.batchHash)).map((ref) => ({ ref, peer }));
    this.#fetchAhead();
  }

  #fetchAhead(): void {
    while (this.#ahead.length > 0 && this.#fetcher.count < ENGINE_LIMITS.fetchHashes) {
      const room = ENGINE_LIMITS.fetchHashes - this.#fetcher.count;
      const next = this.#ahead.splice(0, room).filter(({ ref }) => !this.#pool.has(ref.batchHash));
      const peer = next[0]?.peer;
      if (peer !== undefined) this.#fetcher.fetch(next.map(({ ref }) => ref), [peer]);
    }
  }

  #stored(batch: Batch): void {
    this.#fetchAhead();
    this.#tell(batch);
  }

  #tell(batch: Batch): void {
    const { sha256, verify } = this.parts.crypto;
    if (batch.header.epoch !== this.place.config.epoch) return;
    this.parts.onStored(storedBatchOf(batch, { config: this.place.config, verify, sha256 }), batch);
  }

  /** The batches are in executed, durable blocks. */
  executed(batches: readonly Batch[]): void {
    const { self } = this.place;
    for (const { transactions } of batches) this.mempool.ordered(transactions);
    const refs = batches.map(({ header, batchHash }) => ({ lane: header.lane, seq: header.seq, batchHash }));
    for (const { lane, seq, batchHash } of refs) if (lane === self) this.#author?.ordered(seq, batchHash);
    for (const { header, transactions } of this.#pool.executed(refs)) {
      if (header.lane === self) this.mempool.release(transactions);
    }
    for (const { batchHash } of batches) this.#fetcher.have(batchHash);
    this.#pool.compact(() => this.#mark()).catch((error: unknown) => this.#fatal(error));
    this.offer();
  }

  stop(): void {
    this.#author?.stop();
    this.exchange.stop();
    this.#fetcher.stop();
  }

  #fatal(error: unknown): void {
    this.parts.onFatal(error instanceof Error ? error : new Error(String(error)));
  }

  #mark(): LaneMark {
    return { epoch: this.place.config.epoch, ...(this.#author?.position ?? FIRST) };
  }

  #newAuthor(next: LanePosition): LaneAuthor | null {
    const { config, self } = this.place;
    if (self === null) return null;
    const { clock, crypto, maySign, onFatal } = this.parts;
    const { sha256 } = crypto;
    const sign = (message: Uint8Array): Uint8Array => crypto.sign(message);
    const place = { chainId: config.chainId, epoch: config.epoch, lane: self };
    const onBatch = (batch: Batch): void => this.#publish(batch);
    const tools = { clock, mempool: this.mempool, pool: this.#pool, sha256 };
    return new LaneAuthor({ ...place, ...tools, sign, maySign, onBatch, onFatal }, next);
  }

  #publish(batch: Batch): void {
    const { config, self } = this.place;
    for (let peer = 0; peer < config.organizations.length; peer++) {
      if (peer !== self) this.parts.peers.send(peer, CHANNEL.batch, batch.encoded);
    }
    this.#tell(batch);
  }
}
