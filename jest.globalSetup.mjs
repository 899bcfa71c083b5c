import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stopTestServer } from './jest.testServer.mjs';

const PREFIX = 'lading-test-';

/**
 * Gives the run a folder for things that all workers share (LADING_TEST_RUN). The first test that needs PostgreSQL
 * starts one server there (test/fixtures/postgres.ts); the global teardown stops it. Leftovers of runs that were killed
 * are stopped and removed here.
 */
export default async function globalSetup() {
  for (const name of readdirSync(tmpdir())) {
    if (name.startsWith(PREFIX)) await sweep(join(tmpdir(), name));
  }
  const folder = mkdtempSync(join(tmpdir(), PREFIX));
  writeFileSync(join(folder, 'runner.pid'), String(process.pid));
  mkdirSync(join(folder, 'postgres'));
  process.env.LADING_TEST_RUN = folder;
}

async function sweep(folder) {
  try {
    if (statSync(folder).uid !== process.getuid?.()) return;
    const pid = Number(readFileSync(join(folder, 'runner.pid'), 'utf8'));
    if (isRunning(pid)) return;
    await stopTestServer(folder);
    rmSync(folder, { recursive: true, force: true });
  } catch {
    // Another run is sweeping it, or it is not ours: leave it.
  }
}

function isRunning(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}
