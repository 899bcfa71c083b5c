import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { readSecretFile, writeSecretFile, NETWORK_FILES } from '@lading/identity';
import { provisionDatabase, runMigrations, urlWith } from '@lading/storage';
import type { DemoNode } from './layout.js';

const OWNER_URL = 'database.owner.url';

/** Database name of an organization: letters, digits and "_" only. */
const databaseName = (prefix: string, id: string): string => `${prefix}_${id.replaceAll('-', '_')}`;
const PREFIX = 'lading';

/**
 * Gives every organization a database of its own on the server, and brings its schema up to date. The server's port may
 * differ from the last run, so the URL files are compared with it; passwords stay.
 */
export async function prepareDatabases(adminUrl: string, nodes: readonly DemoNode[], prefix: string = PREFIX): Promise<void> {
  for (const node of nodes) {
    const nodeFile = join(node.directory, NETWORK_FILES.databaseUrl);
    const ownerFile = join(node.directory, OWNER_URL);
    const known = existsSync(nodeFile) && existsSync(ownerFile);
    const passwords = known
      ? { nodePassword: await passwordIn(nodeFile), ownerPassword: await passwordIn(ownerFile) }
      : { nodePassword: randomBytes(18).toString('base64url'), ownerPassword: randomBytes(18).toString('base64url') };
    const { ownerUrl, nodeUrl } = await provisionDatabase(adminUrl, { database: databaseName(prefix, node.id), ...passwords });
    await putUrl(nodeFile, nodeUrl);
    await putUrl(ownerFile, ownerUrl);
    await runMigrations(ownerUrl);
  }
}

/** Connection of the superuser to one organization's database: for demonstrations of tampering only. */
export const databaseAdminUrl = (adminUrl: string, id: string, prefix: string = PREFIX): string =>
  urlWith(adminUrl, { database: databaseName(prefix, id) });

async function passwordIn(file: string): Promise<string> {
  return decodeURIComponent(new URL((await readSecretFile(file)).trim()).password);
}

async function putUrl(file: string, url: string): Promise<void> {
  if (existsSync(file)) {
    if ((await readFile(file, 'utf8')).trim() === url) return;
    await rm(file);
  }
  await writeSecretFile(file, `${url}\n`);
}
