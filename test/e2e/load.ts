import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { DemoMember } from '../../apps/node/src/dev/demoMember.js';
import { PRODUCT, unit } from '../../apps/node/src/dev/story/names.js';
import { bearer, call, eventually, postEvent, statusOf } from './http.js';

const encoder = new TextEncoder();

/** An inspection of an item of its own: legal in every profile's history, and told apart by its event id. */
export function inspection(eventID: string): Uint8Array {
  return encoder.encode(
    JSON.stringify({
      '@context': ['https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld'],
      type: 'ObjectEvent',
      eventID,
      eventTime: '2026-01-05T10:00:00.000Z',
      eventTimeZoneOffset: '+00:00',
      action: 'OBSERVE',
      bizStep: 'inspecting',
      epcList: [unit('finca-alta', PRODUCT.bag, eventID.slice(-12))]
    })
  );
}

export interface Acknowledged {
  readonly eventID: string;
  /** performance.now() when the answer came. */
  readonly atMs: number;
  /** From the first request to the answer. */
  readonly tookMs: number;
}

/**
 * Keeps one request in flight per member until stopped, and notes outside the nodes what was acknowledged. A request
 * without an answer is unknown: it is sent again with the same event until its node answers or the load ends.
 */
export class Load {
  readonly acknowledged: Acknowledged[] = [];
  readonly refused: string[] = [];
  #running = true;
  readonly #workers: Promise<void>[];

  constructor(members: readonly DemoMember[]) {
    this.#workers = members.map((member) => this.#work(member));
  }

  async stop(): Promise<void> {
    this.#running = false;
    await Promise.all(this.#workers);
  }

  /** Milliseconds from `sinceMs` to the first acknowledgement after it, or null. */
  firstAfter(sinceMs: number): number | null {
    const found = this.acknowledged.find(({ atMs }) => atMs > sinceMs);
    return found === undefined ? null : found.atMs - sinceMs;
  }

  /** Milliseconds from request to answer of those acknowledged since. */
  latencies(sinceMs: number): number[] {
    return this.acknowledged.filter(({ atMs }) => atMs >= sinceMs).map(({ tookMs }) => tookMs);
  }

  async #work(member: DemoMember): Promise<void> {
    while (this.#running) {
      const eventID = `urn:uuid:${randomUUID()}`;
      const sinceMs = performance.now();
      const body = inspection(eventID);
      while (this.#running) {
        const answer = await postEvent(member, body, eventID).catch(() => null);
        if (answer?.status === 201) {
          const atMs = performance.now();
          this.acknowledged.push({ eventID, atMs, tookMs: atMs - sinceMs });
          break;
        }
        // A node that was frozen and did not read the request to its end says so, too.
        if (answer !== null && answer.json['retryable'] !== true) {
          this.refused.push(`${answer.status} ${answer.text}`);
          break;
        }
        await delay(100);
      }
    }
  }
}

/** How often each event id stands in what a node answers, read page by page once its query tables reflect its height. */
export async function recordedEvents(reader: DemoMember, url: string): Promise<Map<string, number>> {
  const { height } = await statusOf(url);
  const first = `${url}/epcis/v2/events?perPage=1`;
  await eventually(`${url} shows events to height ${height}`, 60_000, async () => {
    const answer = await call(first, { headers: bearer(reader) });
    return Number(answer.headers.get('lading-height')) >= height;
  });
  const counts = new Map<string, number>();
  let next: string | null = `${url}/epcis/v2/events?perPage=200`;
  while (next !== null) {
    const answer = await call(next, { headers: bearer(reader) });
    if (answer.status !== 200) throw new Error(`${next}: ${answer.status} ${answer.text}`);
    const body = answer.json as {
      epcisBody?: { queryResults?: { resultsBody?: { eventList?: { eventID: string }[] } } };
    };
    for (const { eventID } of body.epcisBody?.queryResults?.resultsBody?.eventList ?? [])
      counts.set(eventID, (counts.get(eventID) ?? 0) + 1);
    const link = /<([^>]+)>;\s*rel="next"/.exec(answer.headers.get('link') ?? '');
    next = link === null ? null : new URL(link[1] as string, url).href;
  }
  return counts;
}
