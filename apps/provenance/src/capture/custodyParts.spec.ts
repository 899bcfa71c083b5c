import { LIMITS } from '@lading/kernel';
import { readParts } from './custodyParts.js';

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

const envelope = { behaviour: 'proceed', onBehalfOf: 'a/b', captureId: 'c' } as const;

describe('custody documents', () => {
  it('stay whole, byte for byte, while they fit one transaction', async () => {
    const bytes = many(LIMITS.eventsPerTransaction);
    const [part, ...others] = await readParts(bytes, envelope);
    expect(others).toEqual([]);
    expect(Buffer.from(part?.payload ?? []).indexOf(bytes)).toBeGreaterThan(0);
  });

  it('are split by number and by size into documents of their own, events in order and byte for byte', async () => {
    const sent = many(2500);
    const parts = await readParts(sent, envelope);
    expect(parts.map(({ document: { events } }) => events.length)).toEqual([1000, 1000, 500]);
    const texts = parts.flatMap(({ document: { events } }) => events.map(({ bytes }) => Buffer.from(bytes).toString()));
    expect(texts).toEqual(Array.from({ length: 2500 }, (_, i) => event(i)));
    const heavy = await readParts(many(30, `,"ex:note":"${'x'.repeat(100_000)}"`), envelope);
    expect(heavy.length).toBeGreaterThan(2);
    for (const { payload } of heavy) expect(payload.length).toBeLessThanOrEqual(LIMITS.payloadBytes);
    expect(heavy.flatMap(({ document: { events } }) => events)).toHaveLength(30);
  });

  it('are refused when one event alone is larger than a transaction', async () => {
    const large = `,"ex:note":"${'x'.repeat(LIMITS.payloadBytes)}"`;
    await expect(readParts(many(1, large), envelope)).rejects.toThrow(/BODY_TOO_LARGE/);
    await expect(readParts(Buffer.from(event(1, large)), envelope)).rejects.toThrow(/BODY_TOO_LARGE/);
  });

  it('are faulted where their sender finds the fault: not in the envelope, and in the whole document', async () => {
    const broken = document([...Array.from({ length: 1200 }, (_, i) => event(i)), event(1, ',"bizStep":7')]);
    const refused = readParts(broken, envelope);
    await expect(refused).rejects.toMatchObject({
      code: 'EPCIS_INVALID',
      details: { errors: [{ pointer: '/epcisBody/eventList/1200/bizStep', code: 'FIELD_TYPE' }] }
    });
  });

  it('never become more than the document in their envelope: a text that goes on after its end is refused', async () => {
    const sly = Buffer.concat([many(1), Buffer.from(',"onBehalfOf":"a/other"')]);
    await expect(readParts(sly, envelope)).rejects.toMatchObject({ code: 'JSON_SYNTAX' });
  });
});
