import { ApiFault, MEDIA } from '@lading/api';
import type { HttpRequest } from './http.types.js';

export const JSON_TYPES: readonly string[] = [MEDIA.json, MEDIA.ldJson];
const UTF8_BOM = [0xef, 0xbb, 0xbf];

/** The media type of the body, without parameters. */
export const mediaTypeOf = (request: HttpRequest): string =>
  (request.headers['content-type'] ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? '';

/** The bytes of a JSON body. */
export function jsonBody(request: HttpRequest): Uint8Array {
  return bodyOf(request, JSON_TYPES);
}

export function bodyOf(request: HttpRequest, accepted: readonly string[]): Uint8Array {
  if (!accepted.includes(mediaTypeOf(request))) throw new ApiFault('MEDIA_TYPE', `send one of: ${accepted.join(', ')}`);
  if (!Buffer.isBuffer(request.body) || request.body.length === 0) {
    throw new ApiFault('REQUEST_MALFORMED', 'the request has no body');
  }
  return request.body;
}

/** Unsigned bytes may start with a byte-order mark, which we drop; signed ones are taken as they are. */
export function withoutByteOrderMark(bytes: Uint8Array): Uint8Array {
  return UTF8_BOM.every((byte, i) => bytes[i] === byte) ? bytes.subarray(UTF8_BOM.length) : bytes;
}
