import type { Operation } from '@lading/sdk';
import type { Call } from '../../call.js';
import { EXIT, type ExitCode } from '../../exitCodes.js';
import { CliFailure } from '../../failure.js';
import type { Session } from '../../profile/session.js';

/** Signs an operation with the admin key, submits it, and says what changed and how to undo it. */
export async function performAsAdmin(
  call: Call,
  session: Session,
  operation: Operation,
  told: { readonly done: string; readonly undo: string; readonly next: string }
): Promise<ExitCode> {
  const admin = await session.adminSigner(call.option('adminKey'));
  const answer = await session.committing(
    session.client.perform(operation, admin, { timeoutMs: call.globals.timeoutMs })
  );
  if (answer.state === 'rejected') {
    throw new CliFailure({
      code: answer.code,
      what: `The ledger refused it: ${answer.code}`,
      why: `detail ${JSON.stringify(answer.detail)}; transaction ${answer.txId}`,
      next: 'lading member list   shows what is registered',
      exitCode: /_EXISTS$|_ALREADY_/.test(answer.code) ? EXIT.conflict : EXIT.notAllowed
    });
  }
  if (call.out.isJson) call.out.json(answer);
  else {
    call.out.line(answer.txId);
    call.out.say(`${told.done}, at height ${answer.height ?? '?'}.`);
    call.out.say(`  undo    ${told.undo}`);
    call.out.say(`  next    ${told.next}`);
  }
  return EXIT.ok;
}
