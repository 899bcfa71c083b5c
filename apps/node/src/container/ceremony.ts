import { randomBytes } from 'node:crypto';
import { chown, lchown, mkdir, readdir, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { createNetwork, writeSecretFile } from '@lading/identity';
import { CLERK } from '../dev/storyLoader.js';
import { DEMO_ORGANIZATIONS, gln } from '../dev/story/names.js';

/** Users inside the containers: the node image's `node`, and `postgres` of the official image. */
const NODE_UID = 1000;
const POSTGRES_UID = 999;
const HTTP_PORT = 4100;
const PEER_PORT = 4200;
const FIRST_PUBLISHED_PORT = 4101;
const SECRETS = '/secrets';

/**
 * Makes the keys of the compose demonstration, once: one folder (a volume) an organization, readable by its node
 * only, and the database password in a volume of its own. Run again, it changes nothing.
 */
export async function containerCeremony(directory: string): Promise<string> {
  const ready = join(directory, DEMO_ORGANIZATIONS[0].id, 'ready');
  if (existsSync(ready)) return 'The network exists: keys are kept';
  await createNetwork({
    directory,
    name: 'Coffee demo in containers',
    constitution: 'Demonstration network. Four organizations record the journey of coffee from three farms to a shelf.',
    parameters: { profile: 'custody' },
    protection: { devOnly: true },
    timeMs: Date.now(),
    organizations: DEMO_ORGANIZATIONS.map(({ id, name, companyPrefix }, index) => ({
      id,
      name,
      gln: gln(id, 0),
      companyPrefixes: [companyPrefix],
      custodyMode: true,
      http: { host: '0.0.0.0', port: HTTP_PORT },
      peer: { host: '0.0.0.0', port: PEER_PORT },
      peerAddress: `${id}:${PEER_PORT}`,
      publicUrl: `http://127.0.0.1:${FIRST_PUBLISHED_PORT + index}`,
      members: [CLERK]
    }))
  });
  for (const { id } of DEMO_ORGANIZATIONS) {
    await databaseSecrets(join(directory, id), id);
    await own(join(directory, id));
  }
  await writeFile(ready, '');
  return `Created the keys of ${DEMO_ORGANIZATIONS.length} organizations`;
}

async function databaseSecrets(folder: string, id: string): Promise<void> {
  const database = `lading_${id.replaceAll('-', '_')}`;
  const password = (): string => randomBytes(18).toString('base64url');
  const superuser = password();
  const url = (user: string, secret: string, name: string): string => `postgresql://${user}:${secret}@${id}-db:5432/${name}\n`;
  await writeSecretFile(join(folder, 'database.admin.url'), url('postgres', superuser, 'postgres'));
  await writeSecretFile(join(folder, 'database.owner.url'), url(`${database}_owner`, password(), database));
  await writeSecretFile(join(folder, 'database.url'), url(`${database}_node`, password(), database));
  const secretFolder = join(SECRETS, id);
  await mkdir(secretFolder, { recursive: true });
  await writeSecretFile(join(secretFolder, 'postgres-password'), superuser);
  await chown(secretFolder, POSTGRES_UID, POSTGRES_UID);
  await chown(join(secretFolder, 'postgres-password'), POSTGRES_UID, POSTGRES_UID);
}

async function own(folder: string): Promise<void> {
  await chown(folder, NODE_UID, NODE_UID);
  for (const entry of await readdir(folder, { recursive: true })) await lchown(join(folder, entry), NODE_UID, NODE_UID);
}
