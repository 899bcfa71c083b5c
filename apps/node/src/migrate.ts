import 'reflect-metadata';
import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { ProjectionStore, runMigrations } from '@lading/storage';
import { errorPages } from './start/paths.js';
import { explain, StartFault } from './start/startFault.js';

const USAGE = 'migrate.js --url-file <file with the owner’s URL> [--rebuild-projection]';

/**
 * `node dist/migrate.js --url-file owner.url`: brings the schema up to date, before the node starts.
 * `--rebuild-projection` also empties the query tables: the node, running or started later, fills them again from the
 * ledger, of which nothing is touched.
 */
async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      'url-file': { type: 'string' },
      'node-role': { type: 'string' },
      'rebuild-projection': { type: 'boolean' }
    }
  });
  const file = values['url-file'];
  if (file === undefined) throw new StartFault('USAGE', USAGE);
  const url = (await readFile(file, 'utf8')).trim();
  const { applied } = await runMigrations(url);
  process.stdout.write(applied.length === 0 ? 'The schema is up to date\n' : `Applied: ${applied.join(', ')}\n`);
  if (values['rebuild-projection'] === true) await emptyProjection(url);
}

async function emptyProjection(url: string): Promise<void> {
  const store = ProjectionStore.open({ url, onPoolError: () => undefined });
  try {
    const { events } = await store.position();
    await store.reset();
    process.stdout.write(`Emptied the query tables (${events} events); the node fills them again from the ledger\n`);
  } finally {
    await store.close();
  }
}

main().catch(async (error: unknown) => {
  process.stderr.write(`${await explain(error, errorPages)}\n`);
  process.exitCode = 1;
});
