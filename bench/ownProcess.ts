import { execFile } from 'node:child_process';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

const root = dirname(import.meta.dirname);

/**
 * What a TypeScript program of this folder prints as JSON, in a process of its own: jest's context of globals would be measured
 * along with it. `node`: options of that process. Its warnings go to our standard error.
 */
export async function inOwnProcess<T>(program: string, inputs: readonly string[], node: readonly string[] = []): Promise<T> {
  const words = [...node, '--conditions=source', '--import', './scripts/typescript.mjs', join('bench', program), ...inputs];
  const { stdout, stderr } = await promisify(execFile)(process.execPath, words, { cwd: root, maxBuffer: 1 << 24 });
  process.stderr.write(stderr);
  return JSON.parse(stdout) as T;
}

/** Microseconds of processor time that this process has used so far. */
export function cpuMicros(): number {
  const { user, system } = process.cpuUsage();
  return user + system;
}
