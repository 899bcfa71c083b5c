import { NAMED_ITEMS } from '@lading/api';
import { CAPTURE_LIMITS, parseCapture } from '@lading/provenance';
import { eventPayloads } from './payloads.js';

const event = (n: number): string =>
  `{"type":"ObjectEvent","eventID":"urn:uuid:00000000-0000-4000-8000-${String(n).padStart(12, '0')}",` +
  `"eventTime":"2026-01-01T00:00:00Z","eventTimeZoneOffset":"+00:00","action":"OBSERVE",` +
  `"epcList":["https://id.gs1.org/01/09520001000010/21/${n}"], "n:pad":"${'x'.repeat(n % 7)}"}`;

function document(count: number): Uint8Array {
  const events = Array.from({ length: count }, (_, n) => event(n)).join(' , ');
  const context = '["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld",{"n":"https://n.example/"}]';
  return new TextEncoder().encode(
    `{ "@context":${context},"type":"EPCISDocument","schemaVersion":"2.0","creationDate":"2026-01-01T00:00:00Z",` +
      `"epcisBody":{"eventList":[\n${events}\n]}}`
  );
}

const idsOf = (payload: Uint8Array): readonly string[] => {
  const parsed = parseCapture(payload);
  if (!parsed.ok) throw new Error(`${parsed.code} ${parsed.detail} ${parsed.pointer ?? ''}`);
  return parsed.value.document.events.map(({ eventID }) => eventID);
};

describe('payloads of a file', () => {
  it('are the file itself when it fits one transaction', () => {
    const made = eventPayloads(document(3), 'c-1');
    expect(made.ok && made.value).toEqual({ isBareEvent: false, payloads: [document(3)] });
  });

  it('say proceed inside an envelope, because the signature must cover it', () => {
    const made = eventPayloads(document(2), 'c-1', 'proceed');
    const [payload] = made.ok ? made.value.payloads : [];
    const parsed = parseCapture(payload as Uint8Array);
    expect(parsed.ok && parsed.value).toMatchObject({ behaviour: 'proceed', captureID: 'c-1', onBehalfOf: '' });
  });

  it('keep every event once and in order when 2,345 of them need several transactions', () => {
    const made = eventPayloads(document(2345), 'c-2');
    const parts = made.ok ? made.value.payloads.map(idsOf) : [];
    expect(parts.length).toBeGreaterThan(2);
    expect(parts.flat()).toHaveLength(2345);
    expect(parts.flat()).toEqual(
      Array.from({ length: 2345 }, (_, n) => expect.stringMatching(new RegExp(`-0*${n}$`)) as string)
    );
    expect(Math.max(...parts.map(({ length }) => length))).toBeLessThanOrEqual(1000);
  });

  it('keep to the items that one transaction names, as the contract counts them', () => {
    expect(NAMED_ITEMS).toBe(CAPTURE_LIMITS.namedItems);
    const epcs = Array.from({ length: 3000 }, (_, n) => `"u:${n}"`).join(',');
    const names = '"readPoint":{"id":"u:place"},"sourceList":[{"type":"location","source":"u:from"}],';
    const text = new TextDecoder().decode(document(7)).replaceAll(/"epcList":\[[^\]]*\]/g, `${names}"epcList":[${epcs}]`);
    const made = eventPayloads(new TextEncoder().encode(text), 'c-5');
    expect(made.ok ? made.value.payloads.map((part) => idsOf(part).length) : made).toEqual([3, 3, 1]);
    const many = Array.from({ length: 10_001 }, (_, n) => `"u:${n}"`).join(',');
    const one = new TextDecoder().decode(document(1)).replace(/"epcList":\[[^\]]*\]/, `"epcList":[${many}]`);
    expect(eventPayloads(new TextEncoder().encode(one), 'c-6')).toMatchObject({ ok: false, code: 'EVENT_LIMIT' });
  });

  it('refuse a rollback that several transactions cannot keep', () => {
    expect(eventPayloads(document(1001), 'c-3', 'rollback')).toMatchObject({ ok: false, code: 'CAPTURE_LIMIT' });
  });

  it('refuse an event that no transaction can hold', () => {
    const huge = new TextEncoder().encode(`{"type":"ObjectEvent","x":"${'y'.repeat(1 << 20)}"}`);
    expect(eventPayloads(huge, 'c-4')).toMatchObject({ ok: false, code: 'BODY_TOO_LARGE' });
  });
});
