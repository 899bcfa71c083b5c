import type { Dice, Key } from './dice.js';

/**
 * Takes the decisions against the network and remembers those it took, each under a name made of what it is about and
 * never of what came before it. A schedule is the list of these names: replayed with a part of the list, the rest of
 * the run stays what it was, and so a failing schedule can be made small.
 */
export class Nemesis {
  /** In the order in which they were first taken; filled when recording. */
  readonly taken = new Set<string>();
  readonly #dice: Dice;
  readonly #only: ReadonlySet<string> | null;
  readonly #recording: boolean;

  constructor(dice: Dice, options: { readonly only?: readonly string[]; readonly recording?: boolean } = {}) {
    this.#dice = dice;
    this.#only = options.only === undefined ? null : new Set(options.only);
    this.#recording = options.recording ?? false;
  }

  /** A decision of chance. The name is only made where it is needed: most frames have an uneventful journey. */
  chance(probability: number, what: string, ...keys: readonly Key[]): boolean {
    if (!this.#dice.chance(probability, what, ...keys)) return false;
    return this.#only === null && !this.#recording ? true : this.allows(`${what} ${keys.join(' ')}`);
  }

  /** A decision that the plan has made already: whether it stands in this replay. */
  allows(name: string): boolean {
    if (this.#only !== null && !this.#only.has(name)) return false;
    if (this.#recording) this.taken.add(name);
    return true;
  }
}
