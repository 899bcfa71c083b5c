import { ok, reject, type Result } from '@lading/kernel';
import { CANONICAL_STEM, type IdentifierFault } from './gs1Id.js';
import { parseDigitalLink } from './digitalLink.js';
import { parseEpcUrn } from './epcUrn.js';

/**
 * Many identifiers at once, for questions: `urn:epc:idpat:…` with trailing "*" (EPC Tag Data Standard, pure identity
 * patterns), or a Digital Link whose last qualifier is "*".
 */
export interface EpcPattern {
  /** Beginnings of canonical URIs, ASCII: what matches begins with one of them. */
  readonly prefixes: readonly string[];
  /** Regular expression (the part of the syntax that POSIX and ECMAScript share) over the whole canonical URI. */
  readonly form: string;
}

interface Scheme {
  readonly ai: string;
  /** What stands before the company prefix: an indicator or extension digit, a filling zero, or nothing. */
  readonly before: 'digit' | 'zero' | 'none';
  /** Fields of the URN. */
  readonly fields: number;
  /** Behind the AI: how an instance is written, and how a class. */
  readonly instance: string;
  readonly classes: string | null;
}

const row = (
  ai: string,
  before: Scheme['before'],
  fields: number,
  instance: string,
  classes: string | null = null
): Scheme => ({ ai, before, fields, instance, classes });

const SCHEMES: ReadonlyMap<string, Scheme> = new Map([
  ['sgtin', row('01', 'digit', 3, '[0-9]{14}/21/.+', '[0-9]{14}(/10/.+)?')],
  ['upui', row('01', 'digit', 3, '[0-9]{14}/235/.+')],
  ['lgtin', row('01', 'digit', 3, '[0-9]{14}/10/.+', '[0-9]{14}/10/.+')],
  ['sscc', row('00', 'digit', 2, '[0-9]{18}')],
  ['sgln', row('414', 'none', 3, '[0-9]{13}(/254/.+)?')],
  ['pgln', row('417', 'none', 2, '[0-9]{13}')],
  ['grai', row('8003', 'zero', 3, '[0-9]{14}.+', '[0-9]{14}')],
  ['giai', row('8004', 'none', 2, '.+')],
  ['gsrn', row('8018', 'none', 2, '[0-9]{18}')],
  ['gsrnp', row('8017', 'none', 2, '[0-9]{18}')],
  ['gdti', row('253', 'none', 3, '[0-9]{13}.+', '[0-9]{13}')],
  ['sgcn', row('255', 'none', 3, '[0-9]{13}.+', '[0-9]{13}')],
  ['ginc', row('401', 'none', 2, '.+')],
  ['gsin', row('402', 'none', 2, '[0-9]{17}')],
  ['cpi', row('8010', 'none', 3, '[^/]+/8011/.+', '[^/]+')],
  ['itip', row('8006', 'digit', 5, '[0-9]{18}/21/.+', '[0-9]{18}')]
]);

const DIGITS = [...'0123456789'];
const URN = /^urn:epc:idpat:([a-z]+):(.+)$/i;
const LINK = /^(https?:\/\/.+)\/(10|21|235|254|8011)\/\*$/i;

const formOf = ({ ai }: Scheme, rest: string): string => `^https://id\\.gs1\\.org/${ai}/${rest}$`;

/**
 * The pattern that a value of a `MATCH_` parameter is; null when it is a single identifier. `classes`: classes are
 * asked for, not instances; there a pattern of one class (`idpat:sgtin:prefix.reference.*`) is that class itself.
 */
export function epcPattern(text: string, classes: boolean): Result<EpcPattern | null, IdentifierFault> {
  const link = LINK.exec(text);
  if (link !== null) return linkPattern(link[1] as string, link[2] as string);
  const urn = URN.exec(text);
  if (urn === null) return ok(null);
  const name = (urn[1] as string).toLowerCase();
  const scheme = SCHEMES.get(name);
  const rest = classes ? scheme?.classes : scheme?.instance;
  if (scheme === undefined || rest === undefined || rest === null) return reject('ID_SYNTAX', `no pattern of these: ${text}`);
  const fields = (urn[2] as string).split('.');
  const known = fields.indexOf('*');
  const isTail = known >= 0 && fields.slice(known).every((field) => field === '*');
  if (fields.length !== scheme.fields || !isTail) return reject('ID_SYNTAX', `"*" stands for the last fields: ${text}`);
  if (known === 0) return ok({ prefixes: [stem(scheme, '')], form: formOf(scheme, rest) });
  if (known === 1) return ofCompany(scheme, fields[0] as string, rest, text);
  if (classes && name !== 'lgtin' && known === fields.length - 1) return ok(null);
  return ofClass(name, scheme, fields, known, rest);
}

const stem = ({ ai }: Scheme, rest: string): string => `${CANONICAL_STEM}${ai}/${rest}`;

function ofCompany(scheme: Scheme, prefix: string, rest: string, text: string): Result<EpcPattern, IdentifierFault> {
  if (!/^\d{6,12}$/.test(prefix)) return reject('ID_SYNTAX', `not a company prefix: ${text}`);
  const before = { digit: DIGITS, zero: ['0'], none: [''] }[scheme.before];
  return ok({ prefixes: before.map((digit) => stem(scheme, digit + prefix)), form: formOf(scheme, rest) });
}

/** All of one class: its reference is known, what makes an instance of it is not. */
function ofClass(
  name: string,
  scheme: Scheme,
  fields: readonly string[],
  known: number,
  rest: string
): Result<EpcPattern, IdentifierFault> {
  // Pieces and totals of an ITIP that are not known are left out of the number that is looked for.
  const given = fields.map((field, i) => (name === 'itip' && i >= known && i < fields.length - 1 ? '00' : field));
  const urn = name === 'lgtin' ? `urn:epc:idpat:sgtin:${given.join('.')}` : whole(name, given);
  const id = parseEpcUrn(urn);
  if (!id.ok) return id;
  if (id.value === null) return reject('ID_SYNTAX', `no pattern of a class: ${fields.join('.')}`);
  const { value } = id.value;
  const digits = name === 'itip' ? value.slice(0, value.length - 2 * (fields.length - 1 - known)) : value;
  return ok({ prefixes: [stem(scheme, encodeURIComponent(digits))], form: formOf(scheme, rest) });
}

/** An SGLN pattern means the place and everything in it: the URN of the place itself has the extension 0. */
const whole = (name: string, fields: readonly string[]): string =>
  name === 'sgln' ? `urn:epc:id:sgln:${fields.slice(0, -1).join('.')}.0` : `urn:epc:idpat:${name}:${fields.join('.')}`;

function linkPattern(link: string, qualifier: string): Result<EpcPattern, IdentifierFault> {
  const id = parseDigitalLink(link);
  if (!id.ok) return id;
  if (id.value === null || id.value.qualifier !== null) return reject('ID_SYNTAX', `not a key before the "*": ${link}`);
  const beginning = `${id.value.uri}/${qualifier}/`;
  return ok({ prefixes: [beginning], form: `^${beginning.replaceAll('.', '\\.')}.+$` });
}
