import type { Writable } from 'node:stream';
import { FRAME_HEAD_BYTES, frameHead } from './framing.js';

/** Bytes handed to the socket in one write; a larger frame goes alone. */
const WRITE_BYTES = 1 << 20;

/**
 * Frames on their way to one peer. Frames of one tick leave in one write; one write is under way at a time. A frame
 * counts against the bounds until the operating system has taken it, so a peer that does not read fills its own queue
 * and nothing else.
 */
export class Outbox {
  #waiting: Uint8Array[] = [];
  #frames = 0;
  #bytes = 0;
  #scheduled = false;
  #writing = false;
  #closed = false;

  constructor(
    private readonly socket: Writable,
    private readonly bounds: { readonly queueFrames: number; readonly queueBytes: number }
  ) {}

  /** False when the bounds are reached; a frame larger than them goes alone. The bytes must not be changed afterwards. */
  push(channel: number, bytes: Uint8Array): boolean {
    const size = FRAME_HEAD_BYTES + bytes.length;
    const { queueFrames, queueBytes } = this.bounds;
    const full = this.#frames >= queueFrames || (this.#frames > 0 && this.#bytes + size > queueBytes);
    if (this.#closed || full) return false;
    this.#waiting.push(frameHead(channel, bytes.length), bytes);
    this.#frames++;
    this.#bytes += size;
    this.#schedule();
    return true;
  }

  /** Whether nothing waits: a sign of life is worth sending. */
  get idle(): boolean {
    return this.#frames === 0;
  }

  close(): void {
    this.#closed = true;
    this.#waiting = [];
  }

  #schedule(): void {
    if (this.#scheduled || this.#writing) return;
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      this.#flush();
    });
  }

  #flush(): void {
    if (this.#closed || this.#waiting.length === 0) return;
    let [parts, size] = [0, 0];
    while (parts < this.#waiting.length) {
      const next = FRAME_HEAD_BYTES + (this.#waiting[parts + 1] as Uint8Array).length;
      if (parts > 0 && size + next > WRITE_BYTES) break;
      parts += 2;
      size += next;
    }
    const batch = this.#waiting.splice(0, parts);
    this.#writing = true;
    this.socket.write(Buffer.concat(batch, size), () => {
      // Also called when the write failed; the socket's close event says so.
      this.#writing = false;
      this.#frames -= parts / 2;
      this.#bytes -= size;
      this.#flush();
    });
  }
}
