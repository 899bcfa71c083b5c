import { ApiFault } from '@lading/api';
import type { HttpRequest } from './http.types.js';

/** The bare media type of the body, '' without one. */
export const mediaType = (request: HttpRequest): string =>
  (request.headers['content-type'] ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? '';

/** The request's bytes and the bare media type, when it is one of those accepted. */
export function readBody(request: HttpRequest, accepted: readonly string[]): { type: string; bytes: Uint8Array } {
  const type = mediaType(request);
  if (!accepted.includes(type)) {
    throw new ApiFault('MEDIA_TYPE', `send one of: ${accepted.join(', ')}`);
  }
  if (!Buffer.isBuffer(request.body) || request.body.length === 0) {
    throw new ApiFault('REQUEST_MALFORMED', 'the request has no body');
  }
  return { type, bytes: request.body };
}
