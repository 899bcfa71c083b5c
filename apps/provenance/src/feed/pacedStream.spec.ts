import { once } from 'node:events';
import { jest } from '@jest/globals';
import { pacedStream } from './pacedStream.js';

const STALLED_MS = 60_000;
const KILOBYTE = 'x'.repeat(1024);

async function* forever(): AsyncGenerator<string> {
  for (;;) yield KILOBYTE;
}

async function* onceThenNothing(): AsyncGenerator<string> {
  yield 'retry: 1000\n\n';
  await new Promise(() => undefined);
}

const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('a stream that is made as fast as it is read', () => {
  beforeEach(() => jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask'] }));
  afterEach(() => jest.useRealTimers());

  it('makes no more than fits its buffer while nobody reads, and ends the reader who never does', async () => {
    const stream = pacedStream(forever(), STALLED_MS);
    stream.read(0);
    await settle();
    expect(stream.readableLength).toBeGreaterThan(0);
    expect(stream.readableLength).toBeLessThanOrEqual(stream.readableHighWaterMark + KILOBYTE.length);
    const closed = once(stream, 'close');
    jest.advanceTimersByTime(STALLED_MS / 2);
    expect(stream.destroyed).toBe(false);
    jest.advanceTimersByTime(STALLED_MS);
    expect(stream.destroyed).toBe(true);
    await closed;
  });

  it('lets a slow reader stay as long as something is taken', async () => {
    const stream = pacedStream(forever(), STALLED_MS);
    stream.read(0);
    for (let round = 0; round < 5; round++) {
      await settle();
      stream.read();
      await settle();
      jest.advanceTimersByTime((STALLED_MS * 3) / 4);
      expect(stream.destroyed).toBe(false);
    }
    stream.destroy();
  });

  it('leaves a reader alone for whom there is nothing', async () => {
    const stream = pacedStream(onceThenNothing(), STALLED_MS);
    stream.resume();
    await settle();
    jest.advanceTimersByTime(STALLED_MS * 10);
    expect(stream.destroyed).toBe(false);
    stream.destroy();
  });
});
