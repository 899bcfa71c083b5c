import type { Call } from '../../call.js';
import { EXIT } from '../../exitCodes.js';
import { Session } from '../../profile/session.js';
import { itemName } from '../../text/itemName.js';
import { NameBook } from '../../text/nameBook.js';
import { safeText } from '../../text/safe.js';
import { shellWord } from '../../text/shell.js';
import { minute, sentence } from '../../text/sentence.js';

const SHOWN_EVENTS = 20;

export async function run(call: Call): Promise<number> {
  const session = Session.open(call);
  const item = await session.client.item(call.arg(0));
  if (call.out.isJson) {
    call.out.json(item);
    return EXIT.ok;
  }
  const names = new NameBook(session.genesis.config);
  const { short, kind } = itemName(item.item);
  const { bold } = call.out.colors;
  call.out.line(`${bold(short)}  ${kind}`);
  call.out.line(`  id        ${safeText(item.item)}`);
  call.out.line(`  status    ${item.status}`);
  if (item.custodian !== null) call.out.line(`  held by   ${names.organization(item.custodian)}`);
  if (item.parent !== null) call.out.line(`  inside    ${itemName(item.parent).short}`);
  for (const line of balances(item.state['balances'], names)) call.out.line(`  amount    ${line}`);
  call.out.line(`  events    ${item.eventCount}, as of height ${item.height}`);
  const latest = item.events.slice(-SHOWN_EVENTS);
  if (latest.length < item.events.length) call.out.line(`  … ${item.events.length - latest.length} earlier`);
  for (const event of latest) call.out.line(`  ${minute(event.eventTime)}  ${sentence(event, names)}`);
  call.out.say(`  next    lading trace ${shellWord(call.arg(0))} --back`);
  return EXIT.ok;
}

/** "162 KGM at Nordic Roast". Places are `org:<id>`, `in:<container>`, `to:<from>/<to>`. */
function balances(value: unknown, names: NameBook): readonly string[] {
  if (!Array.isArray(value)) return [];
  return value.flatMap((one: { readonly place?: unknown; readonly uom?: unknown; readonly quantity?: unknown }) => {
    if (typeof one.place !== 'string') return [];
    const [kind, where = ''] = [one.place.slice(0, 3), one.place.slice(3)];
    const [from = '', to = ''] = where.split('/');
    const place = one.place.startsWith('org:')
      ? `at ${names.organization(one.place.slice(4))}`
      : kind === 'in:'
        ? `inside ${itemName(where).short}`
        : `on the way from ${names.organization(from)} to ${to === '' ? 'somebody outside' : names.organization(to)}`;
    return [safeText(`${String(one.quantity)} ${String(one.uom || 'pieces')} ${place}`)];
  });
}
