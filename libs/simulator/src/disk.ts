import type { Dice } from './dice.js';

/**
 * An append-only file: what was synced survives a crash; of what was not, a random number of bytes does, so that the
 * last record may be torn. Reading cuts the torn tail off, as the real log does by its checksums.
 */
export class SimulatedLog<T> {
  #durable: { readonly record: T; readonly bytes: Uint8Array }[] = [];
  #pending: { readonly record: T; readonly bytes: Uint8Array }[] = [];

  append(record: T, bytes: Uint8Array): void {
    this.#pending.push({ record, bytes });
  }

  get unsyncedRecords(): number {
    return this.#pending.length;
  }

  /** The records that this sync made durable. */
  sync(): readonly T[] {
    const synced = this.#pending;
    this.#durable.push(...synced);
    this.#pending = [];
    return synced.map(({ record }) => record);
  }

  /** Number of records lost. */
  crash(dice: Dice, ...keys: readonly (number | string)[]): number {
    const size = this.#pending.reduce((sum, { bytes }) => sum + bytes.length, 0);
    let kept = dice.between(0, size, 'torn', ...keys);
    let lost = 0;
    for (const entry of this.#pending) {
      kept -= entry.bytes.length;
      if (kept >= 0 && lost === 0) this.#durable.push(entry);
      else lost++;
    }
    this.#pending = [];
    return lost;
  }

  /** Bytes of all intact records, in order. */
  read(): readonly Uint8Array[] {
    return this.#durable.map(({ bytes }) => bytes);
  }

  /** Keeps only the records that `keep` wants: compaction, which the real log does by an atomic rewrite. */
  compact(keep: (record: T, index: number) => boolean): void {
    this.#durable = this.#durable.filter(({ record }, index) => keep(record, index));
  }

  clear(): void {
    this.#durable = [];
    this.#pending = [];
  }

  records(): readonly T[] {
    return this.#durable.map(({ record }) => record);
  }
}
