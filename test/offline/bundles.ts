import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from '../tidy/repository.js';

/** lading-verify.mjs and lading-verify.html, made by the build, in a folder without anything else of the project. */
export function buildVerify(): string {
  const folder = mkdtempSync(join(tmpdir(), 'lading-verify-'));
  const built = spawnSync(process.execPath, [join(root, 'scripts/buildVerify.mjs'), folder], { encoding: 'utf8' });
  if (built.status !== 0) throw new Error(built.stderr);
  if (readdirSync(folder).length !== 4) throw new Error(`not two files with their hashes: ${built.stdout}`);
  return folder;
}

/** Whether processes without any network can be made here. */
export const canUnshare = spawnSync('unshare', ['-n', 'true']).status === 0;

export interface ProcessEnd {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs plain Node in a folder; `isUnplugged`: in a network namespace of its own, which has no way out. */
export function runNode(cwd: string, args: readonly string[], isUnplugged: boolean, stdin = ''): Promise<ProcessEnd> {
  const words = [...(isUnplugged ? ['unshare', '-n'] : []), process.execPath, ...args];
  const [program = '', ...rest] = words;
  const child = spawn(program, rest, { cwd, env: { PATH: process.env['PATH'] ?? '', HOME: cwd }, stdio: 'pipe' });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  child.stdin.on('error', () => undefined).end(stdin);
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, stdout, stderr }));
  });
}
