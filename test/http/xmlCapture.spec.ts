import { SingleNode, type Answer } from './singleNode.js';

const CAPTURE = '/epcis/v2/capture';
const PLACE = 'urn:epc:id:sgln:4012345.00001.0';

const event = (serial: string, action = 'ADD'): string =>
  `<ObjectEvent><eventTime>2026-01-02T03:04:05Z</eventTime><eventTimeZoneOffset>+00:00</eventTimeZoneOffset>
   <epcList><epc>urn:epc:id:sgtin:4012345.011111.${serial}</epc></epcList><action>${action}</action>
   <bizStep>urn:epcglobal:cbv:bizstep:commissioning</bizStep><readPoint><id>${PLACE}</id></readPoint>
   <ex:weight>12.5</ex:weight></ObjectEvent>`;
const document = (events: string, version = '1.2'): Uint8Array => {
  const namespace = version === '2.0' ? 'urn:epcglobal:epcis:xsd:2' : 'urn:epcglobal:epcis:xsd:1';
  return Buffer.from(
    `<?xml version="1.0"?>
<e:EPCISDocument xmlns:e="${namespace}" xmlns:ex="https://example.com/ns/" schemaVersion="${version}" creationDate="2026-01-02T03:04:05Z">
<EPCISBody><EventList>${events}</EventList></EPCISBody></e:EPCISDocument>`
  );
};

describe('XML documents', () => {
  let node: SingleNode;
  beforeAll(async () => {
    node = await SingleNode.start({ profile: 'open' });
  }, 120_000);
  afterAll(() => node.stop(), 60_000);

  const post = (body: Uint8Array, type = 'application/xml', more: Record<string, string> = {}): Promise<Answer> =>
    node.postEpcis(CAPTURE, body, { signed: null, headers: { 'content-type': type, ...more } });

  it.each([
    ['1.2', 'application/xml'],
    ['2.0', 'text/xml; charset=utf-8']
  ])('of EPCIS %s are recorded as their translation and found like any other', async (version, type) => {
    const answer = await post(document(event(`X${version}`), version), type, { 'gs1-epcis-version': version });
    expect([answer.status, answer.text]).toEqual([202, '']);
    expect((await node.job(answer)).json).toMatchObject({ success: true });
    const item = encodeURIComponent(`urn:epc:id:sgtin:4012345.011111.X${version}`);
    const found = await node.get(`/epcis/v2/events?MATCH_epc=${item}&EQ_bizStep=commissioning&GT_ex:weight=12`);
    expect(found.text).toContain(`/21/X${version}`);
    expect((await node.get(`/epcis/v2/readPoints/${encodeURIComponent(PLACE)}/events`)).status).toBe(200);
  });

  it('are refused with the place in the XML, and nothing is ordered', async () => {
    const before = node.height;
    const wrong = await post(document(`${event('Y1')}\n${event('Y2', 'INVENT')}`));
    const [fault] = wrong.json['errors'] as unknown as { pointer: string; detail: string }[];
    expect([wrong.status, fault?.pointer]).toEqual([400, '/epcisBody/eventList/1/action']);
    expect(fault?.detail).toMatch(/XML line 8, column \d+/);
    const doctype = await post(Buffer.from('<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>'));
    expect([doctype.status, doctype.json['code'], node.height]).toEqual([400, 'XML_DOCTYPE', before]);
    const old = await node.send('POST', CAPTURE, {}, { 'gs1-epcis-version': '1.2' });
    expect(old.status).toBe(406);
  });
});
