/**
 * When transactions are to be sent. With a rate: the n-th at n / rate seconds, whether answers come or not (an open loop), and
 * latency is counted from then: a server that stalls is charged for everything that would have come in meanwhile. Without:
 * as many as are answered, `inFlight` on their way.
 */
export class Pacer {
  #count = 0;

  constructor(
    private readonly startMs: number,
    private readonly rate: number | null,
    private readonly inFlight: number
  ) {}

  get count(): number {
    return this.#count;
  }

  /** Intended times of what is due now, `underWay` being without an answer. */
  due(nowMs: number, underWay: number): number[] {
    const times: number[] = [];
    if (this.rate === null) {
      for (let i = underWay; i < this.inFlight; i++) times.push(nowMs);
    } else {
      for (let n = this.#count; this.startMs + (n * 1000) / this.rate <= nowMs; n++) times.push(this.startMs + (n * 1000) / this.rate);
    }
    this.#count += times.length;
    return times;
  }
}
