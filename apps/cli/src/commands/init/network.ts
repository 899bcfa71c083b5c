import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { createNetwork } from '@lading/identity';
import { toBase64Url } from '@lading/kernel';
import { chainIdOf, faults, quorum } from '@lading/ledger';
import type { Call } from '../../call.js';
import { EXIT } from '../../exitCodes.js';
import { keyProtection } from './keyProtection.js';
import { planOf } from './networkPlan.js';

/** The key ceremony. Existing files are never replaced: a second ceremony needs another folder. */
export async function run(call: Call): Promise<number> {
  const plan = planOf(call);
  const directory = resolve(call.arg(0));
  const kept = await keyProtection(call);
  const isNew = !existsSync(directory);
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  call.out.say(`Making keys for ${plan.organizations.length} organizations …`);
  const { genesisBytes } = await createNetwork({
    directory,
    ...plan,
    ...kept,
    timeMs: Date.now()
  }).catch((error: unknown) => {
    // Keys of a ceremony that failed belong to no network; left behind, they would be in the way of the next one.
    if (isNew) rmSync(directory, { recursive: true, force: true });
    throw error;
  });
  report(
    call,
    directory,
    plan.organizations.map(({ id }) => id),
    toBase64Url(chainIdOf(genesisBytes))
  );
  return EXIT.ok;
}

function report(call: Call, directory: string, ids: readonly string[], chainId: string): void {
  call.out.line(join(directory, 'genesis.json'));
  for (const id of ids) call.out.line(join(directory, id, 'node.json'));
  call.out.say(`Chain id ${chainId}`);
  call.out.say(
    `${quorum(ids.length)} of ${ids.length} organizations must agree; ${faults(ids.length)} may fail or lie.`
  );
  call.out.say('Everybody compares the chain id by telephone or in person: it is what all trust starts from.');
  call.out.say(`  undo    delete ${directory}`);
  call.out.say(`  next    give each organization its own folder, and no other; then docs/operators/install.md`);
}
