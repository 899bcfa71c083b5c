import { existsSync, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { inspectKeyFile, NETWORK_FILES } from '@lading/identity';
import { registrations, type Registration } from '@lading/sdk';
import type { Call } from '../../call.js';
import { EXIT } from '../../exitCodes.js';
import { CliFailure } from '../../failure.js';
import { Session } from '../../profile/session.js';

/** Outcomes that mean: it was registered before. */
const KNOWN: ReadonlySet<string> = new Set(['MEMBER_EXISTS', 'KEY_EXISTS']);

/** After the first start of a node: puts its organization's members, token key and service key on the ledger. */
export async function run(call: Call): Promise<number> {
  const session = Session.open(call.withProfile(call.arg(0)));
  const { directory } = session;
  if (directory === null)
    throw new CliFailure({ what: `${call.arg(0)} holds no keys`, next: 'name the folder of an organization' });
  const roles = call.list('role');
  const registration = await registrationOf(directory, roles.length === 0 ? ['capture', 'query'] : roles);
  const admin = await session.adminSigner();
  const done: { readonly op: string; readonly code: string; readonly height: number | null }[] = [];
  for (const operation of registrations(registration)) {
    const answer = await session.committing(
      session.client.perform(operation, admin, { timeoutMs: call.globals.timeoutMs })
    );
    if (answer.state === 'rejected' && !KNOWN.has(answer.code)) {
      throw new CliFailure({
        code: answer.code,
        what: `The ledger refused ${operation.op}`,
        why: JSON.stringify(answer.detail),
        next: 'lading member list',
        exitCode: EXIT.notAllowed
      });
    }
    done.push({ op: operation.op, code: answer.code, height: answer.height });
    if (!call.out.isJson)
      call.out.line(
        `${operation.op.padEnd(12)}${answer.code === '' ? `height ${answer.height ?? '?'}` : 'was registered before'}`
      );
  }
  if (call.out.isJson) call.out.json(done);
  call.out.say(`  next    lading member list --profile ${call.arg(0)}`);
  return EXIT.ok;
}

async function registrationOf(directory: string, roles: readonly string[]): Promise<Registration> {
  const publicKey = async (name: string): Promise<Uint8Array | null> => {
    const path = join(directory, name);
    return existsSync(path) ? (await inspectKeyFile(path)).publicKey : null;
  };
  const members: Registration['members'][number][] = [];
  const folder = join(directory, 'members');
  for (const file of existsSync(folder)
    ? readdirSync(folder)
        .filter((name) => name.endsWith('.json'))
        .sort()
    : []) {
    const member = basename(file, '.json');
    members.push({ member, name: member, roles, publicKey: (await inspectKeyFile(join(folder, file))).publicKey });
  }
  return {
    members,
    tokenKey: await publicKey(NETWORK_FILES.token),
    serviceKey: await publicKey(NETWORK_FILES.service)
  };
}
