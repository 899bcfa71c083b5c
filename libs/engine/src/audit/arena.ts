import { assert } from '@lading/kernel';

/** Places are counted in units, so that 32 bits name 64 GiB. */
export const UNIT_BYTES = 16;
const PAGE_BITS = 18;
/** 4 MiB; what is larger gets as many pages as it needs in one piece of memory. */
const PAGE_UNITS = 2 ** PAGE_BITS;
/** Places of up to so many units are as large as asked for; larger ones by eighths of a power of two. */
const EXACT_UNITS = 64;

export interface Page {
  readonly bytes: Uint8Array;
  /** The same memory. */
  readonly words: Uint32Array;
}

/**
 * Places for records of any size in flat memory: a place that is given back is used again for a record of its size. Place 0
 * is never given away, so it can stand for none.
 */
export class Arena {
  readonly #pages: Page[] = [];
  readonly #free = new Map<number, number[]>();
  /** The next unit of the page that is being filled, and where that page ends. */
  #next = 1;
  #end = PAGE_UNITS;

  constructor() {
    this.#addPages(1);
  }

  /** Bytes of memory, with what is free in it. */
  get bytes(): number {
    return this.#pages.length * PAGE_UNITS * UNIT_BYTES;
  }

  /** Units that a place for so many bytes has. */
  static unitsFor(bytes: number): number {
    const units = Math.ceil(bytes / UNIT_BYTES);
    if (units <= EXACT_UNITS) return units;
    const step = 2 ** (Math.floor(Math.log2(units)) - 3);
    return Math.ceil(units / step) * step;
  }

  take(units: number): number {
    const reused = this.#free.get(units)?.pop();
    if (reused !== undefined) return reused;
    if (units > PAGE_UNITS) return this.#addPages(Math.ceil(units / PAGE_UNITS));
    if (this.#next + units > this.#end) {
      this.#next = this.#addPages(1);
      this.#end = this.#next + PAGE_UNITS;
    }
    const place = this.#next;
    this.#next += units;
    return place;
  }

  give(place: number, units: number): void {
    const places = this.#free.get(units);
    if (places === undefined) this.#free.set(units, [place]);
    else places.push(place);
  }

  page(place: number): Page {
    const page = this.#pages[place >>> PAGE_BITS];
    assert(page !== undefined, 'Arena: no such place');
    return page;
  }

  /** Index of the place's first byte in its page. */
  static offset(place: number): number {
    return (place & (PAGE_UNITS - 1)) * UNIT_BYTES;
  }

  /** One piece of memory under the numbers of so many pages; the place where it begins. */
  #addPages(count: number): number {
    const first = this.#pages.length;
    assert((first + count) * PAGE_UNITS <= 2 ** 32, 'Arena: full');
    const memory = new ArrayBuffer(count * PAGE_UNITS * UNIT_BYTES);
    const page = { bytes: new Uint8Array(memory), words: new Uint32Array(memory) };
    for (let i = 0; i < count; i++) this.#pages.push(page);
    return first * PAGE_UNITS;
  }
}
