import type { Call } from '../../call.js';
import { EXIT } from '../../exitCodes.js';
import { Session } from '../../profile/session.js';
import { NameBook } from '../../text/nameBook.js';
import { safeText } from '../../text/safe.js';
import { deed, minute } from '../../text/sentence.js';
import { toldEvent } from '../../text/toldEvent.js';

export async function run(call: Call): Promise<number> {
  const session = Session.open(call);
  const { events, text } = await session.client.event(call.arg(0));
  // The node's own text: numbers keep every digit that was signed.
  if (call.out.isJson) {
    call.out.raw(`${text.trimEnd()}\n`);
    return EXIT.ok;
  }
  const names = new NameBook(session.genesis.config);
  for (const event of events) {
    const told = toldEvent(event);
    const correction = event['errorDeclaration'] === undefined ? '' : '   DECLARED WRONG';
    call.out.line(`${minute(told.eventTime)}  ${told.type}: ${deed(told, names)}${correction}`);
    call.out.line(`  eventID   ${safeText(String(event['eventID']))}`);
    call.out.line(`  recorded  ${safeText(String(event['recordTime']))}`);
  }
  call.out.say('  next    --json shows all of it; lading prove ID -o event.proof');
  return EXIT.ok;
}
