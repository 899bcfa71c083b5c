import { concatBytes, u32be } from '@lading/kernel';
import { frameHead, FrameReader } from './index.js';
import type { Frame } from './index.js';

const encode = (channel: number, bytes: Uint8Array): Uint8Array => concatBytes(frameHead(channel, bytes.length), bytes);

const text = ({ channel, bytes }: Frame): string => `${channel} ${Buffer.from(bytes).toString('base64')}`;

function drain(reader: FrameReader): Frame[] {
  const frames: Frame[] = [];
  for (let frame = reader.next(); frame !== null; frame = reader.next()) frames.push(frame);
  return frames;
}

/** Deterministic sizes: 32-bit xorshift. */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state >>> 0;
  };
}

describe('frames', () => {
  it('are u32be length ‖ channel ‖ bytes, the length counting the channel', () => {
    expect(encode(3, Uint8Array.of(9, 8))).toEqual(Uint8Array.of(0, 0, 0, 3, 3, 9, 8));
    expect(encode(255, new Uint8Array(0))).toEqual(Uint8Array.of(0, 0, 0, 1, 255));
  });

  it('come out the same however the stream is cut into chunks', () => {
    for (let seed = 1; seed <= 200; seed++) {
      const next = random(seed);
      const sent = Array.from({ length: 20 }, (_, i) => ({
        channel: next() % 256,
        bytes: Uint8Array.from({ length: next() % (seed % 5 === 0 ? 5000 : 40) }, (__, j) => (i + j) & 255)
      }));
      const stream = concatBytes(...sent.map(({ channel, bytes }) => encode(channel, bytes)));
      const reader = new FrameReader(8 << 20);
      const received: Frame[] = [];
      for (let at = 0; at < stream.length; ) {
        const size = next() % (seed % 3 === 0 ? 4 : 700);
        reader.append(stream.subarray(at, at + size));
        at += size;
        received.push(...drain(reader));
      }
      expect(received.map(text)).toEqual(sent.map(text));
    }
  });

  it('are copies: what a handler keeps does not change with the socket\'s buffer', () => {
    const reader = new FrameReader(10);
    const chunk = encode(1, Uint8Array.of(1, 2));
    reader.append(chunk);
    const frame = reader.next();
    chunk.fill(0);
    expect(frame?.bytes).toEqual(Uint8Array.of(1, 2));
    expect(frame?.bytes.buffer.byteLength).toBe(2);
  });

  it('of too great a length are refused from the prefix alone, before memory is taken', () => {
    for (const size of [12, 2 ** 20, 2 ** 32 - 1]) {
      const reader = new FrameReader(10);
      reader.append(u32be(size));
      expect(() => reader.next()).toThrow('PEER_FRAME_TOO_LARGE');
    }
    const largest = new FrameReader(10);
    largest.append(encode(1, new Uint8Array(10)));
    expect(largest.next()?.bytes.length).toBe(10);
  });

  it('without a channel are refused', () => {
    const reader = new FrameReader(10);
    reader.append(u32be(0));
    expect(() => reader.next()).toThrow('PEER_FRAME_MALFORMED');
  });
});
