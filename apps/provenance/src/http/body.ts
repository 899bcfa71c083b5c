import { ApiFault, MEDIA } from '@lading/api';
import type { HttpRequest } from './http.types.js';

const ACCEPTED: readonly string[] = [MEDIA.json, MEDIA.ldJson];
const UTF8_BOM = [0xef, 0xbb, 0xbf];

/** The bytes of an EPCIS body. XML is not spoken here (415). */
export function epcisBody(request: HttpRequest): Uint8Array {
  const type = (request.headers['content-type'] ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? '';
  if (!ACCEPTED.includes(type)) throw new ApiFault('MEDIA_TYPE', `send one of: ${ACCEPTED.join(', ')}`);
  if (!Buffer.isBuffer(request.body) || request.body.length === 0) {
    throw new ApiFault('REQUEST_MALFORMED', 'the request has no body');
  }
  return request.body;
}

/** Unsigned bytes may start with a byte-order mark, which we drop; signed ones are taken as they are. */
export function withoutByteOrderMark(bytes: Uint8Array): Uint8Array {
  return UTF8_BOM.every((byte, i) => bytes[i] === byte) ? bytes.subarray(UTF8_BOM.length) : bytes;
}
