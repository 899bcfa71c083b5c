import { equalBytes } from '@lading/kernel';
import { configApprovalBytes, configHash, quorum } from '@lading/ledger';
import type { Call } from '../../call.js';
import { EXIT } from '../../exitCodes.js';
import { usage } from '../../failure.js';
import { changeFileOf, readChangeFile, writeChangeFile } from '../../files/changeFile.js';
import { Session } from '../../profile/session.js';
import { changeLines } from '../../text/changeLines.js';
import { safeText } from '../../text/safe.js';

/** Shows what changes, and adds the approval of the organization whose administrator's key is given. */
export async function run(call: Call): Promise<number> {
  const path = call.arg(0);
  const session = Session.open(call);
  const config = await session.client.config({ timeoutMs: call.globals.timeoutMs });
  const { change, next, hash } = readChangeFile(path, config);
  for (const line of changeLines(config, next)) call.out.say(safeText(line));
  const admin = await session.adminSigner(call.option('key'));
  const own = config.organizations.find(({ adminKey }) => equalBytes(adminKey, admin.publicKey));
  if (own === undefined) throw usage('The key is no administrator’s key of the network as it is', 'lading network show');
  const message = configApprovalBytes(config.chainId, change.prevConfigHash, configHash(next));
  const approval = { organization: own.id, signature: await admin.sign(message) };
  const approvals = [...change.approvals.filter(({ organization }) => organization !== own.id), approval];
  approvals.sort((a, b) => (a.organization < b.organization ? -1 : 1));
  writeChangeFile(path, changeFileOf({ ...change, approvals }, config));
  const needed = quorum(config.organizations.length);
  call.out.line(hash);
  call.out.say(`${own.id} approves the config with this hash: ${approvals.length} of ${needed} approvals.`);
  const step = approvals.length < needed ? 'approve' : 'submit';
  call.out.say(`  undo    delete ${path}, as long as nobody has a copy with the approval`);
  call.out.say(`  next    lading network ${step} ${path}`);
  return EXIT.ok;
}
