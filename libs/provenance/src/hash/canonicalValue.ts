import { parseDigitalLink } from '../identifiers/digitalLink.js';
import { canonicalItem, parseGs1 } from '../identifiers/canonicalItem.js';
import { URI_LIMIT } from '../event/uri.js';
import type { HashWork } from './hashWork.js';
import { BIZ_STEPS, DISPOSITIONS, ERROR_REASONS, PARTY_TYPES, TRANSACTION_TYPES } from '../event/vocabulary.js';

/** How values are written in the pre-hash string of CBV 2.0 §8.9.2. */

const NUMERIC = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d{1,3}))?$/;

/**
 * A number without sign "+", exponent, leading and trailing zeros; null when the text is no number. Digits are moved,
 * never computed: no machine rounds.
 */
export function canonicalNumber(text: string): string | null {
  const match = NUMERIC.exec(text);
  if (match === null) return null;
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = match;
  if (whole === '' && fraction === '') return null;
  const digits = whole + fraction;
  const point = whole.length + Number(exponent);
  const left = point <= 0 ? '0' : digits.slice(0, point).padEnd(point, '0');
  const right = point < 0 ? '0'.repeat(-point) + digits : digits.slice(point);
  const integer = left.replace(/^0+(?=\d)/, '');
  const decimals = right.slice(0, endWithoutZeros(right));
  const size = decimals === '' ? integer : `${integer}.${decimals}`;
  return sign === '-' && size !== '0' ? `-${size}` : size;
}

/** Written out: the pattern 0+$ takes the square of the length where many zeros stand before another digit. */
function endWithoutZeros(digits: string): number {
  let end = digits.length;
  while (end > 0 && digits[end - 1] === '0') end--;
  return end;
}

/** White space as ECMAScript 2023 lists it, by number: what an engine's tables call a space may change with Unicode. */
const SPACES: ReadonlySet<number> = new Set([
  0x09, 0x0a, 0x0b, 0x0c, 0x0d, 0x20, 0xa0, 0x1680, 0x2000, 0x2001, 0x2002, 0x2003, 0x2004, 0x2005, 0x2006, 0x2007,
  0x2008, 0x2009, 0x200a, 0x2028, 0x2029, 0x202f, 0x205f, 0x3000, 0xfeff
]);

const isVisible = (code: number): boolean => code > 0x20 && code < 0x7f;

/** Without white space at either end. */
export function trimmed(text: string): string {
  if (isVisible(text.charCodeAt(0)) && isVisible(text.charCodeAt(text.length - 1))) return text;
  let start = 0;
  let end = text.length;
  while (start < end && SPACES.has(text.charCodeAt(start))) start++;
  while (end > start && SPACES.has(text.charCodeAt(end - 1))) end--;
  return text.slice(start, end);
}

const CBV_URNS = [BIZ_STEPS, DISPOSITIONS, TRANSACTION_TYPES, PARTY_TYPES, ERROR_REASONS];

function cbvWebUri(text: string): string {
  if (!text.startsWith('urn:epcglobal:cbv:')) return text;
  for (const vocabulary of CBV_URNS) {
    const urn = `urn:epcglobal:cbv:${vocabulary.urn}:`;
    if (text.startsWith(urn)) return `https://ref.gs1.org/cbv/${vocabulary.web}${text.slice(urn.length)}`;
  }
  return text;
}

/** Prefixes whose short forms are expanded in values, too. */
const STANDARD_PREFIX = /^(gs1|cbv|epcis):(?!\/)(.+)$/;

const STANDARD_START = 'gce';

export interface ValueRules {
  readonly namespaces: ReadonlyMap<string, string>;
  /**
   * False: as the standard and its reference write it, where a text that looks like a number is one (`00123` = `123`).
   * True: texts stay texts. The content hash of rule R24 is made this way: it must tell two lots apart.
   */
  readonly exact: boolean;
  readonly work: HashWork;
}

export function canonicalText(raw: string, rules: ValueRules): string {
  const text = cbvWebUri(trimmed(raw));
  if (!rules.exact) {
    const number = canonicalNumber(text);
    if (number !== null) return number;
  }
  // Without a colon it is neither a short form nor an identifier.
  if (!text.includes(':')) return text;
  const short = STANDARD_START.includes(text.charAt(0)) ? STANDARD_PREFIX.exec(text) : null;
  if (short !== null) return (rules.namespaces.get(short[1] as string) ?? `${short[1]}:`) + (short[2] as string);
  // No identifier is longer than a URI may be; what is, is text.
  if (text.length > URI_LIMIT) return text;
  if (isPlainGs1(text)) {
    const item = canonicalItem(text, 'instance');
    if (item.ok && item.value.gs1 !== null) return item.value.uri;
  }
  // Identifiers are normalised even when their check digit is wrong: the hash identifies, it does not judge.
  const id = /^https?:/i.test(text) ? parseDigitalLink(text, { checkDigits: false }) : parseGs1(text);
  return id.ok && id.value !== null ? id.value.uri : text;
}

/** Where escapes play no part, an identifier that is right is written here as it is keyed. */
const isPlainGs1 = (text: string): boolean =>
  (text.startsWith('https://id.gs1.org/') || text.startsWith('urn:epc:id:')) && !text.includes('%');

/** The name of an extension field: `{namespace}local`. */
export function canonicalName(name: string, namespaces: ReadonlyMap<string, string>): string {
  const colon = name.indexOf(':');
  const namespace = colon < 0 ? undefined : namespaces.get(name.slice(0, colon));
  return namespace === undefined ? name : `{${namespace}}${name.slice(colon + 1)}`;
}
