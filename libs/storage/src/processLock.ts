import { randomBytes } from 'node:crypto';
import { link, open, readFile, rename, unlink } from 'node:fs/promises';
import { readFileSync } from 'node:fs';
import { errorCode } from './storageFault.js';

/** Who holds a lock file. `started` tells a process from a later one that got the same number. */
export interface LockHolder {
  readonly pid: number;
  /** Boot id and start time in clock ticks where /proc has them, else ''. */
  readonly started: string;
}

export interface ProcessLock {
  release(): Promise<void>;
}

/** Paths locked by this process: without /proc a second opening here could not be told from a stale file. */
const heldHere = new Set<string>();

/**
 * Takes `path` as a lock file for this process, or returns the living holder. A file left by a dead process (also one
 * whose number was given to another process since) is taken over. Node has no flock(2); the window between judging a
 * file stale and replacing it is closed by renaming it away and looking at what was renamed.
 */
export async function acquireProcessLock(path: string): Promise<ProcessLock | LockHolder> {
  const mine: LockHolder = { pid: process.pid, started: startOf(process.pid) };
  for (;;) {
    if (heldHere.has(path)) return mine;
    if (await createWith(path, JSON.stringify(mine))) {
      heldHere.add(path);
      return { release: () => release(path) };
    }
    const text = await readOrNull(path);
    if (text === null) continue;
    const holder = parseHolder(text);
    if (holder !== null && isAlive(holder)) return holder;
    await removeStale(path, text);
  }
}

export const isLock = (answer: ProcessLock | LockHolder): answer is ProcessLock => 'release' in answer;

/** Whether the process that wrote a holder record still runs. */
export function isAlive(holder: LockHolder): boolean {
  try {
    process.kill(holder.pid, 0);
  } catch (error) {
    // EPERM: it runs under another user.
    if (errorCode(error) !== 'EPERM') return false;
  }
  const started = startOf(holder.pid);
  if (started !== '' && holder.started !== '') return started === holder.started;
  // Without /proc our own number in a file that this process does not hold is a leftover.
  return holder.pid !== process.pid;
}

export function parseHolder(text: string): LockHolder | null {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null || !('pid' in value) || !('started' in value)) return null;
    const { pid, started } = value;
    if (typeof pid !== 'number' || !Number.isInteger(pid) || pid <= 0 || typeof started !== 'string') return null;
    return { pid, started };
  } catch {
    return null;
  }
}

/** Boot id and start time of a process (proc(5): field 22 of stat, counted after the parenthesised name). */
export function startOf(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const ticks = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
    return `${readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()}/${ticks}`;
  } catch {
    return '';
  }
}

/** Creates the file with its whole content at once, or returns false when it exists. */
async function createWith(path: string, text: string): Promise<boolean> {
  const temporary = `${path}.${process.pid}.${randomBytes(6).toString('hex')}`;
  const file = await open(temporary, 'wx', 0o600);
  try {
    await file.writeFile(text);
  } finally {
    await file.close();
  }
  try {
    await link(temporary, path);
    return true;
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return false;
    throw error;
  } finally {
    await unlink(temporary);
  }
}

async function removeStale(path: string, judged: string): Promise<void> {
  const aside = `${path}.stale.${randomBytes(6).toString('hex')}`;
  try {
    await rename(path, aside);
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return;
    throw error;
  }
  const renamed = await readOrNull(aside);
  // Another process was quicker and its fresh lock was moved: put it back (it fails only when a third took the name).
  if (renamed !== null && renamed !== judged) await link(aside, path).catch(() => undefined);
  await unlink(aside).catch(() => undefined);
}

async function release(path: string): Promise<void> {
  heldHere.delete(path);
  await unlink(path).catch(() => undefined);
}

async function readOrNull(path: string): Promise<string | null> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return null;
    throw error;
  }
}
