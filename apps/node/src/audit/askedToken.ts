import { readFile } from 'node:fs/promises';

const WAIT_MS = 30_000;

/**
 * Bearer tokens of a run: from a file, read again each time, because whoever renews the token replaces it; or from the
 * process that started this one and holds the keys.
 */
export function tokensOf(file: string | null): () => Promise<string> {
  return file === null ? askParent : async () => (await readFile(file, 'utf8')).trim();
}

function askParent(): Promise<string> {
  const { send } = process;
  if (send === undefined) return Promise.reject(new Error('USAGE: --url needs --token-file'));
  return new Promise((resolve, reject) => {
    const end = (): void => {
      clearTimeout(timer);
      process.off('message', heard);
      process.off('disconnect', gone);
    };
    const heard = (message: unknown): void => {
      const { token, failure } = message as { readonly token?: unknown; readonly failure?: unknown };
      end();
      if (typeof token === 'string') resolve(token);
      else reject(new Error(`no token: ${String(failure)}`));
    };
    const gone = (): void => {
      end();
      reject(new Error('no token: the program that gives it has ended'));
    };
    const timer = setTimeout(gone, WAIT_MS);
    process.on('message', heard);
    process.once('disconnect', gone);
    send.call(process, { ask: 'token' });
  });
}
