import { copyFileSync, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { createOrganization } from '@lading/identity';
import { configToJson } from '@lading/ledger';
import type { Call } from '../../call.js';
import { EXIT } from '../../exitCodes.js';
import { readGenesis } from '../../profile/genesis.js';
import { keyProtection } from './keyProtection.js';
import { readOrganizationPlan } from './networkPlan.js';

/** Everything an organization needs to join a network that exists: its own keys, which never leave it. */
export async function run(call: Call): Promise<number> {
  const folder = resolve(call.arg(0));
  const trust = call.required('trust', '--trust GENESIS');
  const { config } = readGenesis(trust);
  const organization = readOrganizationPlan(call.required('plan', '--plan FILE'));
  const kept = await keyProtection(call);
  const isNew = !existsSync(folder);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const peers = Object.fromEntries(call.list('peer').map((text) => text.split('=', 2)));
  const made = await createOrganization({ folder, organization, peers, ...kept }).catch((error: unknown) => {
    // Keys of an attempt that failed belong to nobody; left behind, they would be in the way of the next one.
    if (isNew) rmSync(folder, { recursive: true, force: true });
    throw error;
  });
  copyFileSync(trust, join(folder, 'genesis.json'));
  const { organizations } = configToJson({ parameters: config.parameters, organizations: [made] });
  const file = join(folder, 'organization.json');
  writeFileSync(file, `${JSON.stringify(organizations[0], null, 2)}\n`);
  call.out.line(file);
  call.out.say(`  undo    delete ${folder}`);
  call.out.say('  next    start its node; then send organization.json to a member: lading network propose --add');
  return EXIT.ok;
}
