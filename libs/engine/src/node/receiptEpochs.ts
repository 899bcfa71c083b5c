import { buildEpochLink } from '@lading/ledger';
import type { EpochLink } from '@lading/ledger';
import { EngineFault } from '../fault.js';
import type { LedgerStore } from '../ports.js';

/**
 * The chain of epochs that receipts carry (spec/proofs.md §3), read from the store once and kept: a link never changes,
 * and each is a few hundred bytes.
 */
export class ReceiptEpochs {
  readonly #links: EpochLink[];

  /** `known`: links whose blocks the store may not hold. */
  constructor(
    private readonly store: Pick<LedgerStore, 'blocks' | 'epochs'>,
    known: readonly EpochLink[]
  ) {
    this.#links = [...known];
  }

  /** Links from epoch 0 to `epoch`. */
  async upTo(epoch: number): Promise<readonly EpochLink[]> {
    if (this.#links.length < epoch) await this.#read(epoch);
    return this.#links.slice(0, epoch);
  }

  async #read(epoch: number): Promise<void> {
    const epochs = await this.store.epochs();
    for (let index = this.#links.length; index < epoch; index++) {
      const [present, next] = [epochs[index], epochs[index + 1]];
      const height = next?.startHeight;
      const stored = height === undefined ? undefined : (await this.store.blocks(height, height, 1))[0];
      if (present === undefined || next === undefined || stored === undefined) {
        throw new EngineFault('STORE_DAMAGED', `table epoch: the row of epoch ${index + 1} or its block is missing`);
      }
      // Another receipt may have read the same link meanwhile.
      this.#links[index] ??= buildEpochLink(stored.block.header, stored.proof, present.config, next.config);
    }
  }
}
