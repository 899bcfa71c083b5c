import { PREFIX_DIGITS, prefixDigits } from './companyPrefix.js';
import type { Gs1Id } from './gs1Id.js';

/** Characters that an EPC URN escapes inside serials (Tag Data Standard table A-1). */
const escapeSerial = (text: string): string =>
  text.replace(/["%&/<>?#]/g, (c) => '%' + c.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0'));

/**
 * The URN of an identity, given the length of its company prefix, which the number itself does not tell. Null when
 * there is none: no URN form, or a prefix length that does not fit.
 */
export function toEpcUrn(id: Gs1Id, prefixLength: number): string | null {
  const { ai, value, qualifier } = id;
  if (prefixLength < PREFIX_DIGITS.min || prefixLength > PREFIX_DIGITS.max) return null;
  if (!/^\d+$/.test(prefixDigits(id).slice(0, prefixLength))) return null;
  const split = (digits: string): string => `${digits.slice(0, prefixLength)}.${digits.slice(prefixLength)}`;
  const indicated = (digits: string): string =>
    `${digits.slice(1, 1 + prefixLength)}.${digits.slice(0, 1)}${digits.slice(1 + prefixLength)}`;
  const finest = qualifier?.value ?? '';
  const by = qualifier === null ? 'idpat' : 'id';
  const tail = (text: string): string => (text === '' ? '*' : escapeSerial(text));
  const kind = (text: string): string => (text === '' ? 'idpat' : 'id');
  switch (ai) {
    case '00':
      return `urn:epc:id:sscc:${indicated(value.slice(0, 17))}`;
    case '01':
      return gtinUrn(indicated(value.slice(0, 13)), qualifier);
    case '253':
    case '255': {
      const serial = value.slice(13);
      const scheme = ai === '253' ? 'gdti' : 'sgcn';
      return `urn:epc:${kind(serial)}:${scheme}:${split(value.slice(0, 12))}.${tail(serial)}`;
    }
    case '401':
      return value.length > prefixLength ? `urn:epc:id:ginc:${urnReference(value, prefixLength)}` : null;
    case '402':
      return `urn:epc:id:gsin:${split(value.slice(0, 16))}`;
    case '414':
      return `urn:epc:id:sgln:${split(value.slice(0, 12))}.${qualifier === null ? '0' : escapeSerial(qualifier.value)}`;
    case '417':
      return `urn:epc:id:pgln:${split(value.slice(0, 12))}`;
    case '8003': {
      const serial = value.slice(14);
      return `urn:epc:${kind(serial)}:grai:${split(value.slice(1, 13))}.${tail(serial)}`;
    }
    case '8004':
      return value.length > prefixLength ? `urn:epc:id:giai:${urnReference(value, prefixLength)}` : null;
    case '8006':
      if (qualifier?.ai === '10') return null;
      return (
        `urn:epc:${by}:itip:${indicated(value.slice(0, 13))}` +
        `.${value.slice(14, 16)}.${value.slice(16, 18)}.${tail(finest)}`
      );
    case '8010':
      if (value.length <= prefixLength) return null;
      return `urn:epc:${by}:cpi:${urnReference(value, prefixLength)}.${tail(finest)}`;
    case '8017':
    case '8018':
      // A URN has no place for the number of a relation (8019).
      if (qualifier !== null) return null;
      return `urn:epc:id:${ai === '8017' ? 'gsrnp' : 'gsrn'}:${split(value.slice(0, 17))}`;
    default:
      return null;
  }
}

function gtinUrn(stem: string, qualifier: Gs1Id['qualifier']): string {
  if (qualifier === null) return `urn:epc:idpat:sgtin:${stem}.*`;
  const serial = escapeSerial(qualifier.value);
  if (qualifier.ai === '10') return `urn:epc:class:lgtin:${stem}.${serial}`;
  return `urn:epc:id:${qualifier.ai === '235' ? 'upui' : 'sgtin'}:${stem}.${serial}`;
}

const urnReference = (value: string, prefixLength: number): string =>
  `${value.slice(0, prefixLength)}.${escapeSerial(value.slice(prefixLength))}`;
