import { storable } from './statement.js';

/** Object ids of element types. */
export const ELEMENT = { boolean: 16, bytea: 17, bigint: 20, integer: 23, text: 25, uuid: 2950 } as const;

const HEADER_BYTES = 20;
/** Size of an element that is null. */
const NULL_SIZE = -1;
/** Texts up to here are written unit by unit, which costs less than the way into the runtime; longer ones there. */
const SHORT_TEXT = 80;
const SHORT_BYTES = 32;
const FIRST_BYTES = 1 << 16;
const HIGH = 2 ** 32;

/**
 * One array parameter in PostgreSQL's binary form (as in ../ledgerStore/binaryArray.ts), element by element, so that rows
 * need not become a list of values first. All columns are written in one piece of memory, of which each gets a copy.
 */
export class ColumnWriter {
  #memory = Buffer.allocUnsafeSlow(FIRST_BYTES);
  #at = 0;
  #count = 0;
  #hasNull = false;

  begin(): void {
    this.#at = HEADER_BYTES;
    this.#count = 0;
    this.#hasNull = false;
  }

  /** The column, in memory of its own. */
  end(element: number): Buffer {
    const [memory, count] = [this.#memory, this.#count];
    // An empty array has no dimension, so no count either.
    memory.writeInt32BE(count === 0 ? 0 : 1, 0);
    memory.writeInt32BE(this.#hasNull ? 1 : 0, 4);
    memory.writeUInt32BE(element, 8);
    memory.writeInt32BE(count, 12);
    memory.writeInt32BE(1, 16);
    return Buffer.from(memory.subarray(0, count === 0 ? 12 : this.#at));
  }

  none(): void {
    this.#hasNull = true;
    this.#element(NULL_SIZE);
  }

  boolean(value: boolean): void {
    const at = this.#element(1);
    this.#memory[at] = value ? 1 : 0;
  }

  integer(value: number | null): void {
    if (value === null) {
      this.none();
      return;
    }
    const at = this.#element(4);
    put32(this.#memory, at, value);
  }

  /** A safe integer. */
  bigint(value: number): void {
    const at = this.#element(8);
    const high = Math.floor(value / HIGH);
    put32(this.#memory, at, high);
    put32(this.#memory, at + 4, value - high * HIGH);
  }

  bytes(value: Uint8Array | null): void {
    if (value === null) {
      this.none();
      return;
    }
    const { length } = value;
    let at = this.#element(length);
    const memory = this.#memory;
    if (length > SHORT_BYTES) memory.set(value, at);
    else for (let i = 0; i < length; i++) memory[at++] = value[i] as number;
  }

  text(value: string | null): void {
    if (value === null) {
      this.none();
      return;
    }
    const { length } = value;
    const start = this.#at;
    const at = this.#element(length);
    if (length > SHORT_TEXT || !putAscii(this.#memory, at, value)) this.#anyText(start, storable(value));
  }

  /** In the place of an element that was begun at `start`. */
  #anyText(start: number, value: string): void {
    this.#at = start + 4;
    this.#room(3 * value.length);
    const size = this.#memory.write(value, this.#at, 'utf8');
    put32(this.#memory, start, size);
    this.#at += size;
  }

  /** Writes the size of the next element; where its bytes go. */
  #element(size: number): number {
    this.#count += 1;
    this.#room(4 + Math.max(0, size));
    put32(this.#memory, this.#at, size);
    const at = this.#at + 4;
    this.#at = at + Math.max(0, size);
    return at;
  }

  #room(bytes: number): void {
    if (this.#at + bytes <= this.#memory.length) return;
    const larger = Buffer.allocUnsafeSlow(2 * (this.#at + bytes));
    larger.set(this.#memory.subarray(0, this.#at));
    this.#memory = larger;
  }
}

/** The lower 32 bits, big-endian. */
function put32(memory: Uint8Array, at: number, value: number): void {
  memory[at] = value >>> 24;
  memory[at + 1] = value >>> 16;
  memory[at + 2] = value >>> 8;
  memory[at + 3] = value;
}

/** False where the text holds anything else, or U+0000. */
function putAscii(memory: Uint8Array, start: number, value: string): boolean {
  for (let i = 0; i < value.length; i++) {
    const unit = value.charCodeAt(i);
    if (unit === 0 || unit > 127) return false;
    memory[start + i] = unit;
  }
  return true;
}
