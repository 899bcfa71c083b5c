import { QUESTIONS, type QuestionName } from '@lading/sdk';
import type { Call } from '../call.js';
import { EXIT } from '../exitCodes.js';
import { Session } from '../profile/session.js';
import { safeText } from '../text/safe.js';
import { table } from '../text/table.js';

const PARAMETERS = ['at', 'asKnownAt', 'from', 'to', 'silence', 'patience'] as const;

/** Asks a node the question that the command names, and shows the answer. */
export async function run(call: Call): Promise<number> {
  const name = call.command.split(' ')[1] as QuestionName;
  const session = Session.open(call);
  const id = QUESTIONS[name].path.includes('{id}') ? call.arg(0) : '';
  const parameters = Object.fromEntries(PARAMETERS.map((parameter) => [parameter, call.option(parameter)]));
  const answer = await session.client.question(name, id, parameters);
  if (call.out.isJson) call.out.json(answer);
  else show(call, answer);
  return EXIT.ok;
}

function show(call: Call, answer: object): void {
  const members = Object.entries(answer);
  const plain = members.filter(([, value]) => !Array.isArray(value));
  call.out.line(table(plain.map(([name, value]) => [name, told(value)])));
  for (const [name, list] of members) {
    if (!Array.isArray(list) || list.length === 0) continue;
    call.out.line();
    call.out.line(call.out.colors.bold(name));
    call.out.line(table(rowsOf(list as readonly unknown[])));
  }
  if ('truncated' in answer && answer.truncated === true) call.out.warn('this is a part of the answer: a limit cut it off');
  call.out.say('This is what one node says; lading prove gives what needs no trust.');
}

/** Entries under the names of their members. */
function rowsOf(list: readonly unknown[]): readonly (readonly string[])[] {
  const [first] = list;
  if (typeof first !== 'object' || first === null) return list.map((one) => [told(one)]);
  const columns = Object.keys(first);
  return [columns, ...list.map((one) => columns.map((column) => told((one as Record<string, unknown>)[column])))];
}

const told = (value: unknown): string => {
  if (value === null || value === undefined) return '–';
  if (Array.isArray(value) && value.length > 3) return `${value.length}`;
  return safeText(typeof value === 'object' ? JSON.stringify(value) : String(value));
};
