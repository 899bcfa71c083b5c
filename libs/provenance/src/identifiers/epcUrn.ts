import { ok, reject, type Result } from '@lading/kernel';
import { checkDigit } from './checkDigit.js';
import { gs1Id, type Gs1Id, type IdentifierFault } from './gs1Id.js';
import { decodePercent } from './percent.js';

/**
 * EPC URNs (GS1 EPC Tag Data Standard §6) → the same identity as a Digital Link. In a URN the company prefix stands
 * apart and there is no check digit; in a Digital Link it is the other way round.
 */

const URN = /^urn:epc:(id|class|idpat):([a-z]+):(.+)$/i;

/** Schemes that have no Digital Link: valid EPCs, kept as they are. */
const WITHOUT_DIGITAL_LINK: ReadonlySet<string> = new Set(['gid', 'usdod', 'adi', 'bic', 'imovn']);

type Parts = readonly string[];
type Reader = (parts: Parts, pattern: boolean) => Result<Gs1Id, IdentifierFault> | null;

const digits = (text: string, size: number): boolean => text.length === size && /^\d*$/.test(text);
const isPrefix = (text: string): boolean => /^\d{6,12}$/.test(text);

/** The rest of a URN's fields from `index` on, decoded; dots inside a serial belong to it. */
const serialFrom = (parts: Parts, index: number): string | null => decodePercent(parts.slice(index).join('.'));

/** prefix "." reference with `size` digits together, plus its check digit. */
function numeric(parts: Parts, size: number): string | null {
  const [prefix = '', reference = ''] = parts;
  if (!isPrefix(prefix) || !digits(reference, size - prefix.length)) return null;
  return prefix + reference + checkDigit(prefix + reference);
}

/** As numeric, with the first digit of the reference (indicator, extension) moved to the front. */
function indicated(parts: Parts, size: number): string | null {
  const [prefix = '', reference = ''] = parts;
  if (!isPrefix(prefix) || !digits(reference, size - prefix.length)) return null;
  const raw = reference.slice(0, 1) + prefix + reference.slice(1);
  return raw + checkDigit(raw);
}

const only = (ai: string, value: string | null): Result<Gs1Id, IdentifierFault> | null =>
  value === null ? null : gs1Id(ai, value, []);

/** A key with one qualifier; in a pattern URN the qualifier is "*" and the class itself is meant. */
function qualified(ai: string, value: string | null, by: string, parts: Parts, at: number, pattern: boolean) {
  if (value === null || parts.length <= at) return null;
  if (pattern) return parts.length === at + 1 && parts[at] === '*' ? gs1Id(ai, value, []) : null;
  const serial = serialFrom(parts, at);
  return serial === null || serial === '' ? null : gs1Id(ai, value, [{ ai: by, value: serial }]);
}

/** A key whose serial is part of its value (GRAI, GDTI, coupon). */
function appended(ai: string, value: string | null, parts: Parts, pattern: boolean) {
  if (value === null || parts.length < 3) return null;
  if (pattern) return parts.length === 3 && parts[2] === '*' ? gs1Id(ai, value, []) : null;
  const serial = serialFrom(parts, 2);
  return serial === null || serial === '' ? null : gs1Id(ai, value + serial, []);
}

function prefixed(ai: string, parts: Parts) {
  const reference = serialFrom(parts, 1);
  return isPrefix(parts[0] ?? '') && reference ? gs1Id(ai, (parts[0] as string) + reference, []) : null;
}

const grai = (parts: Parts): string | null => {
  const value = numeric(parts, 12);
  return value === null ? null : '0' + value;
};

const sgln: Reader = (parts) => {
  const value = numeric(parts, 12);
  const extension = parts.length < 3 ? null : serialFrom(parts, 2);
  if (value === null || !extension) return null;
  return extension === '0' ? gs1Id('414', value, []) : gs1Id('414', value, [{ ai: '254', value: extension }]);
};

const cpi: Reader = (parts, pattern) => {
  const [prefix = '', encoded = '', serial = ''] = parts;
  const reference = decodePercent(encoded);
  if (!isPrefix(prefix) || !reference || parts.length !== 3) return null;
  if (pattern) return serial === '*' ? gs1Id('8010', prefix + reference, []) : null;
  return gs1Id('8010', prefix + reference, [{ ai: '8011', value: serial }]);
};

const itip: Reader = (parts, pattern) => {
  const gtin = indicated(parts, 13);
  const [, , piece = '', total = ''] = parts;
  if (gtin === null || !/^\d\d$/.test(piece) || !/^\d\d$/.test(total)) return null;
  return qualified('8006', gtin + piece + total, '21', parts, 4, pattern);
};

const whole = (parts: Parts, size: number): Parts | null => (parts.length === size ? parts : null);

const READERS: ReadonlyMap<string, Reader> = new Map<string, Reader>([
  ['sgtin', (p, pattern) => qualified('01', indicated(p, 13), '21', p, 2, pattern)],
  ['upui', (p, pattern) => qualified('01', indicated(p, 13), '235', p, 2, pattern)],
  ['lgtin', (p, pattern) => qualified('01', indicated(p, 13), '10', p, 2, pattern)],
  ['sscc', (p) => (whole(p, 2) === null ? null : only('00', indicated(p, 17)))],
  ['sgln', sgln],
  ['pgln', (p) => (whole(p, 2) === null ? null : only('417', numeric(p, 12)))],
  ['grai', (p, pattern) => appended('8003', grai(p), p, pattern)],
  ['giai', (p) => prefixed('8004', p)],
  ['gsrn', (p) => (whole(p, 2) === null ? null : only('8018', numeric(p, 17)))],
  ['gsrnp', (p) => (whole(p, 2) === null ? null : only('8017', numeric(p, 17)))],
  ['gdti', (p, pattern) => appended('253', numeric(p, 12), p, pattern)],
  ['sgcn', (p, pattern) => appended('255', numeric(p, 12), p, pattern)],
  ['ginc', (p) => prefixed('401', p)],
  ['gsin', (p) => (whole(p, 2) === null ? null : only('402', numeric(p, 16)))],
  ['cpi', cpi],
  ['itip', itip]
]);

/** Ok(null): not an EPC URN with a Digital Link, an opaque identifier. */
export function parseEpcUrn(uri: string): Result<Gs1Id | null, IdentifierFault> {
  const match = URN.exec(uri);
  if (match === null) {
    return /^urn:epc:/i.test(uri) && !/^urn:epc:(tag|raw|pat):/i.test(uri)
      ? reject('ID_SYNTAX', `not an EPC URN: ${uri}`)
      : ok(null);
  }
  const kind = (match[1] as string).toLowerCase();
  const scheme = (match[2] as string).toLowerCase();
  if (WITHOUT_DIGITAL_LINK.has(scheme)) return ok(null);
  const reader = READERS.get(scheme);
  const parts = (match[3] as string).split('.');
  // Patterns over whole company prefixes ("prefix.*.*") name no single class: opaque.
  if (kind === 'idpat' && parts.indexOf('*') !== parts.length - 1) return ok(null);
  const allowed = kind === 'class' ? scheme === 'lgtin' : scheme !== 'lgtin';
  const id = reader === undefined || !allowed ? null : reader(parts, kind === 'idpat');
  return id ?? reject('ID_SYNTAX', `not a valid ${scheme} URN: ${uri}`);
}
