import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { DemoNode } from './layout.js';
import { NODE_HEAP, NODE_MALLOC } from './nodeMemory.js';

/** Entry point of the built node, beside this folder. */
const MAIN = fileURLToPath(new URL('../main.js', import.meta.url));
const READY_POLL_MS = 50;
const STOP_TIMEOUT_MS = 10_000;
const LOG_TAIL_LINES = 15;

/**
 * One organization's node as a child process. It runs in a process group of its own, so that Ctrl-C reaches only the
 * owner, which then stops nodes and database in order; an IPC channel tells the node when its owner has died.
 */
export class NodeProcess {
  #child: ChildProcess | null = null;

  constructor(
    readonly node: DemoNode,
    private readonly main: string = MAIN
  ) {}

  get running(): boolean {
    return this.#child !== null && this.#child.exitCode === null && this.#child.signalCode === null;
  }

  get pid(): number | null {
    return this.running ? (this.#child?.pid ?? null) : null;
  }

  get logFile(): string {
    return join(this.node.directory, 'node.log');
  }

  start(): void {
    if (this.running) return;
    const log = openSync(this.logFile, 'a', 0o600);
    try {
      this.#child = spawn(process.execPath, [...process.execArgv, ...NODE_HEAP, this.main, '--config', this.node.configFile], {
        detached: true,
        stdio: ['ignore', log, log, 'ipc'],
        env: { ...NODE_MALLOC, ...process.env, LADING_EXIT_WITH_PARENT: '1' }
      });
    } finally {
      closeSync(log);
    }
    this.#child.on('error', () => undefined);
  }

  /** Resolves when /health/live answers; rejects with the end of the node's log when the process ends first. */
  async untilLive(timeoutMs: number): Promise<void> {
    const deadline = Date.now() + timeoutMs;
    while (Date.now() < deadline) {
      if (!this.running) throw new Error(`${this.node.name}: the node stopped while starting\n${this.logTail()}`);
      const live = await fetch(`${this.node.url}/health/live`).then((answer) => answer.ok, () => false);
      if (live) return;
      await delay(READY_POLL_MS);
    }
    throw new Error(`${this.node.name}: not live after ${timeoutMs / 1000} s\n${this.logTail()}`);
  }

  /** SIGTERM, then SIGKILL after ten seconds; `kill` skips the first. Resolves when the process is gone. */
  async stop(kill = false): Promise<void> {
    const child = this.#child;
    if (child === null || !this.running) return;
    const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
    child.kill(kill ? 'SIGKILL' : 'SIGTERM');
    const timer = setTimeout(() => child.kill('SIGKILL'), STOP_TIMEOUT_MS);
    await gone;
    clearTimeout(timer);
  }

  logTail(): string {
    try {
      return readFileSync(this.logFile, 'utf8').trimEnd().split('\n').slice(-LOG_TAIL_LINES).map((line) => `    ${line}`).join('\n');
    } catch {
      return '    (no log)';
    }
  }
}
