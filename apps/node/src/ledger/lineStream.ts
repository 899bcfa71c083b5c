import type { Readable } from 'node:stream';
import { LineCutter } from '@lading/api';
import { LIMITS } from '@lading/kernel';
import { refusedLine } from './transactionViews.js';

/** Of one stream at a time: enough to fill batches, small against the mempool. */
const WINDOW_LINES = 1024;
const WINDOW_BYTES = 2 << 20;
/** The largest transaction in base64url, with its two dots. */
const LINE_BYTES = Math.ceil(((LIMITS.payloadBytes + LIMITS.headerBytes + 64) * 4) / 3) + 8;
/** Before Node itself ends a request that is still arriving (FASTIFY_OPTIONS.requestTimeout), which would cut the answer. */
const READ_MS = 25_000;

/** Answers one line; never rejects. `bytes` is null for a line that is longer than any transaction. */
export type AnswerLine = (line: number, bytes: Uint8Array | null) => Promise<object>;

interface Slot {
  readonly bytes: number;
  /** Null while the transaction is under way. */
  text: string | null;
}

/**
 * Lines of a request that is still arriving, answered in their order while later ones are on their way. Back-pressure: of
 * one stream at most WINDOW_LINES lines and WINDOW_BYTES bytes are under way; then nothing more is read from the socket
 * until answers have been taken. After READ_MS no line is read any more: the last answer says so.
 */
export class LineStream {
  readonly #slots: Slot[] = [];
  readonly #cutter = new LineCutter(LINE_BYTES);
  /** Lines cut but not begun, since the window was full. */
  #waiting: (Uint8Array | null)[] = [];
  #bytes = 0;
  #count = 0;
  #isEnded = false;
  #wake: () => void = () => undefined;

  constructor(
    private readonly body: Readable,
    private readonly answer: AnswerLine,
    private readonly readMs = READ_MS
  ) {}

  /** Text of answers, as many lines at once as are there. */
  async *answers(): AsyncGenerator<string> {
    const { body } = this;
    body.on('data', (chunk: Uint8Array) => this.#take(this.#cutter.push(chunk)));
    body.on('end', () => this.#end(this.#cutter.end()));
    // A client that went away: what it has sent stays under way, and nobody reads the answers.
    body.on('close', () => this.#end([]));
    body.on('error', () => this.#end([]));
    const timer = setTimeout(() => this.#timeOut(), this.readMs);
    try {
      for (;;) {
        const text = this.#settled();
        if (text !== '') yield text;
        else if (this.#isEnded && this.#slots.length === 0) return;
        else await this.#somethingNew();
      }
    } finally {
      clearTimeout(timer);
      this.#end([]);
    }
  }

  /** A block settles many lines in one tick: they leave together. */
  async #somethingNew(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
    });
    await new Promise((resolve) => setImmediate(resolve));
  }

  #take(lines: readonly (Uint8Array | null)[]): void {
    if (this.#isEnded) return;
    this.#waiting.push(...lines);
    this.#begin();
    if (this.#waiting.length > 0) this.body.pause();
  }

  /** Begins what the window has room for; a line that is larger than the window goes alone. */
  #begin(): void {
    let begun = 0;
    for (const bytes of this.#waiting) {
      const size = bytes?.length ?? 0;
      const isFull = this.#slots.length >= WINDOW_LINES || this.#bytes + size > WINDOW_BYTES;
      if (isFull && this.#slots.length > 0) break;
      this.#start(bytes, size);
      begun++;
    }
    if (begun > 0) this.#waiting = this.#waiting.slice(begun);
  }

  #start(bytes: Uint8Array | null, size: number): void {
    const slot: Slot = { bytes: size, text: null };
    this.#slots.push(slot);
    this.#bytes += size;
    this.answer(this.#count++, bytes).then(
      (line) => {
        slot.text = `${JSON.stringify(line)}\n`;
        this.#wake();
      },
      () => this.body.destroy()
    );
  }

  /** Answers from the front, up to the first that is not there; makes room for as many lines. */
  #settled(): string {
    let count = 0;
    let text = '';
    for (const slot of this.#slots) {
      if (slot.text === null) break;
      text += slot.text;
      this.#bytes -= slot.bytes;
      count++;
    }
    if (count === 0) return '';
    this.#slots.splice(0, count);
    this.#begin();
    if (this.#waiting.length === 0 && !this.#isEnded) this.body.resume();
    return text;
  }

  #end(lines: readonly (Uint8Array | null)[]): void {
    if (this.#isEnded) return;
    this.#waiting.push(...lines);
    this.#isEnded = true;
    this.#begin();
    this.#wake();
  }

  #timeOut(): void {
    if (this.#isEnded) return;
    this.#end([]);
    this.#waiting = [];
    this.body.pause();
    const detail = `a stream is read for ${this.readMs / 1000} s; send this line and those after it in another request`;
    const line = refusedLine(this.#count++, 'REQUEST_TIMEOUT', detail);
    this.#slots.push({ bytes: 0, text: `${JSON.stringify(line)}\n` });
    this.#wake();
  }
}
