import { assert, ok, reject, type Result } from '@lading/kernel';
import { aiEntry, aiEntryAt, longestValue, type AiComponent, type AiEntry } from './aiDictionary.js';
import { LINTERS } from './linters.js';
import type { PrefixLookup } from './lint.js';

/** One element of a scan: an application identifier and its value, decoded. */
export interface AiElement {
  readonly ai: string;
  readonly value: string;
}

export type AiFault = 'AI_SYNTAX' | 'AI_UNKNOWN' | 'AI_VALUE' | 'AI_COMBINATION';

/** FNC1 as scanners transmit it: the ASCII group separator. */
export const GROUP_SEPARATOR = '\x1d';

/** Characters of one scan at most; the largest symbol holds less. */
export const SCAN_LIMIT = 8192;

const CHARSET_LINTERS = { N: 'csetnumeric', X: 'cset82', Y: 'cset39', Z: 'cset64' } as const;

function componentFault(component: AiComponent, part: string, lookup: PrefixLookup | undefined): string | null {
  for (const name of [CHARSET_LINTERS[component.charset], ...component.linters]) {
    const lint = LINTERS.get(name);
    assert(lint !== undefined, `aiElements: the dictionary names an unknown syntax test ${name}`);
    const fault = lint(part, lookup);
    if (fault !== null) return fault;
  }
  return null;
}

/** A value against the format of its identifier, component by component. */
export function checkAiValue(entry: AiEntry, value: string, lookup?: PrefixLookup): Result<null, AiFault> {
  let at = 0;
  for (const component of entry.components) {
    const part = value.slice(at, at + component.max);
    if (part === '' && component.isOptional) break;
    if (part.length < component.min) return reject('AI_VALUE', `the value of (${entry.ai}) ${entry.title} is too short`);
    const fault = componentFault(component, part, lookup);
    if (fault !== null) return reject('AI_VALUE', `(${entry.ai}) ${entry.title}: ${fault}`);
    at += part.length;
  }
  return at < value.length ? reject('AI_VALUE', `the value of (${entry.ai}) ${entry.title} is too long`) : ok(null);
}

/** `(01)09521141012345(10)ABC`: the form for people. A parenthesis inside a value is written `\(`. */
export function parseAiBrackets(text: string, lookup?: PrefixLookup): Result<readonly AiElement[], AiFault> {
  if (text.length > SCAN_LIMIT) return reject('AI_SYNTAX', `more than ${SCAN_LIMIT} characters`);
  const elements: AiElement[] = [];
  const element = /\((\d{2,4})\)((?:[^(\\]|\\\(|\\(?!\())*)/y;
  while (element.lastIndex < text.length || elements.length === 0) {
    const at = element.lastIndex;
    const match = element.exec(text);
    if (match === null) return reject('AI_SYNTAX', `an identifier in parentheses is expected at character ${at + 1}`);
    const ai = match[1] as string;
    const value = (match[2] as string).replaceAll('\\(', '(');
    const entry = aiEntry(ai);
    if (entry === null) return reject('AI_UNKNOWN', `(${ai}) is no application identifier`);
    const checked = checkAiValue(entry, value, lookup);
    if (!checked.ok) return checked;
    elements.push({ ai, value });
  }
  return ok(elements);
}

/** What a scanner transmits: FNC1, then elements; FNC1 ends a value whose length its identifier does not tell. */
export function parseAiMessage(text: string, lookup?: PrefixLookup): Result<readonly AiElement[], AiFault> {
  if (text.length > SCAN_LIMIT) return reject('AI_SYNTAX', `more than ${SCAN_LIMIT} characters`);
  if (!text.startsWith(GROUP_SEPARATOR) || text.length === 1) {
    return reject('AI_SYNTAX', 'element strings begin with a group separator (FNC1) and an identifier');
  }
  const elements: AiElement[] = [];
  let at = 1;
  while (at < text.length) {
    const entry = aiEntryAt(text, at);
    if (entry === null) return reject('AI_UNKNOWN', `no application identifier begins at character ${at + 1}`);
    const start = at + entry.ai.length;
    const separator = text.indexOf(GROUP_SEPARATOR, start);
    const end = separator < 0 ? text.length : separator;
    const stop = entry.isPredefinedLength ? Math.min(end, start + longestValue(entry)) : end;
    const value = text.slice(start, stop);
    const checked = checkAiValue(entry, value, lookup);
    if (!checked.ok) return checked;
    elements.push({ ai: entry.ai, value });
    at = text[stop] === GROUP_SEPARATOR ? stop + 1 : stop;
  }
  return ok(elements);
}

/** Elements as a scanner transmits them; they have been checked. */
export function formatAiMessage(elements: readonly AiElement[]): string {
  let text = GROUP_SEPARATOR;
  elements.forEach(({ ai, value }, i) => {
    const isOpen = aiEntry(ai)?.isPredefinedLength !== true;
    text += ai + value + (isOpen && i < elements.length - 1 ? GROUP_SEPARATOR : '');
  });
  return text;
}

export const formatAiBrackets = (elements: readonly AiElement[]): string =>
  elements.map(({ ai, value }) => `(${ai})${value.replaceAll('(', '\\(')}`).join('');
