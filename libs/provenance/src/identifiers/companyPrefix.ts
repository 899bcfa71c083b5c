import type { Gs1Id } from './gs1Id.js';

/**
 * Length of the GS1 company prefix that begins `digits`, or null when it is not known. `digits` are those of a key in
 * the order of the prefix: the indicator of a GTIN and the extension of an SSCC are left out. A number does not tell
 * how long its prefix is; the organization registry does.
 */
export type PrefixLengths = (digits: string) => number | null;

/** Digits that a company prefix may have. */
export const PREFIX_DIGITS = { min: 6, max: 12 } as const;

/** From the company prefixes of a registry; the longest one that fits wins. Texts that are no prefixes are left out. */
export function prefixLengths(prefixes: Iterable<string>): PrefixLengths {
  const known = new Set<string>();
  for (const prefix of prefixes) if (/^\d{6,12}$/.test(prefix)) known.add(prefix);
  return (digits) => {
    for (let length = PREFIX_DIGITS.max; length >= PREFIX_DIGITS.min; length--) {
      if (digits.length >= length && known.has(digits.slice(0, length))) return length;
    }
    return null;
  };
}

/** Keys whose prefix stands behind a digit of another meaning: extension, indicator, leading zero. */
const PREFIX_SECOND: ReadonlySet<string> = new Set(['00', '01', '8003', '8006']);

/** The digits of an identity as {@link PrefixLengths} wants them. */
export function prefixDigits({ ai, value }: Gs1Id): string {
  return value.slice(PREFIX_SECOND.has(ai) ? 1 : 0);
}
