import { encodeUtf8 } from '@lading/kernel';
import type { HashWork } from './hashWork.js';

const FIRST_UNITS = 4096;
/** A longer memory than this is not kept for the next text. */
const KEPT_UNITS = 1 << 20;
/** Calling the engine's sort costs more than putting so many in order. */
const FEW = 8;

/**
 * A pre-hash string while it is written: code units one after the other in memory that is used again. Parts are written
 * where they belong, cut off again where they turn out to be empty, and moved where their order asks for it: no text is
 * made of a part on its own, and none of the whole.
 */
export class HashText {
  #units = new Uint16Array(FIRST_UNITS);
  #bytes = new Uint8Array(FIRST_UNITS);
  #size = 0;

  /** In code units. */
  get size(): number {
    return this.#size;
  }

  clear(): void {
    this.#size = 0;
    if (this.#units.length > KEPT_UNITS) this.#units = new Uint16Array(FIRST_UNITS);
    if (this.#bytes.length > KEPT_UNITS) this.#bytes = new Uint8Array(FIRST_UNITS);
  }

  write(text: string): void {
    const size = this.#size + text.length;
    if (size > this.#units.length) this.#grow(size);
    const units = this.#units;
    let at = this.#size;
    for (let i = 0; i < text.length; i++) units[at++] = text.charCodeAt(i);
    this.#size = size;
  }

  /** Forgets what was written from there on. */
  cut(from: number): void {
    this.#size = from;
  }

  /** Pays for what was written from there on, or forgets it. */
  pay(from: number, work: HashWork): void {
    if (!work.pay(this.#size - from)) this.#size = from;
  }

  /** Puts the parts that begin at `starts`, each as far as the next one, in the order of their code units. */
  sort(starts: readonly number[]): void {
    const [first] = starts;
    if (first === undefined || this.#isAscending(starts)) return;
    const ends = starts.map((_, i) => starts[i + 1] ?? this.#size);
    const order = this.#ascending(starts, ends);
    const parts = this.#units.slice(first, this.#size);
    let at = first;
    for (const part of order) {
      const [start, end] = [starts[part] as number, ends[part] as number];
      this.#units.set(parts.subarray(start - first, end - first), at);
      at += end - start;
    }
  }

  #isAscending(starts: readonly number[]): boolean {
    for (let i = 1; i < starts.length; i++) {
      const [before, start] = [starts[i - 1] as number, starts[i] as number];
      if (this.#compare(before, start, start, starts[i + 1] ?? this.#size) > 0) return false;
    }
    return true;
  }

  #ascending(starts: readonly number[], ends: readonly number[]): number[] {
    const order = starts.map((_, i) => i);
    const compare = (a: number, b: number): number =>
      this.#compare(starts[a] as number, ends[a] as number, starts[b] as number, ends[b] as number);
    if (order.length > FEW) return order.sort(compare);
    for (let i = 1; i < order.length; i++) {
      let at = i;
      for (; at > 0 && compare(order[at - 1] as number, i) > 0; at--) order[at] = order[at - 1] as number;
      order[at] = i;
    }
    return order;
  }

  #compare(leftStart: number, leftEnd: number, rightStart: number, rightEnd: number): number {
    const units = this.#units;
    let left = leftStart;
    let right = rightStart;
    while (left < leftEnd && right < rightEnd) {
      const difference = (units[left++] as number) - (units[right++] as number);
      if (difference !== 0) return difference;
    }
    return leftEnd - left - (rightEnd - right);
  }

  /** In UTF-8, null when it holds half of a surrogate pair: only as long as nothing else is written. */
  bytes(): Uint8Array | null {
    if (this.#bytes.length < this.#size) this.#bytes = new Uint8Array(this.#units.length);
    const [units, bytes, size] = [this.#units, this.#bytes, this.#size];
    for (let i = 0; i < size; i++) {
      const unit = units[i] as number;
      if (unit > 127) return encodeUtf8(this.text());
      bytes[i] = unit;
    }
    return bytes.subarray(0, size);
  }

  text(): string {
    let out = '';
    for (let at = 0; at < this.#size; at += FIRST_UNITS) {
      out += String.fromCharCode(...this.#units.subarray(at, Math.min(this.#size, at + FIRST_UNITS)));
    }
    return out;
  }

  #grow(size: number): void {
    const larger = new Uint16Array(Math.max(size, 2 * this.#units.length));
    larger.set(this.#units.subarray(0, this.#size));
    this.#units = larger;
  }
}
