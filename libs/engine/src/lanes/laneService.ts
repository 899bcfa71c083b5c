import type { Batch, BatchRef, EpochConfig } from '@lading/ledger';
import type { Hash } from '@lading/kernel';
import { ENGINE_LIMITS } from '../limits.js';
import { Mempool } from '../mempool.js';
import { CHANNEL } from '../ports.js';
import type { Clock, Crypto, LedgerStore, PeerTransport, RecordLog } from '../ports.js';
import { BatchExchange } from './batchExchange.js';
import { BatchPool } from './batchPool.js';
import { LaneAuthor } from './laneAuthor.js';
import type { LanePosition } from './laneMark.js';
import { PayloadFetcher } from './payloadFetcher.js';
import { VerifiedTransactions } from './verifiedTransactions.js';

export interface LaneServiceParts {
  readonly config: EpochConfig;
  readonly self: number;
  readonly store: Pick<LedgerStore, 'batchesByHash'>;
  readonly batchLog: RecordLog;
  readonly transport: PeerTransport;
  readonly clock: Clock;
  readonly crypto: Crypto;
  /** A batch of any lane is valid and on disk. */
  readonly onStored: (batch: Batch) => void;
  readonly onInvalid: (peer: number, code: string) => void;
  readonly maySign: () => boolean;
  readonly onFatal: (error: Error) => void;
  readonly onReadFailure: (error: unknown) => void;
}

/** What the batch log and the chain say about the lanes at start. */
export interface RestoredLanes {
  readonly batches: readonly Batch[];
  readonly ownLane: LanePosition;
}

/** Everything about payload: the own lane, the peers' lanes, what waits for a batch and what waits for a block. */
export class LaneService {
  readonly mempool = new Mempool();
  readonly verified: VerifiedTransactions;
  readonly exchange: BatchExchange;
  readonly #pool: BatchPool;
  readonly #fetcher: PayloadFetcher;
  readonly #author: LaneAuthor;
  #ahead: { readonly ref: BatchRef; readonly peer: number }[] = [];

  constructor(
    private readonly parts: LaneServiceParts,
    restored: RestoredLanes
  ) {
    const { config, self, store, transport, clock, crypto, onInvalid, maySign, onFatal, onReadFailure } = parts;
    const { sha256, verify } = crypto;
    const { mempool } = this;
    const sign = (message: Uint8Array): Uint8Array => crypto.sign(message);
    this.verified = new VerifiedTransactions(sha256, verify);
    const pool = new BatchPool(parts.batchLog);
    pool.restore(restored.batches);
    for (const batch of restored.batches) if (batch.header.lane === self) mempool.restoreBatched(batch.transactions);
    const fetcher = new PayloadFetcher(transport, clock);
    const { verified } = this;
    const onStored = (batch: Batch): void => this.#stored(batch);
    const shared = { config, sha256, pool, onFatal, onReadFailure };
    this.exchange = new BatchExchange({ ...shared, verify, fetcher, verified, store, transport, onStored, onInvalid });
    const place = { chainId: config.chainId, epoch: config.epoch, lane: self };
    const onBatch = (batch: Batch): void => this.#publish(batch);
    const author = { ...place, clock, mempool, pool, sha256, sign, maySign, onBatch, onFatal };
    this.#author = new LaneAuthor(author, restored.ownLane);
    this.#pool = pool;
    this.#fetcher = fetcher;
  }

  batch(hash: Hash): Batch | undefined {
    return this.#pool.get(hash);
  }

  /** Transactions were added to the mempool. */
  offer(): void {
    this.#author.offer();
  }

  fetch(refs: readonly BatchRef[], peers: readonly number[]): void {
    // What is stored by now was stored while the request was on its way: the core hears of it again.
    for (const { batchHash } of refs) {
      const stored = this.#pool.get(batchHash);
      if (stored !== undefined) this.parts.onStored(stored);
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
    this.parts.onStored(batch);
  }

  /** The batches are in executed, durable blocks. */
  executed(batches: readonly Batch[]): void {
    for (const { transactions } of batches) this.mempool.ordered(transactions);
    const refs = batches.map(({ header, batchHash }) => ({ lane: header.lane, seq: header.seq, batchHash }));
    for (const { lane, seq, batchHash } of refs) if (lane === this.parts.self) this.#author.ordered(seq, batchHash);
    for (const { header, transactions } of this.#pool.executed(refs)) {
      if (header.lane === this.parts.self) this.mempool.release(transactions);
    }
    for (const { batchHash } of batches) this.#fetcher.have(batchHash);
    this.#pool.compact(() => this.#author.position).catch((error: unknown) => {
      this.parts.onFatal(error instanceof Error ? error : new Error(String(error)));
    });
    this.#author.offer();
  }

  stop(): void {
    this.#author.stop();
    this.exchange.stop();
    this.#fetcher.stop();
  }

  #publish(batch: Batch): void {
    const { config, self, transport } = this.parts;
    for (let peer = 0; peer < config.organizations.length; peer++) {
      if (peer !== self) transport.send(peer, CHANNEL.batch, batch.encoded);
    }
    this.parts.onStored(batch);
  }
}
