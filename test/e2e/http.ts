import { setTimeout as delay } from 'node:timers/promises';
import type { NodeStatus } from '@lading/engine';
import type { DemoMember } from '../../apps/node/src/dev/demoMember.js';

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** Parsed body, {} when it is no JSON object. */
  readonly json: Readonly<Record<string, unknown>>;
}

export async function call(url: string, init: RequestInit = {}): Promise<Answer> {
  const response = await fetch(url, init);
  const text = await response.text();
  let json: Record<string, unknown> = {};
  try {
    json = JSON.parse(text) as Record<string, unknown>;
  } catch {
    // Not every answer is JSON.
  }
  return { status: response.status, headers: response.headers, text, json };
}

export const bearer = (member: DemoMember): { authorization: string } => ({
  authorization: `Bearer ${member.token()}`
});

/** One event, signed by the member, through the synchronous EPCIS route of `url` (its own node by default). */
export function postEvent(member: DemoMember, body: Uint8Array, jti?: string, url = member.node.url): Promise<Answer> {
  const tx = member.sign('epcis.capture', body, jti);
  return call(`${url}/epcis/v2/events`, {
    method: 'POST',
    headers: {
      ...bearer(member),
      'content-type': 'application/json',
      'lading-signature': member.detachedSignature(tx)
    },
    body
  });
}

export function postTransaction(url: string, jws: string, waitSeconds = 20): Promise<Answer> {
  return call(`${url}/v1/transactions`, {
    method: 'POST',
    headers: { 'content-type': 'application/jose', prefer: `wait=${waitSeconds}` },
    body: jws
  });
}

export async function statusOf(url: string): Promise<NodeStatus> {
  return (await call(`${url}/status`)).json as unknown as NodeStatus;
}

/** Asks again every 50 ms until `holds`; fails with `what` after `timeoutMs`. Returns the milliseconds it took. */
export async function eventually(what: string, timeoutMs: number, holds: () => Promise<boolean>): Promise<number> {
  const started = performance.now();
  for (;;) {
    if (await holds().catch(() => false)) return performance.now() - started;
    if (performance.now() - started > timeoutMs) throw new Error(`not within ${timeoutMs / 1000} s: ${what}`);
    await delay(50);
  }
}
