import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CliFailure } from '../failure.js';

/** Folder of the checkout or image that this program is part of: apps/cli/dist/files/… is four levels below it. */
export const HOME = join(dirname(fileURLToPath(import.meta.url)), '..', '..', '..', '..');

/** An entry point of apps/node, which runs as a child process. */
export function nodeProgram(name: 'audit' | 'dev' | 'main'): string {
  const path = join(HOME, 'apps', 'node', 'dist', `${name}.js`);
  if (existsSync(path)) return path;
  throw new CliFailure({
    what: 'The node is not built',
    why: `${path} is missing`,
    next: `npm run build   in ${HOME}`
  });
}
