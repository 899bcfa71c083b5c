import { renameSync, writeFileSync } from 'node:fs';
import type { LadingClient } from '@lading/sdk';
import type { Call } from '../call.js';
import { EXIT } from '../exitCodes.js';
import { CliFailure } from '../failure.js';
import { Session } from '../profile/session.js';
import { shellWord } from '../text/shell.js';
import { transactionIdOf } from '../text/transactionId.js';

const EVENT_ID = /^(?:urn:uuid:|ni:\/\/\/)/i;

/** Writes a receipt: of a transaction, of an event, or of the latest event of an item. Waits until it is certified. */
export async function run(call: Call): Promise<number> {
  const out = call.required('out', '-o FILE');
  const session = Session.open(call);
  const { id, about } = await findSubject(call.arg(0), session.client);
  const { text } = await session.client.receipt(id, { timeoutMs: call.globals.timeoutMs });
  if (out === '-') {
    call.out.raw(text);
    return EXIT.ok;
  }
  // A proof file is there whole or not at all.
  writeFileSync(`${out}.partial`, text);
  renameSync(`${out}.partial`, out);
  call.out.line(out);
  call.out.say(`The receipt of ${about}, ${text.length} bytes. It can be checked anywhere, without any network.`);
  call.out.say(`  next    lading verify ${shellWord(out)}`);
  return EXIT.ok;
}

interface Subject {
  readonly id: string;
  readonly about: string;
}

async function findSubject(text: string, client: LadingClient): Promise<Subject> {
  const txId = transactionIdOf(text);
  if (txId !== null) return { id: txId, about: `transaction ${txId}` };
  if (EVENT_ID.test(text)) return { id: text, about: `event ${text}` };
  const item = await client.item(text).catch((error: unknown) => {
    if ((error as { readonly code?: unknown }).code === 'ITEM_UNKNOWN') return null;
    throw error;
  });
  // Event ids may be any URI, so what is no item may still be an event.
  if (item === null) return { id: text, about: `event ${text}` };
  const latest = latestOf(item.events);
  if (latest === null) {
    throw new CliFailure({
      code: 'EVENT_UNKNOWN',
      what: `No event names ${text} itself`,
      next: 'lading event list --item URI',
      exitCode: EXIT.failed
    });
  }
  return { id: latest.txId, about: `the latest event on ${text} (${latest.eventID})` };
}

interface Recorded {
  readonly eventID: string;
  readonly txId: string;
  readonly height: number;
  readonly index: number;
  readonly eventIndex: number;
}

/** The last event that stands: one whose id comes twice was declared wrong, unless there is nothing else. */
function latestOf(events: readonly Recorded[]): Recorded | null {
  const standing = events.filter(({ eventID }) => events.filter((other) => other.eventID === eventID).length === 1);
  const candidates = standing.length > 0 ? standing : events;
  return candidates.reduce<Recorded | null>(
    (last, event) => (last === null || isLater(event, last) ? event : last),
    null
  );
}

/** By ledger order: event times are what people wrote. */
const isLater = (a: Recorded, b: Recorded): boolean =>
  a.height !== b.height ? a.height > b.height : a.index !== b.index ? a.index > b.index : a.eventIndex > b.eventIndex;
