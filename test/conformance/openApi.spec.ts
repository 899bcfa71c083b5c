import { describeWithData } from '../fixtures/data.js';
import { figure } from '../e2e/figures.js';
import { bytes, CONTEXT, document, lot, objectEvent, pallet, serial } from '../http/sampleEvents.js';
import { SingleNode, type Answer } from '../http/singleNode.js';
import { bugBehind } from './openApiBugs.js';
import { OpenApi, type Finding } from './openApi.js';
import { showTable } from './table.js';

const BASE = '/epcis/v2';
const PLACE = 'urn:epc:id:sgln:4012345.00001.0';
const id = (text: string): string => encodeURIComponent(text);
const LONG = 'x'.repeat(5000);
const GIVEN = '00000000-0000-4000-8000-00000000c0de';

/** Statuses that no request of a client brings about on a sound node. */
const NOT_ON_PURPOSE: Readonly<Record<number, string>> = {
  500: 'a fault of the node itself',
  501: 'what would be optional is implemented',
  101: 'driven by test/http/subscriptions.spec.ts: a socket is no HTTP answer'
};

describeWithData('the OpenAPI of EPCIS 2.0 against a real node', () => {
  let contract: OpenApi;
  const findings: Finding[] = [];
  const seen = new Map<string, Set<number>>();
  let node: SingleNode;
  let withoutRole: string;
  let subscription = '';
  let job = '';

  beforeAll(async () => {
    contract = new OpenApi();
    node = await SingleNode.start({ profile: 'open' });
    withoutRole = (await node.newMember('nobody', ['capture'])).token();
    const events = [
      objectEvent({
        ...{ eventID: `urn:uuid:${GIVEN}`, epcList: [serial('A')], disposition: 'active' },
        ...{ readPoint: { id: PLACE }, bizLocation: { id: PLACE } }
      }),
      objectEvent({
        ...{ bizStep: 'creating_class_instance', epcList: [], ilmd: { 'ex:a': 1 } },
        quantityList: [{ epcClass: lot('L'), quantity: 1.5, uom: 'KGM' }]
      }),
      {
        ...{ '@context': CONTEXT, type: 'AggregationEvent', action: 'ADD', eventTime: '2026-02-06T00:00:00Z' },
        ...{ eventTimeZoneOffset: '+00:00', parentID: pallet(1), childEPCs: [serial('A')] }
      },
      objectEvent({
        ...{ epcList: [], action: 'OBSERVE', readPoint: { id: PLACE } },
        sensorElementList: [{ sensorReport: [{ type: 'Temperature', value: 4, uom: 'CEL' }] }]
      })
    ];
    const captured = await node.postEpcis(`${BASE}/capture`, bytes(document(events)));
    job = captured.headers.get('location') ?? '';
    expect((await node.job(captured)).json).toMatchObject({ success: true });
    const eventID = 'urn:uuid:00000000-0000-4000-8000-00000000c0df';
    const refused = document([objectEvent({ eventID }), objectEvent({ eventID, disposition: 'active' })]);
    await node.job(await node.postEpcis(`${BASE}/capture`, bytes(refused)));
    await node.send('POST', `${BASE}/queries`, { name: 'mine', query: { eventType: ['ObjectEvent'] } });
    await node.send('POST', `${BASE}/queries`, { name: 'slow', query: { maxEventCount: 1 } });
    const asked = { dest: 'https://client.example.com/x', schedule: { hour: '1', minute: '5' } };
    const made = await node.send('POST', `${BASE}/queries/mine/subscriptions`, asked);
    subscription = made.headers.get('location') ?? '';
  }, 120_000);
  afterAll(() => node.stop(), 60_000);

  function take(operation: string, answer: Answer, expected: number): void {
    expect([operation, answer.status, answer.status === expected ? '' : answer.text]).toEqual([operation, expected, '']);
    findings.push(...contract.judge(operation, answer));
    seen.set(operation, (seen.get(operation) ?? new Set<number>()).add(answer.status));
  }

  /** A path of the contract with parameters filled in. */
  const concrete = (path: string): string =>
    `${BASE}${path === '/' ? '' : path}`
      .replace('{captureID}', job.split('/').at(-1) ?? '')
      .replace('{eventID}', id(`urn:uuid:${GIVEN}`))
      .replace('{eventType}', 'ObjectEvent')
      .replace('{epc}', id(serial('A')))
      .replace('{bizStep}', 'commissioning')
      .replace('{bizLocation}', id(PLACE))
      .replace('{readPoint}', id(PLACE))
      .replace('{disposition}', 'active')
      .replace('{queryName}', 'mine')
      .replace('{subscriptionID}', subscription.split('/').at(-1) ?? '')
      .replace('{token}', 'none');
  const missing = (path: string): string => `${BASE}${path}`.replace('{queryName}', 'absent').replace(/\{[^}]+\}/, id('urn:x:absent'));

  it('every operation answers OPTIONS and GET as the contract describes', async () => {
    for (const operation of contract.operations()) {
      const [method = '', path = ''] = operation.split(' ');
      if (method !== 'OPTIONS' && method !== 'GET') continue;
      const answer = await node.send(method, concrete(path));
      take(operation, answer, method === 'OPTIONS' ? 204 : 200);
    }
  });

  it('every operation refuses callers without a token, versions of another time, and formats that it does not speak', async () => {
    for (const operation of contract.operations()) {
      const [method = '', path = ''] = operation.split(' ');
      const body = method === 'POST' ? { body: '{}' } : {};
      const headers = method === 'POST' ? { 'content-type': 'application/json' } : {};
      take(operation, await node.call(concrete(path), { method, headers, ...body }), 401);
      if (path.startsWith('/nextPageToken')) continue;
      const authorization = `Bearer ${node.clerk.token()}`;
      const old = { ...headers, authorization, 'gs1-epcis-max': '1.2.0' };
      take(operation, await node.call(concrete(path), { method, headers: old, ...body }), 406);
    }
  });

  it('what nobody has named is 404, what cannot be is 400, what is too long is 414', async () => {
    for (const operation of contract.operations()) {
      const [method = '', path = ''] = operation.split(' ');
      const statuses = contract.statuses(operation);
      if (method === 'OPTIONS' || !path.includes('{')) continue;
      if (statuses.includes(404)) {
        const body = method === 'POST' ? { dest: 'https://x.example/', stream: true } : undefined;
        take(operation, await node.send(method, missing(path), body), 404);
      }
      const item = /^\/(eventTypes|epcs|bizSteps|bizLocations|readPoints|dispositions)\//.test(path);
      if (item) take(operation, await node.send(method, `${BASE}${path}`.replace(/\{[^}]+\}/, 'not%20one')), 400);
      if (path.endsWith('/events') && path !== '/events' && !path.startsWith('/queries')) {
        take(operation, await node.send(method, `${concrete(path)}?GE_eventTime=yesterday`), 400);
      }
      if (statuses.includes(414)) take(operation, await node.send(method, `${BASE}${path}`.replace(/\{[^}]+\}/, LONG)), 414);
    }
  });

  it('whoever wants XML gets it where the contract has it, else 406; problems are XML for him everywhere', async () => {
    const xml = { accept: 'application/xml' };
    for (const operation of contract.operations()) {
      const [method = '', path = ''] = operation.split(' ');
      if (method === 'OPTIONS' || method === 'GET') {
        const hasXml = method === 'OPTIONS' || contract.media(operation, 200).includes('application/xml');
        const answer = await node.send(method, concrete(path), undefined, xml);
        take(operation, answer, method === 'OPTIONS' ? 204 : hasXml ? 200 : 406);
        const form = hasXml ? /^application\/xml/ : /^application\/problem\+xml$/;
        if (method === 'GET') expect(answer.headers.get('content-type')).toMatch(form);
      }
      if (path.startsWith('/nextPageToken')) continue;
      const refused = await node.call(concrete(path), { method, headers: xml, ...(method === 'POST' ? { body: '{}' } : {}) });
      take(operation, refused, 401);
      expect([operation, refused.headers.get('content-type')]).toEqual([operation, 'application/problem+xml']);
    }
    take('GET /events', await node.send('GET', `${BASE}/events?GE_eventTime=yesterday`, undefined, xml), 400);
    take('GET /capture/{captureID}', await node.send('GET', missing('/capture/{captureID}'), undefined, xml), 404);
  });

  it('captures', async () => {
    const post = (path: string, body: unknown, more: { type?: string; person?: boolean } = {}): Promise<Answer> =>
      node.postEpcis(`${BASE}${path}`, typeof body === 'string' ? Buffer.from(body) : bytes(body), {
        signed: null,
        headers: {
          'content-type': more.type ?? 'application/json',
          ...(more.person === true ? { authorization: `Bearer ${node.clerk.token(['query'])}` } : {})
        }
      });
    take('POST /capture', await post('/capture', document([objectEvent({ epcList: [serial('N1')] })])), 202);
    take('POST /capture', await post('/capture', document([objectEvent({ action: 'INVENT' })])), 400);
    take('POST /capture', await post('/capture', document([objectEvent({})]), { person: true }), 403);
    take('POST /capture', await post('/capture', document([objectEvent({})]), { type: 'text/csv' }), 415);
    const many = Array.from({ length: 20_001 }, () => '{}').join(',');
    take('POST /capture', await post('/capture', `{"epcisBody":{"eventList":[${many}]}}`), 413);
    take('POST /events', await post('/events', objectEvent({ epcList: [serial('N2')] })), 201);
    take('POST /events', await post('/events', objectEvent({ action: 'INVENT' })), 400);
    take('POST /events', await post('/events', objectEvent({}), { person: true }), 403);
    take('POST /events', await post('/events', objectEvent({ eventID: `urn:uuid:${GIVEN}` })), 409);
    take('POST /events', await post('/events', objectEvent({}), { type: 'text/csv' }), 415);
    take('POST /events', await post('/events', objectEvent({ 'ex:long': 'x'.repeat((1 << 20) - 400) })), 413);
  });

  it('queries and subscriptions', async () => {
    const nobody = { authorization: `Bearer ${withoutRole}` };
    const queries = `${BASE}/queries`;
    const create = (body: unknown, headers = {}): Promise<Answer> => node.send('POST', queries, body, headers);
    take('POST /queries', await create({ name: 'made', query: { EQ_action: ['ADD'], perPage: undefined } }), 201);
    take('POST /queries', await create({ name: 'made', query: {} }), 409);
    take('POST /queries', await create({ name: 'bad', query: { EQ_colour: ['red'] } }), 400);
    take('POST /queries', await create({ name: 'no', query: {} }, nobody), 403);
    take('POST /queries', await create({ name: 'no', query: {} }, { 'content-type': 'text/csv' }), 415);
    take('GET /queries/{queryName}/events', await node.get(`${queries}/slow/events`), 413);
    take('GET /queries/{queryName}/events', await node.get(`${queries}/mine/events?stream=true`), 400);
    const operation = 'POST /queries/{queryName}/subscriptions';
    const subscribe = (body: unknown, headers = {}): Promise<Answer> => node.send('POST', `${queries}/made/subscriptions`, body, headers);
    const dest = 'https://client.example.com/callback';
    const made = await subscribe({ dest, schedule: { hour: '1' } });
    take(operation, made, 201);
    take(operation, await subscribe({ dest }), 400);
    take(operation, await subscribe({ dest, stream: true }, nobody), 403);
    take(operation, await subscribe({ dest, stream: true }, { 'content-type': 'text/csv' }), 415);
    const path = made.headers.get('location') ?? '';
    take('DELETE /queries/{queryName}/subscriptions/{subscriptionID}', await node.send('DELETE', path, undefined, nobody), 403);
    take('DELETE /queries/{queryName}/subscriptions/{subscriptionID}', await node.send('DELETE', path), 204);
    take('DELETE /queries/{queryName}', await node.send('DELETE', `${queries}/made`, undefined, nobody), 403);
    take('DELETE /queries/{queryName}', await node.send('DELETE', `${queries}/made`), 204);
  });

  it('parameters, pages and their tokens', async () => {
    take('GET /events', await node.get(`${BASE}/events?GE_eventTime=yesterday`), 400);
    take('GET /events', await node.get(`${BASE}/events?MATCH_epc=${'x'.repeat(10_000)}`), 414);
    const page = await node.get(`${BASE}/events?perPage=1`);
    take('GET /events', page, 200);
    expect(page.headers.get('link')).toMatch(/rel="next"/);
    const token = /nextPageToken=([^&>]+)/.exec(page.headers.get('link') ?? '')?.[1] ?? '';
    take('DELETE /nextPageToken/{token}', await node.send('DELETE', `${BASE}/nextPageToken/${token}`), 204);
    take('GET /queries/{queryName}/subscriptions', await node.get(`${BASE}/queries/mine/subscriptions?perPage=none`), 400);
    for (const path of ['/capture', '/eventTypes', '/epcs', '/queries']) {
      take(`GET ${path}`, await node.get(`${BASE}${path}?perPage=none`), 400);
    }
  });

  it('were all driven, with every status that a client can bring about', () => {
    const left = contract.operations().flatMap((operation) =>
      contract
        .statuses(operation)
        .filter((status) => !(seen.get(operation)?.has(status) ?? false) && !(status in NOT_ON_PURPOSE))
        .map((status) => `${operation} ${status}`)
    );
    // Reading needs a token but no role; OPTIONS does not look up what a path names; a definition that was kept is short enough.
    const never = /^(GET|OPTIONS) .* 403$|^OPTIONS .* (404|414)$|^GET \/queries\/\{queryName\} 413$/;
    const explained = left.filter((one) => !never.test(one));
    expect(explained).toEqual([]);
  });

  it('differs from the contract only where the contract contradicts itself', () => {
    const byText = new Map<string, { finding: Finding; why: string | null }>();
    for (const finding of findings) {
      byText.set(JSON.stringify(finding), { finding, why: bugBehind(finding) });
    }
    const rows = [...byText.values()].map(({ finding, why }) => [
      finding.operation,
      String(finding.status),
      finding.what.slice(0, 160),
      why ?? 'UNEXPLAINED'
    ]);
    for (const pattern of new Set(contract.unreadablePatterns)) {
      rows.push(['(schema)', '', pattern.slice(0, 60), 'a pattern that ECMA-262 cannot read (\\g<…>): it checks nothing']);
    }
    showTable('EPCIS 2.0 OpenAPI: differences found', ['operation', 'status', 'found', 'explanation'], rows.sort());
    const answered = [...seen.values()].reduce((sum, statuses) => sum + statuses.size, 0);
    figure('operations of the OpenAPI driven', seen.size, 'operations', { exactly: contract.operations().length });
    figure('operation and status pairs checked', answered, 'pairs', { atLeast: 150 });
    figure('differences that are ours', rows.filter(([, , , why]) => why === 'UNEXPLAINED').length, 'differences', { exactly: 0 });
    expect(rows.filter(([, , , why]) => why === 'UNEXPLAINED')).toEqual([]);
  });
});
