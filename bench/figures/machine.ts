import { spawnSync } from 'node:child_process';
import { cpus, loadavg, release, totalmem, type } from 'node:os';
import { join } from 'node:path';
import { withClient } from '@lading/storage';

const root = join(import.meta.dirname, '..', '..');

export function machineText(): string {
  const [cpu] = cpus();
  const memory = Math.round(totalmem() / 2 ** 30);
  return `${cpus().length} cores ${cpu?.model.trim() ?? '?'}, ${memory} GiB, ${type()} ${release()}, Node ${process.version}`;
}

export const loadText = (): string => loadavg()[0]?.toFixed(1) ?? '?';

/** Commit of the sources, with `+` when they differ from it; `unknown` outside of a repository. */
export function commitText(): string {
  const git = (...args: string[]): string => spawnSync('git', args, { cwd: root, encoding: 'utf8' }).stdout?.trim() ?? '';
  const commit = git('rev-parse', '--short', 'HEAD');
  if (commit === '') return 'unknown';
  return git('status', '--porcelain', '--untracked-files=no') === '' ? commit : `${commit}+`;
}

/** What durability hangs on, as the server itself says. */
export const DURABILITY = ['fsync', 'synchronous_commit', 'full_page_writes', 'wal_sync_method'] as const;

export async function settingsText(databaseUrl: string): Promise<string> {
  return withClient(databaseUrl, async (client) => {
    const names = ['server_version', ...DURABILITY, 'data_checksums', 'shared_buffers', 'wal_compression', 'max_wal_size'];
    const { rows } = await client.query<{ name: string; value: string }>(
      'SELECT name, current_setting(name) AS value FROM unnest($1::text[]) AS name',
      [names]
    );
    return rows.map(({ name, value }) => `${name}=${value}`).join(' ');
  });
}

/** Settings that say that a commit may be lost; a benchmark with one of them measures nothing. */
export const lacksDurability = (settings: string): boolean => /\b(?:fsync|synchronous_commit|full_page_writes)=off\b/.test(settings);
