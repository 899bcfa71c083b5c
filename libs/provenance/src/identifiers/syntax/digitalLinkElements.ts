import { ok, reject, type Result } from '@lading/kernel';
import { KEY_ALIASES } from '../gs1Keys.js';
import { CANONICAL_STEM, padGtin } from '../gs1Id.js';
import { decodePercent, encodePercent } from '../percent.js';
import { aiEntry, type AiEntry } from './aiDictionary.js';
import { checkAiValue, SCAN_LIMIT, type AiElement, type AiFault } from './aiElements.js';
import { checkAiSet } from './aiRules.js';
import type { PrefixLookup } from './lint.js';

/** All elements of a Digital Link URI: key, qualifiers and data attributes (GS1 Digital Link URI Syntax 1.4 §4, §5). */

export type DigitalLinkFault = AiFault | 'DIGITAL_LINK_SYNTAX' | 'DIGITAL_LINK_COMPRESSED';

export interface DigitalLinkOptions {
  /** Read `gtin`, `ser` … beside numbers, as Digital Link 1.1 wrote them. Default true. */
  readonly aliases?: boolean;
  /** Read GTINs of 8, 12 and 13 digits. Default true. */
  readonly shortGtins?: boolean;
  /** Keep attributes whose number GS1 has not assigned. Default false: refused. */
  readonly unknownAttributes?: boolean;
  readonly lookup?: PrefixLookup;
}

const URI = /^https?:\/\/([A-Za-z0-9\-._~%[\]:@!$&'()*+,;=]+)(\/[^?#]*)?(?:\?([^#]*))?(?:#.*)?$/i;
const CHARACTERS = /^[A-Za-z0-9\-._~:/?#[\]@!$&'()*+,;=%]*$/;
const HOST = /^(?:\[[0-9A-Fa-f:.]+\]|[^[\]%]*)(?::\d*)?$/;
/** What a compressed link leaves of its elements (§6): one segment of base64url. */
const COMPRESSED = /^[A-Za-z0-9_-]{8,}$/;

interface Pair {
  readonly ai: string;
  /** As written, escapes included. */
  readonly text: string;
}

/** The key of a path and what follows it, or null: the last segments name no key. */
function pairsOf(path: string, aliases: boolean): readonly Pair[] | null {
  const segments = path.split('/').slice(1);
  const pairs: Pair[] = [];
  for (let at = segments.length - 2; at >= 0; at -= 2) {
    const segment = segments[at] as string;
    const ai = (aliases ? KEY_ALIASES.get(segment) : undefined) ?? segment;
    pairs.unshift({ ai, text: segments[at + 1] as string });
    const entry = aiEntry(ai);
    if (entry === null) return null;
    if (entry.qualifiers !== null && !isQualifierOfAnEarlierKey(segments, at, ai, aliases)) return pairs;
  }
  return null;
}

/** A key that may follow the pair before it is that key's qualifier. */
function isQualifierOfAnEarlierKey(segments: readonly string[], at: number, ai: string, aliases: boolean): boolean {
  const before = segments[at - 2];
  if (before === undefined) return false;
  const entry = aiEntry((aliases ? KEY_ALIASES.get(before) : undefined) ?? before);
  return entry?.qualifiers?.some((sequence) => sequence.includes(ai)) ?? false;
}

/** Whether the qualifiers stand in the order of one of the key's sequences, any of them left out. */
function isSequence(key: AiEntry, ais: readonly string[]): boolean {
  return (key.qualifiers ?? []).some((sequence) => {
    let from = 0;
    return ais.every((ai) => {
      const at = sequence.indexOf(ai, from);
      from = at + 1;
      return at >= 0;
    });
  });
}

/** In a query `+` is a space, as in every form; no value of an identifier has one. */
function decoded(text: string): string | null {
  const value = decodePercent(text);
  return value === null || value.includes('\0') ? null : value;
}

function readElement(ai: string, text: string, options: DigitalLinkOptions): Result<AiElement, DigitalLinkFault> {
  const raw = decoded(text);
  if (raw === null) return reject('DIGITAL_LINK_SYNTAX', `broken percent-encoding in (${ai})`);
  const value = ai === '01' && options.shortGtins !== false ? padGtin(raw) : raw;
  const entry = aiEntry(ai);
  if (entry === null) return ok({ ai, value });
  const checked = checkAiValue(entry, value, options.lookup);
  return checked.ok ? ok({ ai, value }) : checked;
}

/** The attributes of a query. Names that are no numbers belong to others and are left out. */
function attributesOf(query: string, options: DigitalLinkOptions): Result<readonly Pair[], DigitalLinkFault> {
  const pairs: Pair[] = [];
  for (const parameter of query.split(/[&;]/)) {
    const equals = parameter.indexOf('=');
    const name = equals < 0 ? parameter : parameter.slice(0, equals);
    const alias = options.aliases === false ? undefined : KEY_ALIASES.get(name);
    const ai = alias ?? name;
    if (equals < 0 || !/^\d+$/.test(ai)) continue;
    const entry = aiEntry(ai);
    if (entry === null && !(options.unknownAttributes === true && ai.length >= 2 && ai.length <= 4)) {
      return reject('AI_UNKNOWN', `${ai} is no application identifier`);
    }
    if (entry !== null && !entry.isDataAttribute) {
      return reject('DIGITAL_LINK_SYNTAX', `(${ai}) may not stand in the query of a Digital Link`);
    }
    pairs.push({ ai, text: parameter.slice(equals + 1).replaceAll('+', '%20') });
  }
  return ok(pairs);
}

function structureFault(path: readonly Pair[], attributes: readonly Pair[]): string | null {
  const [first, ...rest] = path;
  const key = first === undefined ? null : aiEntry(first.ai);
  if (key === null) return 'no identification key';
  const qualifiers = rest.map(({ ai }) => ai);
  if (!isSequence(key, qualifiers)) return `the qualifiers (${qualifiers.join(') (')}) do not follow (${key.ai}) in this order`;
  const seen = new Set<string>();
  for (const { ai } of [...path, ...attributes]) {
    if (seen.has(ai)) return `(${ai}) stands twice`;
    seen.add(ai);
  }
  const misplaced = attributes.find(({ ai }) =>
    qualifiers.some((_, i) => isSequence(key, qualifiers.toSpliced(i, 0, ai))) || isSequence(key, [...qualifiers, ai])
  );
  return misplaced === undefined ? null : `(${misplaced.ai}) belongs into the path`;
}

function noKey(path: string): Result<never, DigitalLinkFault> {
  const last = path.split('/').at(-1) ?? '';
  if (COMPRESSED.test(last) && /\d/.test(last) && /[A-Za-z]/.test(last)) {
    return reject('DIGITAL_LINK_COMPRESSED', 'compressed Digital Links are not read: use the uncompressed link');
  }
  return reject('DIGITAL_LINK_SYNTAX', 'the path names no identification key with its value');
}

/** The elements of a Digital Link URI of any domain, key first. Values, order and combinations are checked. */
export function readDigitalLink(uri: string, options: DigitalLinkOptions = {}): Result<readonly AiElement[], DigitalLinkFault> {
  const match = uri.length <= SCAN_LIMIT && CHARACTERS.test(uri) ? URI.exec(uri) : null;
  if (match === null || !HOST.test(match[1] as string)) return reject('DIGITAL_LINK_SYNTAX', 'not a web address');
  const path = pairsOf(match[2] ?? '', options.aliases !== false);
  if (path === null) return noKey(match[2] ?? '');
  const attributes = attributesOf(match[3] ?? '', options);
  if (!attributes.ok) return attributes;
  const fault = structureFault(path, attributes.value);
  if (fault !== null) return reject('DIGITAL_LINK_SYNTAX', fault);
  const elements: AiElement[] = [];
  for (const { ai, text } of [...path, ...attributes.value]) {
    const element = readElement(ai, text, options);
    if (!element.ok) return element;
    elements.push(element.value);
  }
  const rules = checkAiSet(elements);
  return rules.ok ? ok(elements) : rules;
}

/** Longest of the key's sequences that the elements fill, the first of equals. */
function qualifiersIn(key: AiEntry, present: ReadonlySet<string>): readonly string[] {
  const filled = (key.qualifiers ?? []).map((sequence) => sequence.filter((ai) => present.has(ai)));
  return filled.reduce((best, next) => (next.length > best.length ? next : best), []);
}

/** Elements, which have been checked, as a Digital Link: the first key among them, its qualifiers, the rest as attributes. */
export function digitalLinkOf(
  elements: readonly AiElement[],
  stem: string = CANONICAL_STEM
): Result<string, DigitalLinkFault> {
  const rules = checkAiSet(elements);
  if (!rules.ok) return rules;
  const values = new Map(elements.map(({ ai, value }) => [ai, value]));
  const key = [...values.keys()].map(aiEntry).find((entry) => entry !== null && entry.qualifiers !== null);
  if (key === undefined || key === null) return reject('DIGITAL_LINK_SYNTAX', 'no identification key among the elements');
  const path = [key.ai, ...qualifiersIn(key, new Set(values.keys()))];
  // As in symbols, identifiers of predefined length come first.
  const isOpen = (ai: string): number => (aiEntry(ai)?.isPredefinedLength === true ? 0 : 1);
  const query = [...values.keys()].filter((ai) => !path.includes(ai)).sort((a, b) => isOpen(a) - isOpen(b));
  const misplaced = query.find((ai) => aiEntry(ai)?.isDataAttribute !== true);
  if (misplaced !== undefined) {
    return reject('DIGITAL_LINK_SYNTAX', `(${misplaced}) can be neither a qualifier of (${key.ai}) nor an attribute`);
  }
  const encoded = (ai: string): string => encodePercent(values.get(ai) ?? '') ?? '';
  const pathText = path.map((ai) => `${ai}/${encoded(ai)}`).join('/');
  const queryText = query.map((ai) => `${ai}=${encoded(ai)}`).join('&');
  return ok(`${stem.replace(/\/$/, '')}/${pathText}${queryText === '' ? '' : `?${queryText}`}`);
}
