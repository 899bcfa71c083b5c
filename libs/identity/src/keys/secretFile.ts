import { constants } from 'node:fs';
import { link, open, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { randomUUID } from 'node:crypto';
import { IdentityFault } from '../fault.js';

/** Files that hold secrets: mode 0600, complete or absent, never replaced. */

/** Key files, PEM keys and passphrases are far smaller; a bigger file is a mistake. */
const SECRET_FILE_BYTES = 64 << 10;

const errorCode = (error: unknown): unknown => (error as { readonly code?: unknown } | null)?.code;

/**
 * Writes a new file: a complete temporary file is linked under the name, so a crash leaves either nothing or all of
 * it, and an existing key is never overwritten (KEY_FILE_EXISTS).
 */
export async function writeSecretFile(path: string, text: string): Promise<void> {
  const temporary = `${path}.${randomUUID()}.tmp`;
  const file = await open(temporary, 'wx', 0o600);
  try {
    // The umask can only take bits away; a file system may add some, so the mode is set again.
    await file.chmod(0o600);
    await file.writeFile(text, 'utf8');
    await file.sync();
    await file.close();
    await link(temporary, path);
    await syncFolder(dirname(path));
  } catch (error) {
    if (errorCode(error) === 'EEXIST')
      throw new IdentityFault('KEY_FILE_EXISTS', `${path} exists and is not replaced`, { cause: error });
    throw error;
  } finally {
    await file.close().catch(() => undefined);
    await rm(temporary, { force: true });
  }
}

async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, constants.O_RDONLY);
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

/**
 * The text of a secret file. KEY_FILE_MODE when group or others may read it: the mode is read from the open file, so
 * it cannot change in between. Windows has no such modes and is not checked.
 */
export async function readSecretFile(path: string): Promise<string> {
  const file = await open(path, constants.O_RDONLY).catch((error: unknown) => {
    if (errorCode(error) === 'ENOENT')
      throw new IdentityFault('KEY_FILE_MISSING', `there is no file ${path}`, { cause: error });
    throw error;
  });
  try {
    const stat = await file.stat();
    if (!stat.isFile()) throw new IdentityFault('KEY_FILE_FORMAT', `${path} is not a regular file`);
    const mode = stat.mode & 0o777;
    if (process.platform !== 'win32' && (mode & 0o077) !== 0)
      throw new IdentityFault('KEY_FILE_MODE', `${path} has mode 0${mode.toString(8)}; run: chmod 600 ${path}`);
    if (stat.size > SECRET_FILE_BYTES) throw new IdentityFault('KEY_FILE_FORMAT', `${path} is too large for a key`);
    return await file.readFile('utf8');
  } finally {
    await file.close();
  }
}

/** The passphrase in a file: its text without one final line break. Passphrases come by file only. */
export async function readPassphraseFile(path: string): Promise<string> {
  const text = (await readSecretFile(path)).replace(/\r?\n$/, '');
  if (text === '') throw new IdentityFault('KEY_PASSPHRASE', `the passphrase file ${path} is empty`);
  return text;
}
