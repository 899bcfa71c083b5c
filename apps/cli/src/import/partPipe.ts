import type { Refusal } from './refusedFile.js';
import { sendHalves, sendPart, sendWhole, type Capture } from './sendPart.js';
import type { ImportSource, ImportUnit } from './source.js';

/** Parts whose outcome is not known yet, at most: enough for the next block to be filled while one is decided. */
const IN_FLIGHT = 6;

interface Flying {
  readonly units: readonly ImportUnit[];
  /** Null: too much for one transaction. */
  readonly result: Promise<readonly Refusal[] | null>;
}

/**
 * Sends parts one behind the other: each when the one before it waits in its place in the node's lane, not when it is
 * decided. The ledger takes them in their order.
 */
export class PartPipe {
  readonly #flying: Flying[] = [];

  constructor(
    private readonly source: ImportSource,
    private readonly capture: Capture
  ) {}

  get isFull(): boolean {
    return this.#flying.length >= IN_FLIGHT;
  }

  /** Resolves when the next part may be sent. What went wrong is told by {@link next}. */
  async send(units: readonly ImportUnit[]): Promise<void> {
    await new Promise<void>((resolve) => {
      const result = sendWhole(this.source, units, this.capture, resolve);
      this.#flying.push({ units, result });
      result.then(() => resolve(), () => resolve());
    });
  }

  /** What became of the oldest part. */
  async next(): Promise<readonly Refusal[]> {
    const oldest = this.#flying.shift();
    if (oldest === undefined) throw new RangeError('nothing was sent');
    const refusals = await oldest.result;
    return refusals ?? this.#sendAgain(oldest.units);
  }

  /**
   * A part that is too much goes in halves, behind parts that were to come after it. So they are sent once more after it: what
   * they recorded before is known by its event ids, what was refused for want of this part no longer is.
   */
  async #sendAgain(units: readonly ImportUnit[]): Promise<readonly Refusal[]> {
    const later = this.#flying.splice(0);
    await Promise.allSettled(later.map(({ result }) => result));
    const refusals = await sendHalves(this.source, units, this.capture);
    let before: Promise<unknown> = Promise.resolve();
    for (const part of later) {
      const result = before.then(() => sendPart(this.source, part.units, this.capture));
      result.catch(() => undefined);
      before = result;
      this.#flying.push({ units: part.units, result });
    }
    return refusals;
  }
}
