import type { Call } from '../../call.js';
import { EXIT } from '../../exitCodes.js';
import { Session } from '../../profile/session.js';
import { NameBook } from '../../text/nameBook.js';
import { safeText } from '../../text/safe.js';
import { deed, minute } from '../../text/sentence.js';
import { toldEvent } from '../../text/toldEvent.js';

const DEFAULT_LIMIT = '50';
const PAGE = 200;

/** Option of the command → parameter of EPCIS 2.0. */
const PARAMETERS: readonly (readonly [option: string, parameter: string])[] = [
  ['type', 'eventType'],
  ['step', 'EQ_bizStep'],
  ['since', 'GE_eventTime'],
  ['until', 'LT_eventTime']
];

export async function run(call: Call): Promise<number> {
  const limit = call.count('--limit', call.option('limit') ?? DEFAULT_LIMIT);
  const session = Session.open(call);
  const names = new NameBook(session.genesis.config);
  const query: Record<string, string | number> = { perPage: Math.min(PAGE, limit) };
  for (const [option, parameter] of PARAMETERS) {
    const value = call.option(option);
    if (value !== undefined) query[parameter] = value;
  }
  const item = call.option('item');
  if (item !== undefined) query[isClass(item) ? 'MATCH_anyEPCClass' : 'MATCH_anyEPC'] = item;
  const all: Record<string, unknown>[] = [];
  let count = 0;
  for await (const event of session.client.events(query)) {
    if (call.out.format === 'json') all.push(event);
    else if (call.out.format === 'ndjson') call.out.json(event);
    else {
      const told = toldEvent(event);
      call.out.line(`${minute(told.eventTime)}  ${deed(told, names)}  ${safeText(String(event['eventID']))}`);
    }
    if (++count >= limit) break;
  }
  if (call.out.format === 'json') call.out.json(all);
  else if (call.out.format === 'human')
    call.out.say(count < limit ? `${count} events.` : `The first ${count} events; more: --limit ${limit * 10}`);
  return EXIT.ok;
}

/** Lots and products are classes; serials, units and everything else are things of their own. */
const isClass = (uri: string): boolean => /:lgtin:|:idpat:|\/01\/\d{14}(?:\/10\/[^/]+)?$/.test(uri);
