import { spawn } from 'node:child_process';
import { EXIT } from '../exitCodes.js';

/**
 * Runs another entry point with this terminal and resolves with its exit code. Ctrl-C reaches the child too, which
 * ends in good order; this process waits for it.
 */
export async function runChild(args: readonly string[], options: { readonly cwd?: string } = {}): Promise<number> {
  const child = spawn(process.execPath, [...args], { stdio: 'inherit', ...options });
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
