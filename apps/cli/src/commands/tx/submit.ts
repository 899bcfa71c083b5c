import { decodeCompactJws } from '@lading/ledger';
import type { Call } from '../../call.js';
import { CliFailure } from '../../failure.js';
import { readInput } from '../../files/readInput.js';
import { Session } from '../../profile/session.js';
import { showTransaction } from './show.js';

/** For transactions that another program or a signing device made. */
export async function run(call: Call): Promise<number> {
  const text = new TextDecoder().decode(await readInput(call.arg(0))).trim();
  const decoded = decodeCompactJws(text);
  if (!decoded.ok) {
    const where = decoded.pointer === undefined ? '' : ` at ${decoded.pointer}`;
    throw new CliFailure({
      code: decoded.code,
      what: 'This is not a signed transaction',
      why: `${decoded.detail}${where}`,
      next: 'read docs/developers/signing.md'
    });
  }
  const session = Session.open(call);
  const answer = await session.committing(
    session.client.submitTransaction(decoded.value, { timeoutMs: call.globals.timeoutMs })
  );
  return showTransaction(call, answer);
}
