import { epochLeaders } from '@lading/consensus';
import { equalBytes } from '@lading/kernel';
import type { Hash, Height, Sha256 } from '@lading/kernel';
import { configHash } from '@lading/ledger';
import type { EpochConfig } from '@lading/ledger';
import { EngineFault } from '../fault.js';
import type { LedgerStore, StoredEpoch } from '../ports.js';
import { endedEpochHash } from './heldBase.js';
import type { HeldBase } from './heldBase.js';

/** Who the validators were, at any height of the stored chain. */
export class EpochSets {
  constructor(
    private readonly epochs: readonly StoredEpoch[],
    private readonly sha256: Sha256
  ) {}

  /** The running one. */
  get current(): StoredEpoch {
    return this.#at(this.epochs.length - 1);
  }

  /** Of all epochs so far, ascending. */
  get configs(): readonly EpochConfig[] {
    return this.epochs.map(({ config }) => config);
  }

  /** The config before the one in force; null in epoch 0. */
  get previous(): EpochConfig | null {
    return this.epochs.at(-2)?.config ?? null;
  }

  config(epoch: number): EpochConfig | null {
    return this.epochs[epoch]?.config ?? null;
  }

  /** Whether any config so far names the organization. */
  names(organization: string): boolean {
    return this.epochs.some(({ config }) => config.organizations.some(({ id }) => id === organization));
  }

  /** In force for the block after this height. */
  after(height: number): EpochConfig {
    return (this.epochs.findLast(({ startHeight }) => startHeight <= height) ?? this.#at(0)).config;
  }

  hashAfter(height: number): Hash {
    return configHash(this.after(height), this.sha256);
  }

  /** spec L2: who leads in the running epoch. */
  leaders(): readonly number[] {
    const past = this.epochs.slice(0, -1).map(({ config, views }) => ({ config, views: views ?? [] }));
    return epochLeaders(past, this.current.config);
  }

  #at(index: number): StoredEpoch {
    const found = this.epochs[index];
    if (found === undefined) throw new EngineFault('STORE_DAMAGED', `table epoch: row ${index} is missing`);
    return found;
  }
}

/** Reads all epochs and compares the newest with the header that began it; the others are compared by an audit. */
export async function restoreEpochs(store: LedgerStore, base: HeldBase | null, sha256: Sha256): Promise<EpochSets> {
  const epochs = await store.epochs();
  const wrong = epochs.findIndex(({ config }, index) => config.epoch !== index);
  if (epochs.length === 0 || wrong >= 0) {
    throw new EngineFault('STORE_DAMAGED', `table epoch: row ${Math.max(0, wrong)} is not the next epoch`);
  }
  const sets = new EpochSets(epochs, sha256);
  const { config, startHeight } = sets.current;
  if (startHeight === 0) return sets;
  if (base !== null && startHeight < base.height) {
    // Its block is not held; what the base's links led to was verified before it was stored.
    if (endedEpochHash(base, startHeight, sha256) !== null) return sets;
    throw new EngineFault('STORE_DAMAGED', `table epoch: row ${config.epoch} is not of the ledger's base`);
  }
  const [stored] = await store.blocks(startHeight as Height, startHeight as Height, 1);
  const header = stored?.block.header;
  if (header?.epochEnd !== true || !equalBytes(header.nextConfigHash, configHash(config, sha256))) {
    throw new EngineFault('STORE_DAMAGED', `table epoch: row ${config.epoch} is not what block ${startHeight} says`);
  }
  return sets;
}
