import { LIMITS } from '@lading/kernel';
import { custodyPayload, readParts } from './custodyParts.js';

const event = (n: number, extra = ''): string =>
  `{ "type":"ObjectEvent","action":"OBSERVE","eventTime":"2026-01-02T03:04:05Z","eventTimeZoneOffset":"+00:00",` +
  `"epcList":["urn:epc:id:sgtin:4012345.011111.${n}"]${extra} }`;
const document = (events: readonly string[]): Buffer =>
  Buffer.from(
    `{"@context":["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld",{"ex":"https://example.com/"}],` +
      `"type":"EPCISDocument","schemaVersion":"2.0","creationDate":"2026-01-02T03:04:05Z",` +
      `"epcisBody":{"eventList":[ ${events.join(' , ')} ]}}`
  );
const many = (count: number, extra?: string): Buffer => document(Array.from({ length: count }, (_, i) => event(i, extra)));

describe('custody documents', () => {
  it('stay whole, byte for byte, while they fit one transaction', () => {
    const bytes = many(LIMITS.eventsPerTransaction);
    const [part, ...others] = readParts(bytes);
    expect(others).toEqual([]);
    expect(Buffer.from(part?.bytes ?? []).equals(bytes)).toBe(true);
  });

  it('are split by number and by size into documents of their own, events in order and byte for byte', () => {
    const sent = many(2500);
    const parts = readParts(sent);
    expect(parts.map(({ document: { events } }) => events.length)).toEqual([1000, 1000, 500]);
    const texts = parts.flatMap(({ document: { events } }) => events.map(({ bytes }) => Buffer.from(bytes).toString()));
    expect(texts).toEqual(Array.from({ length: 2500 }, (_, i) => event(i)));
    const heavy = readParts(many(30, `,"ex:note":"${'x'.repeat(100_000)}"`));
    expect(heavy.length).toBeGreaterThan(2);
    const envelope = { behaviour: 'proceed', onBehalfOf: 'a/b', captureId: 'c' } as const;
    for (const part of heavy) expect(custodyPayload(part, envelope).length).toBeLessThanOrEqual(LIMITS.payloadBytes);
    expect(heavy.flatMap(({ document: { events } }) => events)).toHaveLength(30);
  });

  it('are refused when one event alone is larger than a transaction', () => {
    const large = `,"ex:note":"${'x'.repeat(LIMITS.payloadBytes)}"`;
    expect(() => readParts(many(1, large))).toThrow(/BODY_TOO_LARGE/);
    expect(() => readParts(Buffer.from(event(1, large)))).toThrow(/BODY_TOO_LARGE/);
  });
});
