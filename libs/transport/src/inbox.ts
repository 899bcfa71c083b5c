import type { Socket } from 'node:net';
import { FrameReader } from './framing.js';
import type { Frame } from './framing.js';

/** Takes a frame; a promise says that the handler is still at work on it. */
export type FrameTaker = (frame: Frame) => unknown;

/**
 * Frames from one peer. While handlers are at work on more than the bounds allow, the socket is not read: the peer's
 * own queue fills, as TCP intends. An exception of the reader or of a handler goes to `fail`.
 */
export class Inbox {
  readonly #reader: FrameReader;
  #frames = 0;
  #bytes = 0;
  #paused = false;
  #stopped = false;

  constructor(
    private readonly socket: Socket,
    private readonly bounds: { readonly queueFrames: number; readonly queueBytes: number },
    maxFrameBytes: number,
    private readonly take: FrameTaker,
    private readonly fail: (error: unknown) => void
  ) {
    this.#reader = new FrameReader(maxFrameBytes);
  }

  get paused(): boolean {
    return this.#paused;
  }

  /** Raises the size of frames that are accepted. */
  allow(maxFrameBytes: number): void {
    this.#reader.allow(maxFrameBytes);
  }

  append(chunk: Uint8Array): void {
    if (this.#stopped) return;
    this.#reader.append(chunk);
    this.#pump();
  }

  stop(): void {
    this.#stopped = true;
  }

  #pump(): void {
    try {
      while (!this.#paused && !this.#stopped) {
        const frame = this.#reader.next();
        if (frame === null) return;
        const work = this.take(frame);
        if (isPromise(work)) this.#await(work, frame.bytes.length);
      }
    } catch (error) {
      this.fail(error);
    }
  }

  #await(work: PromiseLike<unknown>, size: number): void {
    this.#frames++;
    this.#bytes += size;
    if (this.#frames >= this.bounds.queueFrames || this.#bytes >= this.bounds.queueBytes) {
      this.#paused = true;
      this.socket.pause();
    }
    work.then(
      () => this.#done(size),
      (error: unknown) => this.fail(error)
    );
  }

  /** Reading goes on at half the bounds, so that it does not stop and start with every frame. */
  #done(size: number): void {
    this.#frames--;
    this.#bytes -= size;
    const { queueFrames, queueBytes } = this.bounds;
    if (!this.#paused || this.#stopped || this.#frames > queueFrames / 2 || this.#bytes > queueBytes / 2) return;
    this.#paused = false;
    this.socket.resume();
    this.#pump();
  }
}

function isPromise(value: unknown): value is PromiseLike<unknown> {
  if (typeof value !== 'object' || value === null) return false;
  return typeof (value as { readonly then?: unknown }).then === 'function';
}
