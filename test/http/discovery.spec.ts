import { bytes, CONTEXT, objectEvent, pallet, serial } from './sampleEvents.js';
import { SingleNode, type Answer } from './singleNode.js';

const EPCIS = '/epcis/v2';
const PLACE = 'urn:epc:id:sgln:4012345.00001.0';
const id = (uri: string): string => encodeURIComponent(uri);
const members = (answer: Answer): readonly string[] => (answer.json as unknown as { member: string[] }).member;
const LINK = /<([^>]+)>; rel="next"/;

describe('top-level resources and OPTIONS', () => {
  let node: SingleNode;
  beforeAll(async () => {
    node = await SingleNode.start({ profile: 'open' });
    const step = 'https://example.com/steps/roasting';
    const events = [
      objectEvent({ epcList: [serial('A'), serial('B')], readPoint: { id: PLACE }, bizStep: step, disposition: 'active' }),
      {
        ...{ '@context': CONTEXT, type: 'AggregationEvent', action: 'ADD', bizStep: 'packing' },
        ...{ eventTime: '2026-02-06T00:00:00Z', eventTimeZoneOffset: '+00:00' },
        ...{ parentID: pallet(1), childEPCs: [serial('A')], bizLocation: { id: PLACE } }
      }
    ];
    for (const event of events) expect((await node.postEpcis(`${EPCIS}/events`, bytes(event))).status).toBe(201);
  }, 120_000);
  afterAll(() => node.stop(), 60_000);

  const options = (path: string, token = true): Promise<Answer> =>
    node.call(path, { method: 'OPTIONS', headers: token ? { authorization: `Bearer ${node.clerk.token()}` } : {} });

  it.each([
    ['', 'GET'],
    ['/', 'GET'],
    ['/capture', 'POST'],
    ['/capture/x', 'GET'],
    ['/events', 'POST'],
    ['/events/x', 'GET'],
    ['/eventTypes', 'GET'],
    ['/epcs/x', 'GET'],
    ['/bizSteps/x/events', 'GET'],
    ['/queries', 'POST'],
    ['/queries/q', 'DELETE'],
    ['/queries/q/events', 'GET'],
    ['/queries/q/subscriptions', 'POST'],
    ['/queries/q/subscriptions/s', 'DELETE']
  ])('OPTIONS %s says what can be done, to those with a token', async (path, method) => {
    const answer = await options(`${EPCIS}${path}`);
    expect([answer.status, answer.text]).toEqual([204, '']);
    expect(answer.headers.get('allow')?.split(', ')).toContain(method);
    for (const name of ['gs1-epcis-version', 'gs1-cbv-max', 'gs1-epc-format', 'gs1-vendor-version', 'gs1-epcis-capture-limit'])
      expect([name, answer.headers.get(name)]).toEqual([name, expect.stringMatching(/./)]);
    expect((await options(`${EPCIS}${path}`, false)).status).toBe(401);
  });

  it('lists the nine resources', async () => {
    for (const path of [EPCIS, `${EPCIS}/`]) expect(members(await node.get(path))).toHaveLength(9);
  });

  it('lists words of the standard and what events named besides', async () => {
    expect(members(await node.get(`${EPCIS}/eventTypes`))).toHaveLength(5);
    const steps = members(await node.get(`${EPCIS}/bizSteps`));
    expect([steps.includes('shipping'), steps.filter((step) => step.startsWith('https:'))]).toEqual([
      true,
      ['https://example.com/steps/roasting']
    ]);
    expect(members(await node.get(`${EPCIS}/dispositions`))).toContain('recalled');
    for (const name of ['readPoints', 'bizLocations'])
      expect(members(await node.get(`${EPCIS}/${name}`))).toEqual(['https://id.gs1.org/414/4012345000016']);
  });

  it('lists EPCs page by page, in the asker’s spelling', async () => {
    const seen: string[] = [];
    const headers = { authorization: `Bearer ${node.clerk.token()}`, 'gs1-epc-format': 'Always_EPC_URN' };
    let next: string | undefined = `${EPCIS}/epcs?perPage=2`;
    while (next !== undefined) {
      const page: Answer = await node.call(next, { headers });
      expect([page.status, members(page).length <= 2]).toEqual([200, true]);
      seen.push(...members(page));
      next = LINK.exec(page.headers.get('link') ?? '')?.[1];
      if (next !== undefined) expect(Date.parse(page.headers.get('gs1-next-page-token-expires') ?? '')).toBeGreaterThan(Date.now());
    }
    expect(seen.sort()).toEqual([serial('A'), serial('B'), pallet(1)].sort());
  });

  it('answers the events of one of them, filtered further as asked', async () => {
    const count = async (path: string): Promise<unknown> => {
      const answer = await node.get(`${EPCIS}${path}`);
      const body = answer.json as unknown as { epcisBody: { queryResults: { resultsBody: { eventList: unknown[] } } } };
      return answer.status === 200 ? body.epcisBody.queryResults.resultsBody.eventList.length : answer.json['code'];
    };
    expect(await count(`/epcs/${id(serial('A'))}/events`)).toBe(2);
    expect(await count(`/epcs/${id('https://example.org/01/04012345111118/21/A')}/events?EQ_action=ADD`)).toBe(2);
    expect(await count(`/epcs/${id(serial('B'))}/events`)).toBe(1);
    expect(await count(`/eventTypes/AggregationEvent/events`)).toBe(1);
    expect(await count(`/eventTypes/AggregationEvent/events?eventType=ObjectEvent`)).toBe(0);
    expect(await count(`/bizSteps/packing/events`)).toBe(1);
    expect(await count(`/bizSteps/packing/events?EQ_bizStep=shipping`)).toBe(0);
    expect(await count(`/bizSteps/${id('https://example.com/steps/roasting')}/events`)).toBe(1);
    expect(await count(`/dispositions/active/events`)).toBe(1);
    expect(await count(`/readPoints/${id(PLACE)}/events`)).toBe(1);
    expect(await count(`/bizLocations/${id(PLACE)}/events`)).toBe(1);
    expect(await count(`/epcs/${id(serial('NONE'))}/events`)).toBe('RESOURCE_UNKNOWN');
    expect(await count(`/eventTypes/PartyEvent/events`)).toBe('RESOURCE_UNKNOWN');
    expect(await count(`/epcs/not-a-uri/events`)).toBe('PARAMETER_INVALID');
  });

  it('shows what there is of one, and 404 for what no event named', async () => {
    expect(members(await node.get(`${EPCIS}/epcs/${id(serial('A'))}`))).toEqual(['events']);
    expect(members(await node.get(`${EPCIS}/bizSteps/shipping`))).toEqual(['events']);
    const unknown = await node.get(`${EPCIS}/readPoints/${id('urn:epc:id:sgln:4012345.00009.0')}`);
    expect([unknown.status, unknown.json['type']]).toEqual([404, 'epcisException:NoSuchNameException']);
  });

  it('answers only versions, formats and media types that it speaks', async () => {
    const status = async (headers: Record<string, string>): Promise<number> => {
      const all = { authorization: `Bearer ${node.clerk.token()}`, ...headers };
      return (await node.call(`${EPCIS}/events`, { headers: all })).status;
    };
    expect(await status({ 'gs1-epcis-min': '1.2.0', 'gs1-epcis-max': '2.0.0' })).toBe(200);
    expect(await status({ 'gs1-epcis-version': '2.0' })).toBe(200);
    expect(await status({ 'gs1-epcis-min': '2.1.0' })).toBe(406);
    expect(await status({ 'gs1-epcis-max': '1.2' })).toBe(406);
    expect(await status({ 'gs1-cbv-max': '1.2' })).toBe(406);
    expect(await status({ 'gs1-epcis-version': 'two' })).toBe(406);
    expect(await status({ 'gs1-epc-format': 'Sometimes' })).toBe(406);
    expect(await status({ accept: 'text/csv' })).toBe(406);
  });
});
