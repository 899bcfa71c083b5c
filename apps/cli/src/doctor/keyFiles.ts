import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { bad, good, unknown, type Finding } from './finding.js';

const SECRETS =
  /(?:^|\/)(?:admin\.json|token\.json|database(?:\.owner)?\.url|keys\/.*(?:\.json|\.key\.pem)|members\/.*\.json)$/;

/** Secrets may be read by their owner only: nodes refuse others, and so do backups that keep modes. */
export function examineKeyFiles(directories: readonly string[]): readonly Finding[] {
  const files = directories
    .flatMap((directory) => ['', 'keys', 'members'].flatMap((folder) => filesIn(join(directory, folder))))
    .filter((path) => SECRETS.test(path));
  if (process.platform === 'win32') return [unknown('file modes are not known on this system')];
  const open = files.filter((path) => (statSync(path).mode & 0o077) !== 0);
  if (open.length === 0) return [good(`${files.length} secret files, readable by their owner only`)];
  return open.map((path) => bad(path, 'others on this machine can read this secret', `chmod 600 ${path}`));
}

function filesIn(folder: string): readonly string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) =>
    entry.isFile() ? [join(folder, entry.name)] : []
  );
}
