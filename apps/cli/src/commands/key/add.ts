import { inspectKeyFile } from '@lading/identity';
import { keyId } from '@lading/ledger';
import { keyAdd, type KeyPurposeToAdd } from '@lading/sdk';
import type { Call } from '../../call.js';
import { usage } from '../../failure.js';
import { Session } from '../../profile/session.js';
import { performAsAdmin } from '../member/perform.js';

const PURPOSES: readonly KeyPurposeToAdd[] = ['member', 'token', 'service'];

/** Only the public key leaves the file; its passphrase is not needed. */
export async function run(call: Call): Promise<number> {
  const purpose = PURPOSES.find((known) => known === (call.option('purpose') ?? 'member'));
  if (purpose === undefined) throw usage('--purpose is member, token or service', 'lading key add --help');
  const { owner, publicKey } = await inspectKeyFile(call.arg(0));
  const [organization = '', member] = owner.split('/');
  const session = Session.open(call);
  if (member === undefined || organization !== session.profile.organization) {
    throw usage(
      `The key is of ${owner}, and this profile is of ${session.profile.organization}`,
      'use a key file of one of its members, or --profile'
    );
  }
  const kid = keyId(organization, member, publicKey);
  return performAsAdmin(call, session, keyAdd(member, purpose, publicKey), {
    done: `${kid} is registered as a ${purpose} key`,
    undo: `lading key revoke ${kid} --confirm ${kid}`,
    next: 'lading member list'
  });
}
