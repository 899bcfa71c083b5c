import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import type { NodeProcess } from '../apps/node/src/dev/nodeProcess.js';
import { call } from '../test/e2e/http.js';

const POLL_MS = 10;

/** Seconds from the start of the process until it answers /health/live, which it does after everything was read and checked. */
export async function startSeconds(node: NodeProcess, timeoutMs: number): Promise<number> {
  const started = performance.now();
  node.start();
  await until(timeoutMs, `${node.node.name} to be live`, async () => {
    if (!node.running) throw new Error(`the node stopped while starting\n${node.logTail()}`);
    return (await fetch(`${node.node.url}/health/live`).catch(() => null))?.ok === true;
  });
  return (performance.now() - started) / 1000;
}

/** Resident megabytes of a process, now and at most so far; null where there is no /proc. */
export function residentMegabytes(pid: number | null): { readonly now: number; readonly most: number } | null {
  try {
    const text = readFileSync(`/proc/${pid ?? 0}/status`, 'latin1');
    const of = (field: string): number => Number(new RegExp(`^${field}:\\s+(\\d+) kB`, 'm').exec(text)?.[1] ?? NaN) / 1024;
    return { now: of('VmRSS'), most: of('VmHWM') };
  } catch {
    return null;
  }
}

interface Position {
  readonly height: number;
  readonly projectionHeight: number;
}

/** Waits until the node's query tables show its newest block. */
export async function projected(node: NodeProcess, timeoutMs: number, log: (line: string) => void): Promise<void> {
  let told = 0;
  await until(timeoutMs, `the query tables of ${node.node.name}`, async () => {
    const { height, projectionHeight } = (await call(`${node.node.url}/status`)).json as unknown as Position;
    if (projectionHeight - told >= 100) log(`query tables at height ${(told = projectionHeight)} of ${height}`);
    return height > 0 && projectionHeight >= height;
  });
}

async function until(timeoutMs: number, what: string, holds: () => Promise<boolean>): Promise<void> {
  const started = performance.now();
  while (!(await holds())) {
    if (performance.now() - started > timeoutMs) throw new Error(`waited ${timeoutMs / 1000} s for ${what}`);
    await delay(POLL_MS);
  }
}
