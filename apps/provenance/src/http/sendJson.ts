import { MEDIA } from '@lading/api';
import type { HttpReply } from './http.types.js';

/** Sends an answer that holds for the ledger up to a height. */
export function sendJson(reply: HttpReply, height: number, answer: object): void {
  reply.header('Content-Type', MEDIA.json).header('Lading-Height', height).send(JSON.stringify(answer));
}
