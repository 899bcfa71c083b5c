/**
 * What the pre-hash strings of one document may cost, in characters: short names stand for long namespaces and one name
 * for a whole list of values, so a small document can ask for strings that no machine can hold (spec/provenance.md 4.3).
 */
export const HASH_WORK = 12 << 20;

/** Each value costs this much beside its characters: it is named, written and sorted. */
const VALUE_COST = 24;

/** Counts down; from the moment that it is exhausted nothing more is written, and the document is refused. */
export class HashWork {
  #left: number;

  constructor(limit: number = HASH_WORK) {
    this.#left = limit;
  }

  get exhausted(): boolean {
    return this.#left < 0;
  }

  /** Whether there was enough to pay for a text of so many characters. */
  pay(characters: number): boolean {
    if (this.exhausted) return false;
    this.#left -= characters + VALUE_COST;
    return !this.exhausted;
  }
}
