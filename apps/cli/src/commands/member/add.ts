import { MEMBER_PATTERN } from '@lading/ledger';
import { memberAdd } from '@lading/sdk';
import type { Call } from '../../call.js';
import { usage } from '../../failure.js';
import { Session } from '../../profile/session.js';
import { performAsAdmin } from './perform.js';

export async function run(call: Call): Promise<number> {
  const member = call.arg(0);
  if (!MEMBER_PATTERN.test(member))
    throw usage(`"${member}" is no name for a member: a–z, 0–9, ".", "_", "-"`, 'lading member add --help');
  const roles = call.list('role');
  if (roles.length === 0) throw usage('A member without a role can do nothing', '--role capture --role query');
  const session = Session.open(call);
  const { organization } = session.profile;
  return performAsAdmin(call, session, memberAdd(member, call.required('name', '--name NAME'), roles), {
    done: `${organization}/${member} is a member with the roles ${roles.join(', ')}`,
    undo: 'revoke the keys of the member; members themselves stay on record',
    next: `lading key new ${member}.json --owner ${organization}/${member}, then lading key add ${member}.json`
  });
}
