import type { CaptureJob } from '@lading/api';
import type { CaptureResult } from '@lading/sdk';
import type { Call } from '../../call.js';
import { EXIT } from '../../exitCodes.js';
import { CliFailure } from '../../failure.js';
import { readInput } from '../../files/readInput.js';
import { Session } from '../../profile/session.js';
import { safeText } from '../../text/safe.js';
import { shellWord } from '../../text/shell.js';

/** Signs the events of a file with the member's key and waits until the ledger has decided. */
export async function run(call: Call): Promise<number> {
  const file = await readInput(call.arg(0));
  const session = Session.open(call);
  const signer = await session.memberSigner();
  const jti = call.option('jti');
  const options = {
    timeoutMs: call.globals.timeoutMs,
    ...(call.flag('proceed') ? { behaviour: 'proceed' as const } : {}),
    ...(jti === undefined ? {} : { jti })
  };
  const result = await session.committing(session.client.capture(file, signer, options));
  const who = `${signer.organization}/${signer.member}`;
  return result.job === null ? reportEvent(call, result, who) : reportJob(call, result, result.job, who);
}

function reportEvent(call: Call, { eventId, txIds, replayed }: CaptureResult, who: string): number {
  if (call.out.isJson) call.out.json({ eventID: eventId, txId: replayed ? null : txIds[0], replayed });
  else {
    const id = safeText(eventId ?? '');
    call.out.line(id);
    call.out.say(
      replayed ? 'It was recorded before with the same content; nothing changed.' : `Recorded, signed by ${who}.`
    );
    call.out.say(`  next    lading prove ${shellWord(id)} -o event.proof`);
    call.out.say(
      '  undo    nothing is ever deleted: send it again with an errorDeclaration, and a corrected event with a new id'
    );
  }
  return EXIT.ok;
}

function reportJob(call: Call, { txIds }: CaptureResult, job: CaptureJob, who: string): number {
  if (call.out.isJson) call.out.json(job);
  else for (const txId of txIds) call.out.line(txId);
  if (job.success) {
    call.out.say(`Recorded in ${txIds.length} transaction${txIds.length === 1 ? '' : 's'}, signed by ${who}.`);
    return EXIT.ok;
  }
  if (job.running) {
    const pending = job.parts.filter(({ state }) => state === 'pending').length;
    throw new CliFailure({
      what: `The capture ${job.captureID} is still running`,
      why: `${pending} of ${txIds.length} transactions are not decided yet`,
      next: 'lading status, then run the same command again: events are never recorded twice',
      exitCode: EXIT.unreachable
    });
  }
  const shown = job.errors.slice(0, 20).map(({ title, detail }) => `${detail} (${title})`);
  throw new CliFailure({
    code: job.errors[0]?.code ?? '',
    what: `The ledger refused ${job.errors.length} event${job.errors.length === 1 ? '' : 's'}; ${keptOf(job)}`,
    why: [
      ...shown,
      ...(job.errors.length > shown.length ? [`and ${job.errors.length - shown.length} more`] : [])
    ].join('\n'),
    next: 'correct them, and submit the file again',
    exitCode: job.errors.some(({ status }) => status === 403) ? EXIT.notAllowed : EXIT.conflict
  });
}

/** What of the file stands: one by one when asked to proceed, else part by part. */
function keptOf({ captureErrorBehaviour, parts }: CaptureJob): string {
  if (captureErrorBehaviour === 'proceed') return 'the other events are recorded';
  const kept = parts.filter(({ state, code }) => state === 'committed' && code === '').length;
  return kept === 0 ? 'nothing of the file changed anything' : `${kept} of ${parts.length} parts are recorded whole`;
}
