import { ok, reject, type Result } from '@lading/kernel';
import { parseGs1 } from './canonicalItem.js';
import { prefixDigits, type PrefixLengths } from './companyPrefix.js';
import { parseDigitalLink } from './digitalLink.js';
import { parseEpcUrn } from './epcUrn.js';
import type { Gs1Id, Gs1IdOptions, IdentifierFault } from './gs1Id.js';
import { toEpcUrn } from './toEpcUrn.js';

/** Values of the header GS1-EPC-Format (EPCIS 2.0 REST binding). */
export const EPC_FORMATS = ['Always_GS1_Digital_Link', 'Always_EPC_URN', 'No_Preference', 'Never_Translates'] as const;
export type EpcFormat = (typeof EPC_FORMATS)[number];

/** The EPC URN of an identity, or null: it has none, or its company prefix is not known. */
export function urnOf(id: Gs1Id, lookup: PrefixLengths): string | null {
  const length = lookup(prefixDigits(id));
  return length === null ? null : toEpcUrn(id, length);
}

/** The EPC URN of any spelling of a GS1 identifier, or null as {@link urnOf}; null for other URIs, too. */
export function epcUrnOf(uri: string, lookup: PrefixLengths, options?: Gs1IdOptions): string | null {
  const id = /^urn:/i.test(uri) ? parseEpcUrn(uri) : parseDigitalLink(uri, options);
  return id.ok && id.value !== null ? urnOf(id.value, lookup) : null;
}

/**
 * One identifier in the format that a client asks for. What has no such form stays as it is: URIs outside GS1, and
 * Digital Links whose company prefix nobody knows.
 */
export function translateEpc(uri: string, format: EpcFormat, lookup: PrefixLengths): string {
  if (format === 'No_Preference' || format === 'Never_Translates') return uri;
  if (format === 'Always_EPC_URN') return /^urn:/i.test(uri) ? uri : (epcUrnOf(uri, lookup) ?? uri);
  const id = parseGs1(uri);
  if (!id.ok || id.value === null || !/^urn:/i.test(uri)) return uri;
  return id.value.uri;
}

export interface IdentifierOptions extends Partial<Gs1IdOptions> {
  /** Digits of the company prefix; the identifier must have room for it. */
  readonly prefixLength?: number;
  /** Registry of company prefixes: an identifier under none of them is a fault (syntax dictionary: gcppos1, gcppos2). */
  readonly lookup?: PrefixLengths;
  /**
   * Only what EPCIS events hold: the key with the one qualifier that makes the identity, and no attributes (CBV 2.0,
   * constraints on GS1 Digital Link URIs).
   */
  readonly onlyEpcis?: boolean;
  /** False: the key alone is not enough, a lot or a serial must say more. */
  readonly bareKey?: boolean;
}

/** A GS1 identifier of any spelling; every other URI is a fault. For checks of master data and forms. */
export function checkIdentifier(uri: string, options: IdentifierOptions = {}): Result<Gs1Id, IdentifierFault> {
  const { checkDigits = true, shortGtins = true, prefixLength } = options;
  const id = /^urn:/i.test(uri) ? parseEpcUrn(uri) : parseDigitalLink(uri, { checkDigits, shortGtins });
  if (!id.ok) return id;
  if (id.value === null) return reject('ID_SYNTAX', `not a GS1 identifier: ${uri}`);
  if (prefixLength !== undefined && toEpcUrn(id.value, prefixLength) === null) {
    return reject('ID_SYNTAX', `no identifier with a company prefix of ${prefixLength} digits: ${uri}`);
  }
  if (options.lookup !== undefined && options.lookup(prefixDigits(id.value)) === null) {
    return reject('ID_SYNTAX', `no registered company prefix begins ${uri}`);
  }
  if (options.bareKey === false && id.value.qualifier === null) {
    return reject('ID_SYNTAX', `names neither a lot nor a serial: ${uri}`);
  }
  if (options.onlyEpcis === true && !isPlain(uri, id.value)) {
    return reject('ID_SYNTAX', `says more than identifies the thing: ${uri}`);
  }
  return ok(id.value);
}

/** Whether a link ends in the key and the qualifier of its identity. URNs say nothing else. */
function isPlain(uri: string, { ai, qualifier }: Gs1Id): boolean {
  const pairs = qualifier === null ? [ai] : [ai, qualifier.ai];
  return /^urn:/i.test(uri) || new RegExp(`${pairs.map((name) => `/${name}/[^/?#]+`).join('')}$`).test(uri);
}
