import type { FeedMessage } from '@lading/sdk';
import type { Call } from '../../call.js';
import { EXIT } from '../../exitCodes.js';
import { Session } from '../../profile/session.js';
import { safeText } from '../../text/safe.js';

/** Shows the feed until it is interrupted, or so many messages have come. */
export async function run(call: Call): Promise<number> {
  const most = call.option('count');
  let left = most === undefined ? Infinity : call.count('--count', most);
  const after = call.option('after');
  const types = call.list('type');
  const stop = new AbortController();
  const query = { types, signal: stop.signal, ...(after === undefined ? {} : { after }) };
  for await (const message of Session.open(call).client.stream(query)) {
    if (call.out.isJson) call.out.raw(`${JSON.stringify(message)}\n`);
    else call.out.line(lineOf(message));
    if ((left -= 1) === 0) stop.abort();
    if (stop.signal.aborted) break;
  }
  return EXIT.ok;
}

function lineOf({ cursor, type, data }: FeedMessage): string {
  const events = Array.isArray(data['events']) ? `  ${data['events'].length} events` : '';
  const code = data['code'] === '' ? '' : ` ${String(data['code'])}`;
  return safeText(`${cursor.padEnd(10)}${type}  ${String(data['member'])}  ${String(data['status'])}${code}${events}`);
}
