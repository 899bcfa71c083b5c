import { EPCIS_HEADERS, MEDIA } from '@lading/api';
import type { HttpReply } from './http.types.js';

/** Headers that every answer under /epcis carries. */
export function epcisReply(reply: HttpReply, status: number, height: number): HttpReply {
  for (const [name, value] of Object.entries(EPCIS_HEADERS)) reply.header(name, value);
  return reply.code(status).header('Content-Type', MEDIA.json).header('Lading-Height', height);
}
