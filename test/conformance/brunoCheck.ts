import type { Answer } from '../http/singleNode.js';
import type { BrunoRequest } from './bruno.js';

/** What a request's own asserts and tests say of an answer: those that fail. */
export function failures({ asserts, tests }: BrunoRequest, answer: Answer): readonly string[] {
  const failed = asserts
    .filter(({ subject, operator, value }) => !holds(valueOf(subject, answer), operator, value))
    .map(({ subject, operator, value }) => `${subject} ${operator} ${value}`.trim());
  const broken = tests.flatMap(({ name, expectations }) =>
    expectations.filter((line) => !isMet(line, answer)).map((line) => `${name}: ${line}`)
  );
  return [...failed, ...broken];
}

function valueOf(subject: string, answer: Answer): unknown {
  if (subject === 'res.status') return answer.status;
  if (subject === 'res.body') return answer.text === '' ? undefined : answer.json;
  const header = /^res\.headers\.(.+)$/.exec(subject)?.[1];
  if (header !== undefined) return answer.headers.get(header) ?? undefined;
  const member = /^res\.body\.(.+)$/.exec(subject)?.[1];
  return member === undefined ? undefined : (answer.json as Record<string, unknown>)[member];
}

function holds(value: unknown, operator: string, wanted: string): boolean {
  switch (operator) {
    case 'eq':
      return String(value) === wanted;
    case 'isDefined':
      return value !== undefined;
    case 'isEmpty':
      return value === undefined || value === '';
    case 'contains':
      return contains(value, wanted);
    default:
      throw new Error(`an operator that this reader does not know: ${operator}`);
  }
}

const contains = (value: unknown, wanted: string): boolean =>
  Array.isArray(value) ? value.includes(wanted) : typeof value === 'string' && value.includes(wanted);

/** One chai line: the few forms that the collection uses. */
function isMet(line: string, answer: Answer): boolean {
  const match = /^expect\(([^)]+)\)\.(?:to\.)?(equals?|contains?|gt)\((.*)\);$/.exec(line);
  if (match === null) throw new Error(`a line that this reader does not know: ${line}`);
  const [, subject = '', how = '', text = ''] = match;
  if (how === 'gt') return Array.isArray(answer.json) && answer.json.length > Number(text);
  const wanted = text.replace(/^["']|["']$/g, '');
  const value = valueOf(subject, answer);
  return how.startsWith('contain') ? contains(value, wanted) : String(value) === wanted;
}
