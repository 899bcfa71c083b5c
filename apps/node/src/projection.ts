import 'reflect-metadata';
import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { ProjectionStore } from '@lading/storage';
import { errorPages } from './start/paths.js';
import { explain, StartFault } from './start/startFault.js';

/**
 * `node dist/projection.js --url-file database.url`: empties the query tables. The node, running or started later,
 * fills them again from the ledger; nothing of the ledger is touched.
 */
async function main(): Promise<void> {
  const { values } = parseArgs({ options: { 'url-file': { type: 'string' } } });
  const file = values['url-file'];
  if (file === undefined) throw new StartFault('USAGE', 'projection.js --url-file <file with the node’s URL>');
  const url = (await readFile(file, 'utf8')).trim();
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
