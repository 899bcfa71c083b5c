import { reject, type Rejection, type Result, ok } from '@lading/kernel';
import { hasCheckDigit } from './checkDigit.js';
import { GS1_KEYS, type Level } from './gs1Keys.js';
import { encodePercent } from './percent.js';
import { hasCheckPair } from './syntax/keyLinters.js';

export type IdentifierFault = 'ID_SYNTAX' | 'ID_CHECK_DIGIT';

/** One GS1 identifier at its finest level. Made only by {@link gs1Id}. */
export interface Gs1Id {
  readonly ai: string;
  /** Decoded value of the key. */
  readonly value: string;
  /** The qualifier that makes the identity finer (serial, lot, extension), decoded; null when there is none. */
  readonly qualifier: { readonly ai: string; readonly value: string } | null;
  readonly level: Level;
  /** A lot named beside a serial: an attribute, not part of the identity. '' when there is none. */
  readonly lot: string;
  /** `https://id.gs1.org/…`, the one form in which an item is keyed and hashed. */
  readonly uri: string;
}

export const CANONICAL_STEM = 'https://id.gs1.org/';

/** A GTIN of 8, 12, 13 or 14 digits as 14; other texts unchanged. */
export const padGtin = (value: string): string => (/^(\d{8}|\d{12,13})$/.test(value) ? value.padStart(14, '0') : value);

export interface Gs1IdOptions {
  /** The event hash of CBV 2.0 §8.9.2 normalises identifiers whose check digit is wrong, too. */
  readonly checkDigits: boolean;
  /** False: a GTIN has its 14 digits, as Digital Link has asked for since version 1.2. Read with fewer when absent. */
  readonly shortGtins?: boolean;
}

/**
 * Builds the identity from a key and its qualifiers in the order given (decoded values). CPV and everything that a
 * finer qualifier makes redundant are dropped (GS1 Digital Link §4.11; spec/provenance.md "Identifiers").
 */
export function gs1Id(
  ai: string,
  rawValue: string,
  qualifiers: readonly { readonly ai: string; readonly value: string }[],
  options: Gs1IdOptions = { checkDigits: true }
): Result<Gs1Id, IdentifierFault> {
  const key = GS1_KEYS.get(ai);
  if (key === undefined) return reject('ID_SYNTAX', `${ai} is not an identification key`);
  const value = ai === '01' && options.shortGtins !== false ? padGtin(rawValue) : rawValue;
  if (!key.pattern.test(value)) return reject('ID_SYNTAX', `not a valid ${key.name} (${ai}): ${rawValue}`);
  if (options.checkDigits && key.checkedDigits > 0 && !hasCheckDigit(value.slice(0, key.checkedDigits))) {
    return reject('ID_CHECK_DIGIT', `wrong check digit in ${key.name} (${ai}) ${value}`);
  }
  if (options.checkDigits && key.hasCheckPair && !hasCheckPair(value)) {
    return reject('ID_CHECK_DIGIT', `wrong check characters in ${key.name} (${ai}) ${value}`);
  }
  let level = key.level(value);
  let finest: Gs1Id['qualifier'] = null;
  let lot = '';
  let after = 0;
  for (const qualifier of qualifiers) {
    const at = key.qualifiers.findIndex((candidate, i) => i >= after && candidate.ai === qualifier.ai);
    const known = key.qualifiers[at];
    if (known === undefined) return unexpected(ai, qualifier.ai);
    if (!known.pattern.test(qualifier.value)) {
      return reject('ID_SYNTAX', `not a valid value of (${qualifier.ai}): ${qualifier.value}`);
    }
    after = at + 1;
    if (qualifier.ai === '10') lot = qualifier.value;
    if (known.level === undefined) continue;
    level = known.level;
    finest = qualifier;
  }
  if (finest?.ai === '10') lot = '';
  const uri = canonicalUri(ai, value, finest);
  return uri === null ? reject('ID_SYNTAX', 'not Unicode text') : ok({ ai, value, qualifier: finest, level, lot, uri });
}

function unexpected(ai: string, qualifier: string): Rejection<'ID_SYNTAX'> {
  return reject('ID_SYNTAX', `(${qualifier}) may not follow (${ai}) here`);
}

function canonicalUri(ai: string, value: string, qualifier: Gs1Id['qualifier']): string | null {
  const encoded = encodePercent(value);
  if (encoded === null) return null;
  const stem = `${CANONICAL_STEM}${ai}/${encoded}`;
  if (qualifier === null) return stem;
  const finest = encodePercent(qualifier.value);
  return finest === null ? null : `${stem}/${qualifier.ai}/${finest}`;
}
