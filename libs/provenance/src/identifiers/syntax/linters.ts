import { COUNTRY_LETTERS, COUNTRY_NUMBERS, CURRENCY_NUMBERS, PACKAGE_TYPES } from './codeLists.js';
import { COUPON_LINTERS } from './couponLinters.js';
import { DATE_LINTERS } from './dateLinters.js';
import { KEY_LINTERS } from './keyLinters.js';
import { lint, type Lint } from './lint.js';

/** The syntax tests of the GS1 Barcode Syntax Dictionary, by the names that its entries use. */

/** Padding is optional; where it stands it fills up to a multiple of three. */
const isBase64Url = (data: string): boolean => {
  const padding = /=*$/.exec(data)?.[0].length ?? 0;
  return /^[A-Za-z0-9_-]*$/.test(data.slice(0, data.length - padding)) && (padding === 0 || (padding < 3 && data.length % 3 === 0));
};

/** Two numbers of equal length: a piece and, not smaller, how many there are. */
const isPieceOfTotal = (data: string): boolean => {
  if (!/^(?:\d\d)+$/.test(data)) return false;
  const half = data.length / 2;
  const [piece, total] = [data.slice(0, half), data.slice(half)];
  return /[1-9]/.test(piece) && /[1-9]/.test(total) && piece <= total;
};

/** `2/3`: the second of three, without leading zeros. */
const isPosition = (data: string): boolean => {
  const match = /^([1-9]\d*)\/([1-9]\d*)$/.exec(data);
  return match !== null && Number(match[1]) <= Number(match[2]);
};

/** ISO 13616: with the first four characters at the end and letters as numbers it is 1 modulo 97. */
const isIban = (data: string): boolean => {
  if (!/^[A-Z]{2}\d\d[0-9A-Z]{1,30}$/.test(data) || !COUNTRY_LETTERS.has(data.slice(0, 2))) return false;
  let remainder = 0;
  for (const char of data.slice(4) + data.slice(0, 4)) {
    const value = parseInt(char, 36);
    remainder = (remainder * (value > 9 ? 100 : 10) + value) % 97;
  }
  return remainder === 1;
};

const matches = (pattern: RegExp, fault: string): Lint => lint((data) => pattern.test(data), fault);
const listed = (list: ReadonlySet<string>, what: string): Lint => lint((data) => list.has(data), `${what} is expected`);
const degrees = (limit: number, what: string): Lint =>
  lint((data) => /^\d{10}$/.test(data) && Number(data) <= limit * 10_000_000, `${what} of ten digits is expected`);

export const LINTERS: ReadonlyMap<string, Lint> = new Map<string, Lint>([
  ...DATE_LINTERS,
  ...KEY_LINTERS,
  ...COUPON_LINTERS,
  ['csetnumeric', matches(/^\d*$/, 'digits are expected')],
  ['cset82', matches(/^[!"%&'()*+,\-./0-9:;<=>?A-Z_a-z]*$/, 'a character is outside of GS1 character set 82')],
  ['cset39', matches(/^[#\-/0-9A-Z]*$/, 'a character is outside of GS1 character set 39')],
  ['cset64', lint(isBase64Url, 'base64url is expected')],
  ['hasnondigit', matches(/\D/, 'at least one character that is no digit is expected')],
  ['hyphen', matches(/^-*$/, 'a hyphen is expected')],
  ['iban', lint(isIban, 'an IBAN with right check digits is expected')],
  ['importeridx', matches(/^[A-Za-z0-9_-]$/, 'an importer index is expected')],
  ['iso3166', listed(COUNTRY_NUMBERS, 'a country number of ISO 3166')],
  ['iso3166999', lint((data) => data === '999' || COUNTRY_NUMBERS.has(data), 'a country number of ISO 3166 or 999 is expected')],
  ['iso3166alpha2', listed(COUNTRY_LETTERS, 'a country code of ISO 3166')],
  ['iso4217', listed(CURRENCY_NUMBERS, 'a currency number of ISO 4217')],
  ['iso5218', matches(/^[0129]$/, 'a code of ISO 5218 (0, 1, 2, 9) is expected')],
  ['latitude', degrees(180, 'a latitude')],
  ['longitude', degrees(360, 'a longitude')],
  ['mediatype', matches(/^(?:0[1-9]|10|[89]\d)$/, 'an AIDC media type is expected')],
  ['nonzero', matches(/^\d*[1-9]\d*$/, 'a number above zero is expected')],
  ['nozeroprefix', matches(/^[1-9]\d*$/, 'a number without leading zeros is expected')],
  ['packagetype', listed(PACKAGE_TYPES, 'a package type code')],
  ['pcenc', matches(/^(?:[^%]|%[0-9A-Fa-f]{2})*$/, 'a percent sequence is broken')],
  ['pieceoftotal', lint(isPieceOfTotal, 'a piece of a total is expected')],
  ['posinseqslash', lint(isPosition, 'a position such as 2/3 is expected')],
  ['winding', matches(/^[019]$/, 'a winding direction (0, 1, 9) is expected')],
  ['yesno', matches(/^[01]$/, '0 or 1 is expected')],
  ['zero', matches(/^0*$/, 'zero is expected')]
]);
