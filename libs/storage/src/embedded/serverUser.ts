import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { StorageFault } from '../storageFault.js';

/** The account PostgreSQL runs under when this process is root; the server refuses to run as root itself. */
export interface ServerUser {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
}

/**
 * Null: the server runs as this process does. For root, an account that exists anyway: `postgres`, else `nobody`, else
 * any other. initdb looks its own name up (getpwuid), so a number without an account does not do; creating an account
 * would change the machine.
 */
export async function serverUser(passwdPath = '/etc/passwd'): Promise<ServerUser | null> {
  if (process.getuid?.() !== 0) return null;
  const accounts = parsePasswd(await readFile(passwdPath, 'utf8').catch(() => ''));
  const user =
    accounts.find((account) => account.name === 'postgres') ??
    accounts.find((account) => account.name === 'nobody') ??
    accounts[0];
  if (user === undefined)
    throw new StorageFault(
      'POSTGRES_NO_USER',
      `PostgreSQL refuses to run as root and ${passwdPath} has no other account; start as an ordinary user`
    );
  return user;
}

/** Accounts other than root, in the file's order (passwd(5)). */
function parsePasswd(text: string): readonly ServerUser[] {
  const accounts: ServerUser[] = [];
  for (const line of text.split('\n')) {
    const [name = '', , uid = '', gid = ''] = line.split(':');
    if (name === '' || !/^\d+$/.test(uid) || !/^\d+$/.test(gid) || Number(uid) === 0) continue;
    accounts.push({ name, uid: Number(uid), gid: Number(gid) });
  }
  return accounts;
}

/** What a server process sees: nothing of ours that could change its behaviour (PG*, LD_*, locale). */
export const serverEnvironment: NodeJS.ProcessEnv = {
  PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
  HOME: '/',
  LC_ALL: 'C',
  TZ: 'UTC',
  ...(process.platform === 'win32' ? { SystemRoot: process.env['SystemRoot'], TEMP: process.env['TEMP'] } : {})
};

/** Options of spawn that make a child run as the server does. The working directory must be one it may enter. */
export function spawnAs(user: ServerUser | null): { cwd: string; env: NodeJS.ProcessEnv; uid?: number; gid?: number } {
  const common = { cwd: '/', env: serverEnvironment };
  return user === null ? common : { ...common, uid: user.uid, gid: user.gid };
}

/** Runs a program to its end as the server's user. Never throws: a program that cannot be started has code −1. */
export function run(
  user: ServerUser | null,
  program: string,
  parameters: readonly string[]
): Promise<{ readonly code: number; readonly output: string }> {
  return new Promise((resolve) => {
    const child = spawn(program, parameters, { ...spawnAs(user), stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    const keep = (chunk: Buffer): void => {
      output = (output + chunk.toString('utf8')).slice(-16_384);
    };
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    child.on('error', (error) => resolve({ code: -1, output: error.message }));
    child.on('close', (code) => resolve({ code: code ?? -1, output }));
  });
}
