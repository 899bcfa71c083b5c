/**
 * A map that forgets its least recently written entries when their weights add up to more than `capacity`.
 * Without `weigh` every entry weighs 1.
 */
export class BoundedMap<K, V> {
  readonly #entries = new Map<K, V>();
  #oldest = this.#entries.keys();
  #weight = 0;

  constructor(
    readonly capacity: number,
    private readonly weigh: (value: V) => number = () => 1
  ) {}

  get size(): number {
    return this.#entries.size;
  }

  has(key: K): boolean {
    return this.#entries.has(key);
  }

  get(key: K): V | undefined {
    return this.#entries.get(key);
  }

  set(key: K, value: V): void {
    this.delete(key);
    this.#entries.set(key, value);
    this.#weight += this.weigh(value);
    while (this.#weight > this.capacity) this.#forgetOldest();
  }

  /**
   * One iterator for good: everything before it has been deleted. A new one would begin by passing over all places that
   * deleted entries have left at the front, thousands at each call.
   */
  #forgetOldest(): void {
    let oldest = this.#oldest.next();
    if (oldest.done === true) {
      this.#oldest = this.#entries.keys();
      oldest = this.#oldest.next();
    }
    if (oldest.done !== true) this.delete(oldest.value);
  }

  delete(key: K): void {
    const value = this.#entries.get(key);
    if (value === undefined) return;
    this.#entries.delete(key);
    this.#weight -= this.weigh(value);
  }
}
