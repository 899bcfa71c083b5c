import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { connect } from 'node:net';
import WebSocket from 'ws';
import { bytes, objectEvent, serial, type Event } from './sampleEvents.js';
import { SingleNode, type Answer } from './singleNode.js';
import { Subscriber } from './subscriber.js';

const QUERIES = '/epcis/v2/queries';
const EVENTS = '/epcis/v2/events';

const serialsOf = (text: string): readonly unknown[] => {
  const body = (JSON.parse(text) as { epcisBody: { queryResults: { resultsBody: { eventList: Event[] } } } }).epcisBody;
  return body.queryResults.resultsBody.eventList.map((event) => event['ex:n']);
};

describe('named queries and subscriptions', () => {
  let node: SingleNode;
  let subscriber: Subscriber;
  let count = 0;

  beforeAll(async () => {
    subscriber = await Subscriber.start();
    node = await SingleNode.start({ profile: 'open', webhookAllow: [subscriber.host] });
  }, 120_000);
  afterAll(async () => {
    await node.stop();
    subscriber.server.close();
  }, 60_000);
  beforeEach(() => {
    subscriber.messages.length = 0;
  });

  const capture = async (bizStep: string): Promise<number> => {
    const n = count++;
    const answer = await node.postEpcis(EVENTS, bytes(objectEvent({ 'ex:n': n, bizStep, epcList: [serial(`W${n}`)] })));
    expect(answer.status).toBe(201);
    return n;
  };
  const create = (name: string, query: object = { EQ_bizStep: ['packing'] }): Promise<Answer> =>
    node.send('POST', QUERIES, { name, query });
  const subscribe = (name: string, body: object): Promise<Answer> =>
    node.send('POST', `${QUERIES}/${name}/subscriptions`, { dest: `http://${subscriber.host}/hook`, ...body });

  it('keep a query under its name, for its organization, as it was written', async () => {
    const query = { eventType: ['ObjectEvent'], 'GE_ex:n': 1.5, '@context': { ex: 'https://example.com/ns/' } };
    const created = await create('kept', query);
    expect([created.status, created.headers.get('location')]).toEqual([201, `${QUERIES}/kept`]);
    const read = await node.get(`${QUERIES}/kept`);
    expect(read.json).toEqual({ name: 'kept', query });
    expect((await node.get(`${QUERIES}/kept`, node.clerk, { 'if-none-match': read.headers.get('etag') ?? '' })).status).toBe(304);
    expect((await node.get(QUERIES)).json).toEqual([{ name: 'kept', query }]);
    const again = await create('kept', query);
    expect([again.status, again.json['code']]).toEqual([409, 'QUERY_EXISTS']);
    expect((await node.send('DELETE', `${QUERIES}/kept`)).status).toBe(204);
    expect((await node.get(`${QUERIES}/kept`)).json['code']).toBe('QUERY_UNKNOWN');
  });

  it('answer a query by name, page by page', async () => {
    const numbers = [await capture('loading'), await capture('loading'), await capture('storing'), await capture('loading')];
    await create('loaded', { EQ_bizStep: ['loading'], orderBy: 'recordTime', orderDirection: 'DESC' });
    const first = await node.get(`${QUERIES}/loaded/events?perPage=2`);
    const next = /<([^>]+)>; rel="next"/.exec(first.headers.get('link') ?? '')?.[1] ?? '';
    const second = await node.get(next);
    expect([serialsOf(first.text), serialsOf(second.text), second.headers.get('link')]).toEqual([
      [numbers[3], numbers[1]],
      [numbers[0]],
      null
    ]);
    expect(first.text).toContain('"queryName":"loaded"');
    expect((await node.get(`${QUERIES}/loaded/events?stream=true`)).json['code']).toBe('SUBSCRIPTION_INVALID');
    expect((await node.get(`${QUERIES}/loaded/events?EQ_action=ADD`)).json['code']).toBe('PARAMETER_UNKNOWN');
  });

  it.each([
    [{ name: 'a b', query: {} }, '/name'],
    [{ name: 'x' }, '/query'],
    [{ name: 'x', query: [] }, '/query'],
    [{ name: 'x', query: { eventType: [] } }, '/query/eventType'],
    [{ name: 'x', query: { EQ_action: [['ADD']] } }, '/query/EQ_action/0']
  ])('refuse %j with a pointer', async (body, pointer) => {
    const answer = await node.send('POST', QUERIES, body);
    expect([answer.status, answer.json['type'], answer.json['errors']]).toMatchObject([
      400,
      'epcisException:QueryValidationException',
      [{ pointer }]
    ]);
  });

  it('refuse a query that nothing could ever answer, when it is made', async () => {
    for (const query of [{ EQ_colour: ['red'] }, { GE_eventTime: 'yesterday' }]) {
      const answer = await create('bad', query);
      expect([answer.status, answer.json['code']]).toEqual([400, 'QUERY_INVALID']);
    }
  });

  it('post what matches as it is captured, signed, and tell when it was received', async () => {
    await create('packed');
    const created = await subscribe('packed', { stream: true, signatureToken: 'a secret of the client' });
    expect(created.status).toBe(201);
    expect(created.text).not.toContain('a secret');
    const path = created.headers.get('location') ?? '';
    expect(created.json).toMatchObject({ stream: true, dest: `http://${subscriber.host}/hook` });
    await capture('storing');
    const n = await capture('packing');
    const [message] = await subscriber.received(1);
    const signature = createHmac('sha256', 'a secret of the client').update(message?.text ?? '').digest('hex');
    expect([serialsOf(message?.text ?? '{}'), message?.headers['gs1-signature']]).toEqual([[n], `sha256=${signature}`]);
    expect(message?.text).toContain(`"subscriptionID":"${String(created.json['subscriptionID'])}"`);
    const shown = await node.get(path);
    expect(shown.json).toMatchObject({ subscriptionID: created.json['subscriptionID'], createdAt: expect.any(String) });
    expect((await node.get(`${QUERIES}/packed/subscriptions`)).json).toHaveLength(1);
    expect((await node.send('DELETE', path)).status).toBe(204);
    await capture('packing');
    expect([(await node.get(path)).status, subscriber.messages.length]).toEqual([404, 1]);
  }, 60_000);

  it('post again what was not received, the same, also after the node was away', async () => {
    await create('retried');
    subscriber.statuses.push(500, 503);
    const created = await subscribe('retried', { stream: true });
    const n = await capture('packing');
    await subscriber.received(1);
    const failing = await node.get(created.headers.get('location') ?? '');
    expect([0, 1, undefined]).toContain(failing.json['failures']);
    await node.restart();
    const messages = await subscriber.received(3);
    expect(messages.map(({ text }) => serialsOf(text))).toEqual([[n], [n], [n]]);
    expect(new Set(messages.map(({ headers }) => headers['lading-delivery'])).size).toBe(1);
    // One second after the first failure, two after the second; a timer may be some milliseconds early.
    const [first = 0, second = 0, third = 0] = messages.map(({ atMs }) => atMs);
    expect([second - first > 900, third - second > 1800]).toEqual([true, true]);
    await node.send('DELETE', `${QUERIES}/retried`);
    await capture('packing');
    expect(subscriber.messages.length).toBe(3);
  }, 60_000);

  it('post by schedule, empty reports where they are wanted, from a time in the past', async () => {
    await create('scheduled', { EQ_bizStep: ['picking'] });
    const n = await capture('picking');
    const body = { schedule: { second: '[0-59]' }, reportIfEmpty: true, initialRecordTime: '2020-01-01T00:00:00Z' };
    const created = await subscribe('scheduled', body);
    expect(created.json).toMatchObject({ schedule: { second: '[0-59]' }, reportIfEmpty: true });
    const messages = await subscriber.received(2);
    expect(messages.slice(0, 2).map(({ text }) => serialsOf(text))).toEqual([[n], []]);
    await node.send('DELETE', `${QUERIES}/scheduled`);
  }, 60_000);

  it('take no target inside the network, and no timing that is none or two', async () => {
    await create('guarded');
    const code = async (body: object): Promise<unknown> => (await subscribe('guarded', body)).json['code'];
    for (const dest of ['http://127.0.0.1:1/', 'https://10.0.0.1/', 'https://[::1]/', 'file:///etc/passwd'])
      expect([dest, await code({ dest, stream: true })]).toEqual([dest, 'SUBSCRIPTION_TARGET']);
    expect(await code({})).toBe('SUBSCRIPTION_INVALID');
    expect(await code({ stream: true, schedule: { hour: '1' } })).toBe('SUBSCRIPTION_INVALID');
    expect(await code({ schedule: { hour: '25' } })).toBe('SUBSCRIPTION_INVALID');
    expect(await code({ stream: true, signatureToken: 5 })).toBe('SUBSCRIPTION_INVALID');
    await create('counted', { eventCountLimit: 5 });
    expect((await subscribe('counted', { stream: true })).json['code']).toBe('SUBSCRIPTION_INVALID');
    expect((await subscribe('nowhere', { stream: true })).json['code']).toBe('QUERY_UNKNOWN');
  });

  it('need the role query, and are not seen by members without a token', async () => {
    const stranger = await node.newMember('stranger', ['capture']);
    const headers = { authorization: `Bearer ${stranger.token()}` };
    expect((await node.send('POST', QUERIES, { name: 'n', query: {} }, headers)).json['code']).toBe('ROLE_MISSING');
  });

  describe('over WebSocket', () => {
    const address = (path: string): string => `${node.url.replace('http', 'ws')}${path}`;
    const open = (path: string): WebSocket =>
      new WebSocket(address(path), { headers: { authorization: `Bearer ${node.clerk.token()}` } });
    const next = async (socket: WebSocket): Promise<string> => String((await once(socket, 'message'))[0]);

    it('stream what matches from now on, and from a time in the past', async () => {
      await create('live', { EQ_bizStep: ['stocking'] });
      const before = await capture('stocking');
      const socket = open(`${QUERIES}/live/events?stream=true`);
      await once(socket, 'open');
      const message = next(socket);
      await capture('storing');
      const n = await capture('stocking');
      expect(serialsOf(await message)).toEqual([n]);
      const late = open(`${QUERIES}/live/events?stream=true&initialRecordTime=2020-01-01T00:00:00Z`);
      expect(serialsOf(await next(late))).toEqual([before, n]);
      const closed = once(late, 'close');
      // Rights on the ledger change: sockets must be opened anew.
      await node.newMember('newcomer', ['query']);
      expect(Number((await closed)[0])).toBe(1012);
      socket.terminate();
    }, 60_000);

    it('report by schedule', async () => {
      // The rights that changed above can still close a socket that opens right after (1012): clients open it anew.
      const report = async (): Promise<string> => {
        const socket = open(`${QUERIES}/live/events?second=[0-59]&reportIfEmpty=true`);
        const closed = once(socket, 'close').then(([code]) => Number(code));
        const first = await Promise.race([next(socket), closed]);
        socket.terminate();
        return first === 1012 ? report() : String(first);
      };
      expect(serialsOf(await report())).toEqual([]);
    }, 60_000);

    it.each([
      ['/live/events', true, 400, 'SUBSCRIPTION_INVALID'],
      ['/live/events?stream=true&hour=1', true, 400, 'SUBSCRIPTION_INVALID'],
      ['/live/events?stream=true', false, 401, 'TOKEN_MISSING'],
      ['/unknown/events?stream=true', true, 404, 'QUERY_UNKNOWN'],
      ['/live', true, 404, 'ROUTE_UNKNOWN']
    ])('refuse %s (token: %s) with %i', async (path, token, status, code) => {
      const text = await new Promise<string>((resolve, reject) => {
        const socket = connect(Number(new URL(node.url).port), '127.0.0.1');
        const authorization = token ? `Authorization: Bearer ${node.clerk.token()}\r\n` : '';
        let received = '';
        socket.on('data', (chunk) => (received += chunk.toString()));
        socket.on('end', () => resolve(received));
        socket.on('error', reject);
        socket.write(
          `GET ${QUERIES}${path} HTTP/1.1\r\nHost: x\r\n${authorization}Connection: Upgrade\r\nUpgrade: websocket\r\n` +
            'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n'
        );
      });
      expect(text).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
      expect(text).toContain(`"code":"${code}"`);
    });
  });

  it('never become an internal error in the log', () => {
    expect(node.log.filter((line) => /failed/.test(line))).toEqual([]);
  });
});
