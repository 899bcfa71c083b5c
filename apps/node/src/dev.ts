import { rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { removeServerFolder } from '@lading/storage';
import { demoLayout } from './dev/layout.js';
import { livingOwner, up } from './dev/up.js';

/**
 * `node apps/node/dist/dev.js [--directory DIR] [--pg URL]`: owns the demo network until it is stopped.
 * `--reset` removes it with all its data instead.
 */
const { values } = parseArgs({
  options: {
    directory: { type: 'string', default: '.lading/demo' },
    pg: { type: 'string' },
    reset: { type: 'boolean', default: false }
  }
});
const directory = resolve(values.directory);

async function reset(): Promise<number> {
  const owner = livingOwner(demoLayout(directory).controlFile);
  if (owner !== null) {
    process.stderr.write(`The demo runs (process ${owner}). Stop it first: Ctrl-C in its terminal\n`);
    return 6;
  }
  await removeServerFolder(join(directory, 'pg'));
  await rm(directory, { recursive: true, force: true });
  process.stdout.write(`Removed the demo network in ${values.directory}\n`);
  return 0;
}

process.exitCode = values.reset
  ? await reset()
  : await up({ directory, ...(values.pg === undefined ? {} : { postgresUrl: values.pg }) });
