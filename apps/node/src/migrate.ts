import 'reflect-metadata';
import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { runMigrations } from '@lading/storage';
import { errorPages } from './start/paths.js';
import { explain, StartFault } from './start/startFault.js';

/** `node dist/migrate.js --url-file owner.url`: brings the schema up to date, before the node starts. */
async function main(): Promise<void> {
  const { values } = parseArgs({ options: { 'url-file': { type: 'string' }, 'node-role': { type: 'string' } } });
  const file = values['url-file'];
  if (file === undefined) throw new StartFault('USAGE', 'migrate.js --url-file <file with the owner’s URL>');
  const { applied } = await runMigrations((await readFile(file, 'utf8')).trim());
  process.stdout.write(applied.length === 0 ? 'The schema is up to date\n' : `Applied: ${applied.join(', ')}\n`);
}

main().catch(async (error: unknown) => {
  process.stderr.write(`${await explain(error, errorPages)}\n`);
  process.exitCode = 1;
});
