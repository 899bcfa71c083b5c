import { tamper } from '../fixtures/postgres.js';
import { bytes, objectEvent, serial } from './sampleEvents.js';
import { SingleNode } from './singleNode.js';

describe('the feed of a node whose history begins later', () => {
  let node: SingleNode;
  let base = 0;

  beforeAll(async () => {
    node = await SingleNode.start({ profile: 'open' });
    for (let i = 0; i < 6; i++) {
      if (i === 3) base = node.height + 1;
      const event = objectEvent({ eventID: `urn:x:pruned:${i}`, epcList: [serial(`P${i}`)] });
      expect((await node.postEpcis('/epcis/v2/events', bytes(event))).status).toBe(201);
    }
    // As after a start from a snapshot: nothing below is held. Genesis is.
    await tamper(
      node.database.adminUrl,
      ['outcome', 'transaction', 'batch', 'block'].map((table) => `DELETE FROM ledger.${table} WHERE height BETWEEN 1 AND ${base - 1}`)
    );
  }, 120_000);
  afterAll(() => node.stop(), 60_000);

  it('answers 410 to a cursor before it, and names the oldest that it can go on with', async () => {
    for (const after of ['0.0', `${base - 2}.0`, `${base - 1}.0`]) {
      const answer = await node.get(`/v1/stream?after=${after}`);
      expect([answer.status, answer.json['code']]).toEqual([410, 'CURSOR_PRUNED']);
      expect(answer.json['data']).toEqual({ oldest: `${base - 1}.999999999` });
      expect(answer.headers.get('lading-oldest-cursor')).toBe(`${base - 1}.999999999`);
      expect(answer.headers.get('content-type')).toBe('application/problem+json');
    }
    const byHeader = await node.get('/v1/stream', node.clerk, { 'last-event-id': '1.0' });
    expect(byHeader.status).toBe(410);
  });

  it('goes on with that cursor, with every one behind it, and from now on without one', async () => {
    for (const [query, first] of [[`?after=${base - 1}.999999999`, 3], [`?after=${base}.0`, 4]] as const) {
      const abort = new AbortController();
      const authorization = `Bearer ${node.clerk.token()}`;
      const response = await fetch(`${node.url}/v1/stream${query}`, { headers: { authorization }, signal: abort.signal });
      expect(response.status).toBe(200);
      let text = '';
      for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
        text += Buffer.from(chunk).toString('utf8');
        if (text.includes('urn:x:pruned:5')) break;
      }
      abort.abort();
      expect([...text.matchAll(/urn:x:pruned:(\d)/g)].map((match) => Number(match[1]))).toEqual([3, 4, 5].filter((n) => n >= first));
    }
    const now = new AbortController();
    const headers = { authorization: `Bearer ${node.clerk.token()}` };
    expect((await fetch(`${node.url}/v1/stream`, { headers, signal: now.signal })).status).toBe(200);
    now.abort();
  });

  it('gives an organization half of the places at most', async () => {
    const aborts: AbortController[] = [];
    const open = async (): Promise<Response> => {
      const abort = new AbortController();
      aborts.push(abort);
      const headers = { authorization: `Bearer ${node.clerk.token()}` };
      return fetch(`${node.url}/v1/stream`, { headers, signal: abort.signal });
    };
    const answers = await Promise.all(Array.from({ length: 51 }, open));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(50);
    const refused = answers.find(({ status }) => status !== 200);
    expect(((await refused?.json()) as { code: string }).code).toBe('QUOTA_EXCEEDED');
    expect((await node.call('/metrics')).text).toContain('\nlading_stream_clients 50\n');
    for (const abort of aborts) abort.abort();
  });
});
