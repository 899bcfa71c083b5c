import { chmod, chown, lstat, mkdir, mkdtemp, readFile, readdir, rm, rmdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { tmpdir } from 'node:os';
import { StorageFault } from '../storageFault.js';
import { run, type ServerUser } from './serverUser.js';

const POINTER = 'location.json';
const ORIGIN = 'origin.json';
const PREFIX = 'lading-pg-';

/**
 * The folder that holds the server's files: `directory` itself where the server's user can use it, else one made in a
 * temporary folder and remembered in `directory`/location.json. A user cannot use a folder below a closed home folder,
 * or on a file system without owners and modes.
 */
export async function serverFolder(
  directory: string,
  user: ServerUser | null,
  log: (line: string) => void
): Promise<string> {
  const remembered = await readPointer(join(directory, POINTER));
  if (remembered !== null) {
    if (await isOurs(remembered)) return remembered;
    log(`the database folder ${remembered} is gone; starting with an empty one`);
  } else if (await isUsable(directory, user)) return directory;
  for (const parent of ['/var/tmp', tmpdir(), '/tmp', '/var/lib']) {
    const folder = await mkdtemp(join(parent, PREFIX)).catch(() => null);
    if (folder === null) continue;
    // Enterable for the server's user, listable for nobody else.
    await chmod(folder, 0o711);
    if (await isUsable(folder, user)) {
      await removeForgotten(parent, directory, folder);
      await writeFile(join(folder, ORIGIN), JSON.stringify({ directory }));
      await writeFile(join(directory, POINTER), JSON.stringify({ folder }));
      log(`PostgreSQL's user cannot use ${directory}; its files are in ${folder}`);
      return folder;
    }
    await rmdir(folder);
  }
  throw new StorageFault(
    'POSTGRES_START_FAILED',
    `no folder found that the account ${user?.name ?? 'of this process'} can use; tried ${directory} and /var/tmp`
  );
}

/** Removes what {@link serverFolder} made elsewhere for `directory`; `directory` itself stays. */
export async function removeServerFolder(directory: string): Promise<void> {
  const remembered = await readPointer(join(directory, POINTER));
  if (remembered !== null && (await isOurs(remembered))) await rm(remembered, { recursive: true, force: true });
}

/** Whether the server could keep a private data folder here: tried, because modes alone do not tell. */
async function isUsable(folder: string, user: ServerUser | null): Promise<boolean> {
  const probe = join(folder, `.probe-${process.pid}`);
  try {
    await mkdir(probe, { mode: 0o700 });
    await chmod(probe, 0o700);
    if (user !== null) await chown(probe, user.uid, user.gid);
    const made = await stat(probe);
    if (process.platform === 'win32') return true;
    if ((made.mode & 0o777) !== 0o700 || (user !== null && made.uid !== user.uid)) return false;
    const shell = await run(user, '/bin/sh', ['-c', 'cd "$1" && : > file', 'sh', probe]);
    return shell.code === 0;
  } catch {
    return false;
  } finally {
    await rm(probe, { recursive: true, force: true });
  }
}

/** Folders made for an earlier life of the same directory, which was deleted with its pointer. */
async function removeForgotten(parent: string, directory: string, keep: string): Promise<void> {
  for (const name of await readdir(parent)) {
    const folder = join(parent, name);
    if (!name.startsWith(PREFIX) || folder === keep || !(await isOurs(folder))) continue;
    const origin = await readJson(join(folder, ORIGIN));
    if (origin?.['directory'] !== directory || (await hasServer(folder))) continue;
    await rm(folder, { recursive: true, force: true });
  }
}

const hasServer = (folder: string): Promise<boolean> =>
  stat(join(folder, 'data', 'postmaster.pid')).then(
    () => true,
    () => false
  );

/** Others may write in temporary folders: only a real folder that this process's user owns is believed. */
async function isOurs(folder: string): Promise<boolean> {
  const found = await lstat(folder).catch(() => null);
  return found !== null && found.isDirectory() && found.uid === (process.getuid?.() ?? found.uid);
}

async function readPointer(path: string): Promise<string | null> {
  const folder = (await readJson(path))?.['folder'];
  return typeof folder === 'string' ? folder : null;
}

async function readJson(path: string): Promise<Record<string, unknown> | null> {
  try {
    const value: unknown = JSON.parse(await readFile(path, 'utf8'));
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}
