import { spawn, type ChildProcess } from 'node:child_process';
import { EXIT } from '../exitCodes.js';

export interface ChildOptions {
  readonly cwd?: string;
  /** Gives bearer tokens to a child that asks for one; null: it is not asked. */
  readonly token?: (() => Promise<string>) | null;
}

/**
 * Runs another entry point with this terminal and resolves with its exit code. Ctrl-C reaches the child too, which
 * ends in good order; this process waits for it.
 */
export async function runChild(args: readonly string[], { cwd, token = null }: ChildOptions = {}): Promise<number> {
  const stdio = ['inherit', 'inherit', 'inherit', ...(token === null ? [] : ['ipc' as const])] as const;
  const child = spawn(process.execPath, [...args], { stdio: [...stdio], ...(cwd === undefined ? {} : { cwd }) });
  if (token !== null) answerWith(child, token);
  const ignore = (): void => undefined;
  const forward = (): void => void child.kill('SIGTERM');
  process.on('SIGINT', ignore);
  process.on('SIGTERM', forward);
  try {
    return await new Promise<number>((resolve, reject) => {
      child.once('error', reject);
      child.once('exit', (code, signal) => resolve(code ?? (signal === 'SIGINT' ? EXIT.interrupted : EXIT.failed)));
    });
  } finally {
    process.off('SIGINT', ignore);
    process.off('SIGTERM', forward);
  }
}

/** The child reads from nodes as long as it takes, and tokens last for minutes; keys stay in this process. */
function answerWith(child: ChildProcess, token: () => Promise<string>): void {
  const send = (answer: object): void => void (child.connected && child.send(answer));
  child.on('message', (message) => {
    if ((message as { readonly ask?: unknown }).ask !== 'token') return;
    token().then(
      (given) => send({ token: given }),
      (error: unknown) => send({ failure: error instanceof Error ? error.message : String(error) })
    );
  });
}
