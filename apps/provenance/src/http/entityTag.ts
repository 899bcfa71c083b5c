import { createHash } from 'node:crypto';
import { headerOf, type HttpReply, type HttpRequest } from './http.types.js';

/**
 * Sets a weak ETag over what the answer is made of (its date of creation is not part of it), and answers 304 when the
 * client has it.
 */
export function isUnchanged(request: HttpRequest, reply: HttpReply, parts: readonly string[]): boolean {
  const tag = `W/"${createHash('sha256').update(JSON.stringify(parts)).digest('base64url').slice(0, 22)}"`;
  reply.header('ETag', tag).header('Vary', 'Accept, GS1-EPC-Format, GS1-CBV-XML-Format').header('Cache-Control', 'private, no-cache');
  const known = (headerOf(request, 'if-none-match') ?? '').split(',').map((text) => text.trim());
  if (!known.includes(tag) && !known.includes('*')) return false;
  reply.code(304).send();
  return true;
}
