import { parseKeyId } from '@lading/ledger';
import { keyRevoke } from '@lading/sdk';
import type { Call } from '../../call.js';
import { usage } from '../../failure.js';
import { Session } from '../../profile/session.js';
import { performAsAdmin } from '../member/perform.js';

export async function run(call: Call): Promise<number> {
  const kid = call.arg(0);
  if (parseKeyId(kid) === null)
    throw usage(`"${kid}" is no key id`, 'lading member list   shows key ids: ORGANIZATION/MEMBER#KEY');
  if (call.option('confirm') !== kid) {
    throw usage(
      'A revoked key never comes back; name it twice to revoke it',
      `lading key revoke ${kid} --confirm ${kid}`
    );
  }
  return performAsAdmin(call, Session.open(call), keyRevoke(kid), {
    done: `${kid} is revoked; what it signed before stays valid`,
    undo: 'not possible; register a new key instead',
    next: 'lading key new FILE, then lading key add FILE'
  });
}
