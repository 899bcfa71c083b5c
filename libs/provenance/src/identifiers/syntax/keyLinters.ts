import { hasCheckDigit } from '../checkDigit.js';
import { lint, type Lint } from './lint.js';

/** Check digits, check character pairs and company prefixes of keys (GS1 General Specifications §7.9 and §1.4). */

const SET_82 = '!"%&\'()*+,-./0123456789:;<=>?ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz';
const SET_32 = '23456789ABCDEFGHJKLMNPQRSTUVWXYZ';

function primes(count: number): readonly number[] {
  const found: number[] = [];
  for (let n = 2; found.length < count; n++) if (found.every((prime) => n % prime !== 0)) found.push(n);
  return found;
}

/** One weight a character; no value is longer than 99 characters, of which two are the pair. */
const WEIGHTS = primes(97);

/** The two check characters of an alphanumeric key (GMN), or null for a text that can have none. */
export function checkPair(text: string): string | null {
  if (text.length > WEIGHTS.length) return null;
  let sum = 0;
  for (let i = 0; i < text.length; i++) {
    const value = SET_82.indexOf(text.charAt(i));
    if (value < 0) return null;
    sum += value * (WEIGHTS[text.length - 1 - i] ?? 0);
  }
  sum %= 1021;
  return SET_32.charAt(sum >> 5) + SET_32.charAt(sum & 31);
}

export const hasCheckPair = (text: string): boolean => text.length >= 2 && checkPair(text.slice(0, -2)) === text.slice(-2);

/** Digits in front of a key that a company prefix has at least. */
const SHORTEST_PREFIX = 4;

/** The key has its company prefix at `start`, by its digits and, where a lookup is given, by the registry. */
const prefixAt =
  (start: number): Lint =>
  (data, lookup) => {
    const key = data.slice(start);
    if (!/^\d*$/.test(key.slice(0, SHORTEST_PREFIX)) || key.length < SHORTEST_PREFIX) return 'a company prefix is expected';
    if (lookup === undefined) return null;
    const verdict = lookup(key);
    if (verdict === 'known') return null;
    return verdict === 'unknown' ? 'the company prefix is not assigned' : 'company prefixes cannot be looked up now';
  };

export const companyPrefix = prefixAt(0);

export const KEY_LINTERS: readonly (readonly [string, Lint])[] = [
  ['csum', lint((data) => /^\d+$/.test(data) && hasCheckDigit(data), 'the check digit is wrong')],
  ['csumalpha', lint(hasCheckPair, 'the check character pair is wrong')],
  ['gcppos1', companyPrefix],
  ['gcppos2', prefixAt(1)]
];
