const NEWLINE = 0x0a;
const RETURN = 0x0d;

/**
 * Cuts newline-delimited JSON into its non-empty lines while it arrives; a carriage return before the newline is dropped.
 * A line of more than `maxBytes` is never held: null stands in its place, once, and the lines after it are read again.
 */
export class LineCutter {
  #held: Uint8Array[] = [];
  #heldBytes = 0;
  #isTooLong = false;

  constructor(private readonly maxBytes: number) {}

  /** The lines that end in this chunk. They may be views of it. */
  push(chunk: Uint8Array): readonly (Uint8Array | null)[] {
    const lines: (Uint8Array | null)[] = [];
    let start = 0;
    for (let at = chunk.indexOf(NEWLINE); at >= 0; at = chunk.indexOf(NEWLINE, start)) {
      this.#hold(chunk.subarray(start, at));
      this.#finish(lines);
      start = at + 1;
    }
    this.#hold(chunk.subarray(start));
    return lines;
  }

  /** The line that no newline ended. */
  end(): readonly (Uint8Array | null)[] {
    const lines: (Uint8Array | null)[] = [];
    this.#finish(lines);
    return lines;
  }

  #hold(part: Uint8Array): void {
    if (part.length === 0 || this.#isTooLong) return;
    this.#heldBytes += part.length;
    // One byte more for the carriage return, which is not of the line.
    if (this.#heldBytes > this.maxBytes + 1) {
      this.#isTooLong = true;
      this.#held = [];
      return;
    }
    this.#held.push(part);
  }

  #finish(lines: (Uint8Array | null)[]): void {
    if (this.#isTooLong) lines.push(null);
    else if (this.#heldBytes > 0) this.#finishHeld(lines);
    this.#held = [];
    this.#heldBytes = 0;
    this.#isTooLong = false;
  }

  #finishHeld(lines: (Uint8Array | null)[]): void {
    const [first] = this.#held;
    const whole = this.#held.length === 1 && first !== undefined ? first : joined(this.#held, this.#heldBytes);
    const line = whole.at(-1) === RETURN ? whole.subarray(0, -1) : whole;
    if (line.length > this.maxBytes) lines.push(null);
    else if (line.length > 0) lines.push(line);
  }
}

function joined(parts: readonly Uint8Array[], size: number): Uint8Array {
  const whole = new Uint8Array(size);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
