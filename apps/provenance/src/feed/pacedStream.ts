import { Readable } from 'node:stream';

/**
 * Messages as a stream of bytes, made only as fast as they are read. It is destroyed when a message has waited for so long
 * that its reader is none: otherwise a connection that nobody reads would hold its place. A reader for whom there is nothing is left alone.
 */
export function pacedStream(messages: AsyncIterable<string>, stalledMs: number): Readable {
  let waitingSince: number | null = null;
  async function* watched(): AsyncGenerator<string> {
    for await (const message of messages) {
      waitingSince = performance.now();
      yield message;
      waitingSince = null;
    }
  }
  const stream = Readable.from(watched(), { objectMode: false });
  const watch = setInterval(() => {
    if (waitingSince !== null && performance.now() - waitingSince >= stalledMs) stream.destroy();
  }, stalledMs / 4);
  watch.unref();
  stream.once('close', () => clearInterval(watch));
  return stream;
}
