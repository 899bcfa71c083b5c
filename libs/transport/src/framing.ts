import { assert, u32be } from '@lading/kernel';
import { PeerFault } from './peerFault.js';

/**
 * A frame is u32be length ‖ channel u8 ‖ bytes, where length counts the channel and the bytes. Channel 0 belongs to
 * the transport: the first frame is the greeting, later ones are empty and only show that the peer lives.
 */
export const CONTROL_CHANNEL = 0;
const LENGTH_BYTES = 4;
/** Length and channel. */
export const FRAME_HEAD_BYTES = LENGTH_BYTES + 1;

export interface Frame {
  readonly channel: number;
  /** A copy of its own: keeping it does not keep the socket's buffers. */
  readonly bytes: Uint8Array;
}

export function frameHead(channel: number, sizeBytes: number): Uint8Array {
  assert(Number.isInteger(channel) && channel >= 0 && channel <= 255, 'frameHead: channel');
  const head = new Uint8Array(FRAME_HEAD_BYTES);
  head.set(u32be(sizeBytes + 1));
  head[LENGTH_BYTES] = channel;
  return head;
}

/**
 * Cuts a stream into frames. The length is checked before anything is allocated for it, and memory grows only with
 * bytes that arrived. Throws PEER_FRAME_TOO_LARGE and PEER_FRAME_MALFORMED; the stream cannot be used afterwards.
 */
export class FrameReader {
  readonly #chunks: Uint8Array[] = [];
  /** Bytes of the first chunk that are used up. */
  #offset = 0;
  #size = 0;

  constructor(private maxFrameBytes: number) {}

  /** Until the greeting a peer may send little. */
  allow(maxFrameBytes: number): void {
    this.maxFrameBytes = maxFrameBytes;
  }

  append(chunk: Uint8Array): void {
    if (chunk.length === 0) return;
    this.#chunks.push(chunk);
    this.#size += chunk.length;
  }

  /** The next whole frame, or null until more has arrived. */
  next(): Frame | null {
    if (this.#size < LENGTH_BYTES) return null;
    const length = this.#peekLength();
    if (length === 0) throw new PeerFault('PEER_FRAME_MALFORMED', 'a frame without a channel');
    if (length - 1 > this.maxFrameBytes)
      throw new PeerFault('PEER_FRAME_TOO_LARGE', `a frame of ${length - 1} bytes; ${this.maxFrameBytes} are allowed`);
    if (this.#size < LENGTH_BYTES + length) return null;
    const channel = (this.#take(FRAME_HEAD_BYTES)[LENGTH_BYTES] as number) | 0;
    return { channel, bytes: this.#take(length - 1) };
  }

  #peekLength(): number {
    let length = 0;
    let [chunk, offset] = [0, this.#offset];
    for (let i = 0; i < LENGTH_BYTES; i++) {
      while (offset >= (this.#chunks[chunk] as Uint8Array).length) [chunk, offset] = [chunk + 1, 0];
      length = length * 256 + ((this.#chunks[chunk] as Uint8Array)[offset++] as number);
    }
    return length;
  }

  #take(size: number): Uint8Array {
    const out = new Uint8Array(size);
    let at = 0;
    while (at < size) {
      const chunk = this.#chunks[0] as Uint8Array;
      const part = chunk.subarray(this.#offset, this.#offset + size - at);
      out.set(part, at);
      at += part.length;
      this.#offset += part.length;
      if (this.#offset === chunk.length) {
        this.#chunks.shift();
        this.#offset = 0;
      }
    }
    this.#size -= size;
    return out;
  }
}
