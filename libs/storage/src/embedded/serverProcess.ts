import { randomBytes } from 'node:crypto';
import { spawn, type ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { chown, mkdir, open, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { totalmem } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { StorageFault } from '../storageFault.js';
import type { ServerBinaries } from './serverBinaries.js';
import { run, spawnAs, type ServerUser } from './serverUser.js';

/** Where one server keeps its things. `data` belongs to the server's user, the rest to this process's. */
export interface ServerFiles {
  readonly data: string;
  readonly log: string;
  readonly password: string;
}

/** Milliseconds a server may take to start (crash recovery included) and to stop. */
const START_MS = 60_000;
const STOP_MS = 30_000;
const POLL_MS = 15;

/** postmaster.pid, PostgreSQL's own lock file (src/include/utils/pidfile.h): one value a line. */
export interface Postmaster {
  readonly pid: number;
  readonly port: number;
  readonly ready: boolean;
}

export async function readPostmaster(data: string): Promise<Postmaster | null> {
  const lines = (await readFile(join(data, 'postmaster.pid'), 'utf8').catch(() => '')).split('\n');
  const pid = Number(lines[0]);
  if (!Number.isInteger(pid) || pid <= 0) return null;
  return { pid, port: Number(lines[3] ?? 0), ready: (lines[7] ?? '').trim() === 'ready' };
}

export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  // In a container without an init process an ended orphan stays behind as a zombie (proc(5): state Z).
  try {
    return !/\) [ZX] /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return true;
  }
}

/**
 * Makes the data folder: checksums on, passwords as SCRAM, UTF-8 in code point order independent of the machine.
 * Made beside and renamed, so an interrupted initdb leaves nothing that looks like a database.
 */
export async function initialize(binaries: ServerBinaries, files: ServerFiles, user: ServerUser | null): Promise<void> {
  const partial = `${files.data}.partial`;
  await rm(partial, { recursive: true, force: true });
  await mkdir(partial, { mode: 0o700 });
  const password = randomBytes(24).toString('hex');
  const passwordForInitdb = `${files.data}.password`;
  await rm(passwordForInitdb, { force: true });
  await writeFile(passwordForInitdb, `${password}\n`, { mode: 0o600, flag: 'wx' });
  if (user !== null)
    for (const path of [partial, passwordForInitdb]) await chown(path, user.uid, user.gid);
  try {
    const made = await run(user, binaries.initdb, [
      `--pgdata=${partial}`,
      '--username=postgres',
      `--pwfile=${passwordForInitdb}`,
      '--auth=scram-sha-256',
      '--encoding=UTF8',
      '--locale=C',
      '--locale-provider=builtin',
      '--builtin-locale=C.UTF-8',
      '--data-checksums'
    ]);
    if (made.code !== 0) throw new StorageFault('POSTGRES_START_FAILED', `initdb failed: ${made.output.trim()}`);
  } finally {
    await rm(passwordForInitdb, { force: true });
  }
  await rm(files.password, { force: true });
  await writeFile(files.password, password, { mode: 0o600, flag: 'wx' });
  await rename(partial, files.data);
}

/** Starts the server and waits until it accepts connections. The child outlives this process if that is killed. */
export async function launch(
  binaries: ServerBinaries,
  files: ServerFiles,
  user: ServerUser | null,
  port: number
): Promise<Postmaster> {
  await rename(files.log, `${files.log}.old`).catch(() => undefined);
  const log = await open(files.log, 'a', 0o600);
  const settings = [
    'listen_addresses=127.0.0.1',
    `port=${port}`,
    'unix_socket_directories=',
    'max_connections=200',
    `shared_buffers=${sharedMegabytes(totalmem())}MB`,
    'wal_buffers=16MB',
    // Whole pages are logged after each checkpoint: with a node under load the default would make one every few seconds.
    'max_wal_size=4GB',
    'checkpoint_timeout=15min',
    // Statements of this project are short; compiling one would take longer than running it.
    'jit=off',
    'timezone=UTC',
    'log_timezone=UTC'
  ];
  const child = spawn(binaries.postgres, ['-D', files.data, ...settings.flatMap((setting) => ['-c', setting])], {
    ...spawnAs(user),
    detached: true,
    stdio: ['ignore', log.fd, log.fd]
  });
  const ended = outcomeOf(child);
  child.unref();
  try {
    return await untilReady(files, child, ended);
  } finally {
    await log.close();
  }
}

/**
 * A sixteenth of the memory, 128 MB to 4 GB: rows of the state and of items are met at random places, and a page that is not
 * held is copied in and out for each of them. Pages that nobody needs take none.
 */
export const sharedMegabytes = (memory: number): number => Math.min(4096, Math.max(128, Math.floor(memory / 2 ** 24)));

interface Ended {
  text: string | null;
}

function outcomeOf(child: ChildProcess): Ended {
  const ended: Ended = { text: null };
  child.on('error', (error) => (ended.text = error.message));
  child.on('exit', (code, signal) => (ended.text = `it ended with ${signal ?? `code ${code}`}`));
  return ended;
}

async function untilReady(files: ServerFiles, child: ChildProcess, ended: Ended): Promise<Postmaster> {
  for (let waited = 0; ended.text === null && waited < START_MS; waited += POLL_MS) {
    const found = await readPostmaster(files.data);
    if (found !== null && found.pid === child.pid && found.ready) return found;
    await pause(POLL_MS);
  }
  if (ended.text === null && child.pid !== undefined) await stopServer(child.pid);
  const tail = await logTail(files.log);
  const inUse = tail.includes('could not create any TCP/IP sockets') || tail.includes('Address already in use');
  throw new StorageFault(
    inUse ? 'POSTGRES_PORT_IN_USE' : 'POSTGRES_START_FAILED',
    `PostgreSQL did not start: ${ended.text ?? `not ready after ${START_MS / 1000} s`}. Its log ends:\n${tail}`
  );
}

/** Fast shutdown (clients are cut off, the database is left clean); an immediate one when that takes too long. */
export async function stopServer(pid: number): Promise<void> {
  for (const signal of ['SIGINT', 'SIGQUIT', 'SIGKILL'] as const) {
    try {
      process.kill(pid, signal);
    } catch {
      return;
    }
    for (let waited = 0; waited < STOP_MS; waited += POLL_MS) {
      if (!isRunning(pid)) return;
      await pause(POLL_MS);
    }
  }
  throw new StorageFault('POSTGRES_START_FAILED', `the server process ${pid} does not end`);
}

export async function logTail(path: string): Promise<string> {
  const text = await readFile(path, 'utf8').catch(() => '(no log)');
  return text.trimEnd().split('\n').slice(-15).join('\n');
}

export const isInitialized = (data: string): Promise<boolean> =>
  stat(join(data, 'PG_VERSION')).then(
    () => true,
    () => false
  );
