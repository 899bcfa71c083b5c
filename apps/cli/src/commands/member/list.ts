import type { Call } from '../../call.js';
import { EXIT } from '../../exitCodes.js';
import { Session } from '../../profile/session.js';
import { safeText } from '../../text/safe.js';
import { table } from '../../text/table.js';

export async function run(call: Call): Promise<number> {
  const members = await Session.open(call).client.members();
  if (call.out.isJson) {
    call.out.json(members);
    return EXIT.ok;
  }
  const { bold } = call.out.colors;
  for (const organization of members.organizations) {
    const gln = organization.gln === '' ? '' : `  GLN ${organization.gln}`;
    call.out.line(`${bold(safeText(organization.name))}  ${organization.id}${gln}`);
    const people = organization.members.map(({ id, name, roles, status }) => [
      '',
      id,
      safeText(name),
      roles.join(', '),
      status
    ]);
    const keys = organization.keys.map(({ kid, purpose, status }) => ['', kid, `${purpose} key`, '', status]);
    call.out.line(table([...people, ...keys]));
  }
  return EXIT.ok;
}
