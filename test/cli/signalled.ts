import { spawn, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { root } from '../tidy/repository.js';
import type { CliOptions, CliRun } from './runCli.js';

/** A run of the real program that can be ended from outside, with all that it has started, as a terminal ends it. */
export class SignalledRun {
  stdout = '';
  stderr = '';
  readonly ended: Promise<CliRun>;
  /** Resolves with the first output, or the end. */
  readonly hasSpoken: Promise<void>;
  readonly #child: ChildProcess;

  constructor(args: readonly string[], options: CliOptions) {
    const env = { PATH: process.env['PATH'] ?? '', HOME: options.cwd, NO_COLOR: '1', ...options.env };
    const bin = join(root, 'apps', 'cli', 'bin', 'lading.mjs');
    const child = spawn(process.execPath, [bin, ...args], { cwd: options.cwd, env, stdio: 'pipe', detached: true });
    child.stdin.end();
    child.stdout.setEncoding('utf8').on('data', (text: string) => (this.stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (this.stderr += text));
    this.hasSpoken = new Promise((resolve) => {
      child.stdout.once('data', () => resolve());
      child.once('close', () => resolve());
    });
    this.#child = child;
    this.ended = new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (code) => resolve({ code, stdout: this.stdout, stderr: this.stderr }));
    });
  }

  /** To the whole group, as Ctrl-C on a terminal goes to it. */
  signal(name: NodeJS.Signals): void {
    const { pid } = this.#child;
    if (pid !== undefined) process.kill(-pid, name);
  }
}
