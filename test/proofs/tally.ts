import { figure } from '../e2e/figures.js';

/** How many of a kind of case were tried and how many went as they must, for `npm run show:omissions`. */
export class Tally {
  #tried = 0;
  #right = 0;

  constructor(private readonly what: string) {}

  /** Returns what it is given. */
  count<T>(result: T, isRight: boolean): T {
    this.#tried += 1;
    if (isRight) this.#right += 1;
    return result;
  }

  /** All of them, and some at least. */
  show(): void {
    figure(this.what, this.#right, `of ${this.#tried}`, { exactly: Math.max(1, this.#tried) });
  }
}
