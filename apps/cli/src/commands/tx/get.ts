import type { Call } from '../../call.js';
import { EXIT } from '../../exitCodes.js';
import { usage } from '../../failure.js';
import { Session } from '../../profile/session.js';
import { minute } from '../../text/sentence.js';
import { transactionIdOf } from '../../text/transactionId.js';
import { showTransaction } from './show.js';

export async function run(call: Call): Promise<number> {
  const txId = transactionIdOf(call.arg(0));
  if (txId === null)
    throw usage(
      'A transaction id is 43 characters of base64url or 64 of hex',
      'lading event list   shows events; lading prove takes an event id too'
    );
  const view = await Session.open(call).client.transaction(txId);
  const time = view.timestampMs === null ? '–' : `${minute(view.timestampMs)} UTC`;
  showTransaction(call, view, [
    ['time', time],
    ['signed by', view.organization === null ? '–' : `${view.organization}/${view.member ?? ''}`],
    ['operation', view.operation ?? '–']
  ]);
  return EXIT.ok;
}
