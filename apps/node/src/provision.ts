import 'reflect-metadata';
import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { provisionDatabase, runMigrations } from '@lading/storage';
import { errorPages } from './start/paths.js';
import { explain, StartFault } from './start/startFault.js';

/**
 * `node dist/provision.js --admin-url-file F --owner-url-file F --node-url-file F`: makes the database and the two roles
 * that the owner's and the node's URL name, with their passwords, and runs the migrations. Harmless when repeated.
 */
async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { 'admin-url-file': { type: 'string' }, 'owner-url-file': { type: 'string' }, 'node-url-file': { type: 'string' } }
  });
  const read = async (option: keyof typeof values): Promise<URL> => {
    const file = values[option];
    if (file === undefined) throw new StartFault('USAGE', `provision.js needs --${option} <file>`);
    return new URL((await readFile(file, 'utf8')).trim());
  };
  const admin = await read('admin-url-file');
  const owner = await read('owner-url-file');
  const node = await read('node-url-file');
  await provisionDatabase(admin.href, {
    database: node.pathname.slice(1),
    ownerPassword: decodeURIComponent(owner.password),
    nodePassword: decodeURIComponent(node.password)
  });
  const { applied } = await runMigrations(owner.href);
  process.stdout.write(applied.length === 0 ? 'The schema is up to date\n' : `Applied: ${applied.join(', ')}\n`);
}

main().catch(async (error: unknown) => {
  process.stderr.write(`${await explain(error, errorPages)}\n`);
  process.exitCode = 1;
});
