import type { Call } from '../call.js';
import { EXIT } from '../exitCodes.js';
import { Session } from '../profile/session.js';

const ROLES = ['admin', 'audit', 'capture', 'operate', 'query'];
const LONGEST = 900;

/** The token is the only thing on stdout: it goes into other programs. */
export async function run(call: Call): Promise<number> {
  const life = call.count('--life', call.option('life') ?? String(LONGEST), LONGEST);
  const roles = call.list('role');
  const session = Session.open(call);
  const token = await session.issueToken(roles.length === 0 ? ROLES : roles, life);
  call.out.line(token);
  call.out.say(
    `For ${session.profile.organization}/${session.member}, ${life} s. It allows what the ledger grants them, no more.`
  );
  return EXIT.ok;
}
