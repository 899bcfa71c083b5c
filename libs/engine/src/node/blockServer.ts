import type { Message } from '@lading/consensus';
import { LIMITS } from '@lading/kernel';
import type { Height } from '@lading/kernel';
import type { Certificate } from '@lading/ledger';
import type { LedgerStore } from '../ports.js';

/** Answers FETCH-BLOCKS from the database, one request of a peer at a time; a peer that wants more asks again. */
export class BlockServer {
  readonly #serving = new Set<number>();

  constructor(
    private readonly store: Pick<LedgerStore, 'blocks' | 'latestCheckpoint'>,
    private readonly send: (to: number, message: Message) => void,
    private readonly onReadFailure: (error: unknown) => void,
    /** Blocks below are not held here: the peer asks another one. */
    private readonly base: () => number
  ) {}

  /** `own`: the certificate of the first block itself, where the database has it with a descendant's (spec S3). */
  serve(to: number, from: number, until: number, own: Certificate | null = null): void {
    if (this.#serving.has(to) || from > until || from < this.base()) return;
    this.#serving.add(to);
    this.#answer(to, from, until, own).then(
      () => this.#serving.delete(to),
      (error: unknown) => {
        this.#serving.delete(to);
        this.onReadFailure(error);
      }
    );
  }

  async #answer(to: number, from: number, until: number, own: Certificate | null): Promise<void> {
    const last = Math.min(until, from + LIMITS.syncBlocks - 1);
    const blocks = await this.store.blocks(from as Height, last as Height, LIMITS.syncBytes);
    const end = blocks.findIndex(({ block }) => block.header.epochEnd);
    const served = end < 0 ? blocks : blocks.slice(0, end + 1);
    const latest = await this.store.latestCheckpoint();
    // The peer is in the epoch of these blocks: it cannot verify what other validators have signed.
    const checkpoint = latest !== null && latest.epoch === served[0]?.block.header.epoch ? latest : null;
    if (served.length === 0) return;
    const proven = served.map(({ block, proof }, index) => {
      return { block, proof: index === 0 && own !== null ? { certificate: own, descendants: [] } : proof };
    });
    this.send(to, { type: 'BLOCKS', blocks: proven, checkpoint });
  }
}
