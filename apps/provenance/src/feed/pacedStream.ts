import { Readable } from 'node:stream';

/**
 * Messages as a stream of bytes, made only as fast as they are read. It is destroyed when its reader has taken nothing for so
 * long although messages wait: otherwise a connection that nobody reads would hold its place. A reader for whom there is
 * nothing is left alone. `close` comes at once when the stream is destroyed, also while the next message is not there yet.
 */
export function pacedStream(messages: AsyncGenerator<string>, stalledMs: number): Readable {
  let waitingSince: number | null = null;
  const stream = new Readable({
    read() {
      waitingSince = null;
      messages.next().then(
        ({ done, value }) => {
          if (!stream.push(done === true ? null : value)) waitingSince = performance.now();
        },
        (error: unknown) => stream.destroy(error as Error)
      );
    },
    destroy(error, destroyed) {
      clearInterval(watch);
      // Runs on to the generator's next pause; nobody waits for it.
      void messages.return(undefined).catch(() => undefined);
      destroyed(error);
    }
  });
  const watch = setInterval(() => {
    if (waitingSince !== null && performance.now() - waitingSince >= stalledMs) stream.destroy();
  }, stalledMs / 4);
  watch.unref();
  return stream;
}
