import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

/** Stops the PostgreSQL server of a test run, if it started one, and removes files it keeps elsewhere. */
export async function stopTestServer(folder) {
  const pointer = join(folder, 'postgres', 'location.json');
  const elsewhere = existsSync(pointer) ? JSON.parse(readFileSync(pointer, 'utf8')).folder : null;
  const lockFile = join(elsewhere ?? join(folder, 'postgres'), 'data', 'postmaster.pid');
  if (existsSync(lockFile)) {
    process.kill(Number(readFileSync(lockFile, 'utf8').split('\n')[0]), 'SIGINT');
    for (let i = 0; i < 500 && existsSync(lockFile); i++) await pause(20);
  }
  if (elsewhere !== null) rmSync(elsewhere, { recursive: true, force: true });
}
