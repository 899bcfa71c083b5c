import { xmlToEpcisJson } from '@lading/epcis-xml';
import { eventHashId, parseEpcisDocument } from '@lading/provenance';
import { xmlValue } from '../conformance/xmlValue.js';
import { bytes, document, objectEvent, serial } from './sampleEvents.js';
import { SingleNode, type Answer } from './singleNode.js';

const EVENTS = '/epcis/v2/events';
const XML = { accept: 'application/xml', 'gs1-epc-format': 'Never_Translates' };

const SENT = `<?xml version="1.0"?>
<e:EPCISDocument xmlns:e="urn:epcglobal:epcis:xsd:2" xmlns:ex="https://example.com/ns/" schemaVersion="2.0"
 creationDate="2026-01-02T03:04:05Z">
<EPCISBody><EventList><ObjectEvent><eventTime>2026-01-02T03:04:05Z</eventTime><eventTimeZoneOffset>+00:00</eventTimeZoneOffset>
<epcList><epc>${serial('XML')}</epc></epcList><action>OBSERVE</action>
<bizStep>https://ref.gs1.org/cbv/BizStep-inspecting</bizStep><ex:tree><ex:leaf>a &amp; b</ex:leaf></ex:tree>
</ObjectEvent></EventList></EPCISBody></e:EPCISDocument>`;

const jsonOf = (xml: string): string => {
  const read = xmlToEpcisJson(Buffer.from(xml));
  if (!read.ok) throw new Error(`${read.detail}: ${xml}`);
  return read.value.json;
};
const codeOf = (answer: Answer): unknown => xmlValue(answer.text).value['code'];
const hashesOf = (json: string): readonly string[] => {
  const parsed = parseEpcisDocument(Buffer.from(json));
  return parsed.ok ? parsed.value.events.map((event) => eventHashId(event.node, parsed.value.namespaces)) : [];
};

describe('answers in XML', () => {
  let node: SingleNode;
  beforeAll(async () => {
    node = await SingleNode.start({ profile: 'open' });
    await node.postEpcis(EVENTS, bytes(objectEvent({ eventID: 'urn:x:json', epcList: [serial('J')], 'ex:weight': 12.5 })));
    const how = { signed: null, headers: { 'content-type': 'application/xml' } };
    const capture = await node.postEpcis('/epcis/v2/capture', Buffer.from(SENT), how);
    expect((await node.job(capture)).json).toMatchObject({ success: true });
  }, 120_000);
  afterAll(() => node.stop(), 60_000);

  const get = (path: string, headers: Record<string, string> = XML): Promise<Answer> => node.get(path, node.clerk, headers);
  const type = (answer: Answer): string | undefined => answer.headers.get('content-type')?.split(';')[0];

  it('give back what was captured as XML, with the same event hash id', async () => {
    const answer = await get(`${EVENTS}?MATCH_epc=${encodeURIComponent(serial('XML'))}`);
    expect([answer.status, type(answer)]).toEqual([200, 'application/xml']);
    expect(answer.text).toContain('<bizStep>https://ref.gs1.org/cbv/BizStep-inspecting</bizStep>');
    expect(hashesOf(jsonOf(answer.text))).toEqual(hashesOf(jsonOf(SENT)));
  });

  it('are there wherever events are answered, page by page', async () => {
    await node.send('POST', '/epcis/v2/queries', { name: 'all', query: { GE_eventTime: '2020-01-01T00:00:00Z' } });
    const lists = ['/epcis/v2/eventTypes/ObjectEvent/events', '/epcis/v2/queries/all/events', `${EVENTS}?perPage=1`];
    const paths = [`${EVENTS}/urn:x:json`, ...lists];
    for (const path of paths) {
      const answer = await get(path);
      expect([path, answer.status, type(answer), answer.text.slice(0, 5)]).toEqual([path, 200, 'application/xml', '<?xml']);
      expect(hashesOf(jsonOf(answer.text)).length).toBeGreaterThan(0);
    }
    const first = await get(`${EVENTS}?perPage=1`);
    const next = /<([^>]+)>; rel="next"/.exec(first.headers.get('link') ?? '')?.[1] ?? '';
    expect((await get(next)).text).toContain(serial('XML'));
  });

  it('spell CBV values and identifiers as asked', async () => {
    const urn = await get(`${EVENTS}/urn:x:json`, { accept: 'text/xml', 'gs1-cbv-xml-format': 'Always_URN' });
    expect(urn.text).toContain('<bizStep>urn:epcglobal:cbv:bizstep:commissioning</bizStep>');
    expect(urn.text).toContain('<epc>https://id.gs1.org/01/04012345111118/21/J</epc>');
    const wrong = await get(EVENTS, { accept: 'application/xml', 'gs1-cbv-xml-format': 'Latin' });
    expect([wrong.status, codeOf(wrong)]).toEqual([406, 'NOT_ACCEPTABLE']);
  });

  it.each([
    ['application/json, application/xml', 'application/json'],
    ['application/xml, application/json;q=0.9', 'application/xml'],
    ['application/xml;q=0.2, */*;q=0.1', 'application/xml'],
    ['application/xml;q=0.2, */*', 'application/json'],
    ['*/*', 'application/json']
  ])('Accept: %s gets %s', async (accept, media) => {
    expect(type(await get(EVENTS, { accept }))).toBe(media);
  });

  it.each([
    [EVENTS, 'text/csv'],
    [EVENTS, 'application/json;q=0'],
    ['/epcis/v2/capture', 'application/xml'],
    ['/epcis/v2/queries', 'text/xml'],
    ['/epcis/v2/epcs', 'application/xml']
  ])('%s does not answer %s', async (path, accept) => {
    expect((await get(path, { accept })).status).toBe(406);
  });

  it('are refused where XML cannot say it; JSON can', async () => {
    await node.postEpcis(EVENTS, bytes(objectEvent({ eventID: 'urn:x:odd', epcList: [serial('O')], 'ex:1st': 'x' })));
    const odd = await get(`${EVENTS}/urn:x:odd`);
    expect([odd.status, codeOf(odd)]).toEqual([406, 'NOT_ACCEPTABLE']);
    expect((await get(`${EVENTS}/urn:x:odd`, {})).status).toBe(200);
  });

  it('tell the job of a capture, its errors too, and the top-level resources', async () => {
    const eventID = 'urn:x:twice';
    const twice = [objectEvent({ eventID }), objectEvent({ eventID, disposition: 'active' })];
    const posted = await node.postEpcis('/epcis/v2/capture', bytes(document(twice)), { headers: { accept: 'application/xml' } });
    expect([posted.status, posted.text]).toEqual([202, '']);
    const { json } = await node.job(posted);
    const job = await get(posted.headers.get('location') ?? '');
    expect([job.status, type(job)]).toEqual([200, 'application/xml']);
    const { captureID, errors } = json;
    expect(xmlValue(job.text).value).toMatchObject({ captureID, running: false, success: false, errors });
    const top = xmlValue((await get('/epcis/v2')).text).value;
    expect([top['type'], (top['member'] as string[]).includes('events')]).toEqual(['Collection', true]);
  });

  it('are problems as well, for whoever wants XML more', async () => {
    const ask = async (accept: string): Promise<string | undefined> => type(await get(`${EVENTS}?EQ_colour=red`, { accept }));
    expect(await ask('application/xml')).toBe('application/problem+xml');
    expect(await ask('application/problem+xml, application/json;q=0.1')).toBe('application/problem+xml');
    expect(await ask('application/json, application/xml')).toBe('application/problem+json');
    const { root, value } = xmlValue((await get(`${EVENTS}?EQ_colour=red`)).text);
    expect([root, value]).toMatchObject(['{urn:epcglobal:epcis:xsd:2}EPCISException', { status: 400, code: 'PARAMETER_UNKNOWN' }]);
    expect(type(await node.get('/v1/custody/urn:x:none', node.clerk, { accept: 'application/xml' }))).toBe('application/problem+json');
  });

  it('tell the event that was captured alone; where XML cannot, the capture stands all the same', async () => {
    const how = { headers: { accept: 'application/xml' } };
    const made = await node.postEpcis(EVENTS, bytes(objectEvent({ eventID: 'urn:x:one', epcList: [serial('1')] })), how);
    expect([made.status, type(made), hashesOf(jsonOf(made.text)).length]).toEqual([201, 'application/xml', 1]);
    const odd = await node.postEpcis(EVENTS, bytes(objectEvent({ eventID: 'urn:x:odd2', epcList: [serial('2')], 'ex:1st': 'x' })), how);
    expect([odd.status, odd.text, odd.headers.get('location')]).toEqual([201, '', `${EVENTS}/urn%3Ax%3Aodd2`]);
    const unknown = { headers: { accept: 'application/xml', 'gs1-cbv-xml-format': 'Latin' } };
    const event = bytes(objectEvent({ eventID: 'urn:x:not', epcList: [serial('3')] }));
    expect((await node.postEpcis(EVENTS, event, unknown)).status).toBe(406);
    expect((await get(`${EVENTS}/urn:x:not`)).status).toBe(404);
  });

  it('have an entity tag of their own', async () => {
    const etag = (await get(`${EVENTS}/urn:x:json`)).headers.get('etag') ?? '';
    expect((await get(`${EVENTS}/urn:x:json`, { ...XML, 'if-none-match': etag })).status).toBe(304);
    expect((await get(`${EVENTS}/urn:x:json`, { ...XML, accept: 'application/json', 'if-none-match': etag })).status).toBe(200);
  });
});
