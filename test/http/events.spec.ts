import { SingleNode } from './singleNode.js';

const EVENT = {
  '@context': ['https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld', { ex: 'https://example.com/ns/' }],
  type: 'ObjectEvent',
  action: 'ADD',
  bizStep: 'commissioning',
  eventTime: '2026-01-02T03:04:05.000Z',
  eventTimeZoneOffset: '+00:00',
  epcList: ['urn:epc:id:sgtin:4012345.011111.S1'],
  'ex:weight': 12.5
};

const bytes = (value: unknown): Uint8Array => Buffer.from(JSON.stringify(value));

describe('POST and GET /epcis/v2/events', () => {
  let node: SingleNode;

  beforeAll(async () => {
    node = await SingleNode.start({ profile: 'open' });
  });

  afterAll(() => node.stop());

  it('answers 201 once the event is final, and reads back what was sent', async () => {
    const posted = await node.postEpcis('/epcis/v2/events', bytes(EVENT));
    expect([posted.status, posted.text]).toEqual([201, '']);
    const read = await node.get(posted.headers.get('location') ?? '');
    expect(read.status).toBe(200);
    console.log(read.text, [...read.headers]);
  });
});
