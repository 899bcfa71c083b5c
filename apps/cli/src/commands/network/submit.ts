import { evaluateConfigChange, encodeConfigChange, verifyC1Noble } from '@lading/ledger';
import { configChange } from '@lading/sdk';
import type { Call } from '../../call.js';
import { EXIT } from '../../exitCodes.js';
import { CliFailure } from '../../failure.js';
import { readChangeFile } from '../../files/changeFile.js';
import { Session } from '../../profile/session.js';

/** Checks the change as every node will, then submits it. */
export async function run(call: Call): Promise<number> {
  const path = call.arg(0);
  const session = Session.open(call);
  const { timeoutMs } = call.globals;
  const config = await session.client.config({ timeoutMs });
  const { change, next, hash } = readChangeFile(path, config);
  const checked = evaluateConfigChange(encodeConfigChange(change), config, verifyC1Noble);
  if (!checked.ok) throw refused(checked.code, `${checked.detail} (${checked.pointer ?? '/'})`);
  const admin = await session.adminSigner(call.option('adminKey'));
  const answer = await session.committing(session.client.perform(configChange(change), admin, { timeoutMs }));
  if (answer.state === 'rejected') throw refused(answer.code, `detail ${JSON.stringify(answer.detail)}`);
  if (call.out.isJson) call.out.json({ ...answer, epoch: next.epoch, configHash: hash });
  else {
    call.out.line(answer.txId);
    call.out.say(`Epoch ${next.epoch} begins after height ${answer.height ?? '?'}, with the config ${hash}.`);
    call.out.say('  undo    the same way: propose the change back');
    call.out.say('  next    lading network show');
  }
  return EXIT.ok;
}

function refused(code: string, why: string): CliFailure {
  const next = 'lading network show   says whether it is in force already; else read docs/operators/change-members.md';
  return new CliFailure({ code, what: `The change has no effect: ${code}`, why, next, exitCode: EXIT.conflict });
}
