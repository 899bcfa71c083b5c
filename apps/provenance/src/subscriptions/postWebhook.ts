import { createHmac } from 'node:crypto';
import { lookup as resolve, type LookupAddress } from 'node:dns';
import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { LookupFunction } from 'node:net';
import { isPublicAddress } from './publicAddress.js';
import { webhookTarget } from './webhookTarget.js';

const TIMEOUT_MS = 10_000;
const ANSWER_BYTES = 65_536;

export interface WebhookMessage {
  readonly dest: string;
  readonly body: Buffer;
  readonly signatureToken: string | null;
  readonly delivery: string;
}

/** HMAC-SHA-256 over the exact body (spec/epcisRest.md 4.3). */
export const webhookSignature = (token: string, body: Buffer): string =>
  `sha256=${createHmac('sha256', token).update(body).digest('hex')}`;

/**
 * Resolves names to addresses that have been checked, so that the connection cannot go anywhere else: one answer of
 * the name server is both checked and used.
 */
const publicLookup: LookupFunction = (hostname, options, callback) => {
  resolve(hostname, { ...options, all: true }, (error, addresses: LookupAddress[]) => {
    if (error !== null) return callback(error, '', 4);
    const [first] = addresses;
    const forbidden = addresses.find(({ address }) => !isPublicAddress(address));
    if (first === undefined || forbidden !== undefined) return callback(new Error(`${hostname} is not at a public address`), '', 4);
    if (options.all === true) return callback(null, addresses);
    callback(null, first.address, first.family);
  });
};

/** Posts one message. Resolves when it was received (2xx); rejects with the reason otherwise. */
export async function postWebhook(message: WebhookMessage, allow: readonly string[]): Promise<void> {
  const { body, signatureToken } = message;
  // Checked again: the operator may have changed the list since the subscription was made.
  const target = webhookTarget(message.dest, allow);
  if (typeof target === 'string') throw new Error(target);
  const send = target.url.protocol === 'https:' ? httpsRequest : httpRequest;
  await new Promise<void>((received, failed) => {
    const request = send(target.url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'content-length': body.length,
        'user-agent': 'Lading',
        'lading-delivery': message.delivery,
        ...(signatureToken === null ? {} : { 'gs1-signature': webhookSignature(signatureToken, body) })
      },
      agent: false,
      signal: AbortSignal.timeout(TIMEOUT_MS),
      ...(target.exempt ? {} : { lookup: publicLookup })
    });
    request.on('error', failed);
    request.on('response', (response) => {
      let size = 0;
      const status = response.statusCode ?? 0;
      response.on('error', failed);
      response.on('data', (chunk: Buffer) => {
        size += chunk.length;
        if (size > ANSWER_BYTES) request.destroy(new Error('the answer is too long'));
      });
      response.on('end', () => (status >= 200 && status < 300 ? received() : failed(new Error(`answered ${status}`))));
    });
    request.end(body);
  });
}
