import type { Trace } from '@lading/api';
import type { Call } from '../call.js';
import { EXIT } from '../exitCodes.js';
import { usage } from '../failure.js';
import { Session } from '../profile/session.js';
import { csvLine } from '../text/csv.js';
import { NameBook } from '../text/nameBook.js';
import { minute, sentence } from '../text/sentence.js';
import { shellWord } from '../text/shell.js';
import { traceTree } from '../text/traceTree.js';

const COLUMNS = [
  'eventTime',
  'organization',
  'member',
  'type',
  'action',
  'bizStep',
  'disposition',
  'readPoint',
  'bizLocation',
  'items',
  'eventID',
  'txId',
  'height',
  'index'
];

export async function run(call: Call): Promise<number> {
  if (call.flag('back') && call.flag('forward'))
    throw usage('A trace goes back or forward, not both', 'leave one of them out');
  const depth = call.option('depth') === undefined ? Infinity : call.count('--depth', call.option('depth') ?? '');
  const session = Session.open(call);
  const trace = await session.client.trace(call.arg(0), call.flag('forward') ? 'forward' : 'back');
  if (call.out.isJson) call.out.json(trace);
  else if (call.out.format === 'csv') printCsv(call, trace);
  else printTree(call, trace, new NameBook(session.genesis.config), depth);
  if (trace.truncated) call.out.warn('The trace is larger than one answer and was cut off: it is NOT complete.');
  return EXIT.ok;
}

function printTree(call: Call, trace: Trace, names: NameBook, depth: number): void {
  for (const line of traceTree(trace, names, depth)) call.out.line(line);
  if (trace.errorDeclared.length > 0) {
    call.out.line();
    call.out.line('Declared wrong, and left out above');
    for (const event of trace.errorDeclared) call.out.line(`  ${minute(event.eventTime)}  ${sentence(event, names)}`);
  }
  const organizations = new Set(trace.events.map(({ organization }) => organization)).size;
  call.out.say('');
  call.out.say(
    `${trace.events.length} events of ${organizations} organizations, ${trace.items.length} items, at height ${trace.height}.`
  );
  call.out.say(
    `  next    lading prove ${shellWord(call.arg(0))} -o item.proof   (this is what one node says; a proof needs no trust)`
  );
}

function printCsv(call: Call, trace: Trace): void {
  call.out.line(csvLine(COLUMNS));
  for (const event of trace.events) {
    const items = event.items.map(({ role, item }) => `${role}=${item}`).join(' ');
    call.out.line(
      csvLine([
        event.eventTime,
        event.organization,
        event.member,
        event.type,
        event.action ?? '',
        event.bizStep ?? '',
        event.disposition ?? '',
        event.readPoint ?? '',
        event.bizLocation ?? '',
        items,
        event.eventID,
        event.txId,
        event.height,
        event.index
      ])
    );
  }
}
