import { connect } from 'node:net';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openApiDocument } from '@lading/node';
import { root } from '../tidy/repository.js';
import { bytes, objectEvent } from './sampleEvents.js';
import { SingleNode, type Answer } from './singleNode.js';

const PUBLIC = ['/health/live', '/health/ready', '/metrics', '/status', '/v1/genesis', '/v1/network'];
/** What a route is asked with where it has a parameter. */
const concrete = (path: string): string => path.replace(/\{[^}]+\}/g, '1');

describe('every route of a node', () => {
  let node: SingleNode;
  let routes: readonly (readonly [method: string, path: string])[];

  beforeAll(async () => {
    node = await SingleNode.start({ profile: 'open' });
    const { paths } = openApiDocument(node.app);
    routes = Object.entries(paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => [method.toUpperCase(), path] as const)
    );
  }, 120_000);

  afterAll(() => node.stop(), 60_000);

  it('stands in the committed openapi.json exactly as the application has it', async () => {
    const file = join(root, 'apps/node/openapi.json');
    const generated = `${JSON.stringify(openApiDocument(node.app), null, 2)}\n`;
    // Run with LADING_UPDATE_OPENAPI=1 to write the file after a change of routes.
    if (process.env['LADING_UPDATE_OPENAPI'] === '1') await writeFile(file, generated);
    expect(await readFile(file, 'utf8')).toBe(generated);
  });

  it('needs a token, in every spelling of its path, but for the few that are public', async () => {
    expect(routes.length).toBeGreaterThanOrEqual(17);
    for (const [method, path] of routes) {
      if (PUBLIC.includes(path) || (method === 'POST' && path === '/v1/transactions')) continue;
      const at = concrete(path);
      const spellings = [
        at,
        at.replace('/v', '/%76'),
        `/${at}`,
        at.replace(/\/([^/]+)$/, '//$1'),
        `${at}/`,
        at.toUpperCase()
      ];
      for (const spelling of spellings) {
        for (const verb of method === 'GET' ? ['GET', 'HEAD'] : [method]) {
          const body = verb === 'POST' ? { body: '{}', headers: { 'content-type': 'application/json' } } : {};
          const answer = await node.call(spelling, { method: verb, ...body });
          expect([verb, spelling, [401, 404].includes(answer.status)]).toEqual([verb, spelling, true]);
          if (spelling === at) expect([verb, at, answer.status]).toEqual([verb, at, 401]);
        }
      }
    }
  });

  it('answers HEAD as GET without a body, and guards it alike', async () => {
    const open = await node.call('/status', { method: 'HEAD' });
    expect([open.status, open.text]).toEqual([200, '']);
    const closed = await node.call('/v1/peers', { method: 'HEAD' });
    expect(closed.status).toBe(401);
  });

  it('serves the public ones without a token', async () => {
    for (const path of [...PUBLIC, '/', '/docs', '/openapi.json', '/errors', '/errors/JSON_DEPTH', '/style.css']) {
      const answer = await node.call(path);
      expect([path, answer.status]).toEqual([path, 200]);
    }
    const genesis = await fetch(`${node.url}/v1/genesis`);
    expect(new Uint8Array(await genesis.arrayBuffer())).toEqual(new Uint8Array(node.genesis.bytes));
  });

  it('carries headers that keep browsers from loading or framing anything', async () => {
    for (const path of ['/', '/status', '/docs', '/v1/peers', '/nowhere']) {
      const { headers } = await node.call(path);
      expect([path, headers.get('x-content-type-options'), headers.get('x-frame-options')]).toEqual([
        path,
        'nosniff',
        'DENY'
      ]);
      const policy = headers.get('content-security-policy') ?? '';
      expect(policy).toContain("frame-ancestors 'none'");
      expect(policy).not.toMatch(/https?:|\*/);
    }
    const page = await node.call('/');
    expect(page.text).toMatch(/<html lang="en">/);
    expect(page.text).not.toMatch(/src="http|href="http|<script|style=/);
  });
});

describe('requests that cannot be served', () => {
  let node: SingleNode;
  beforeAll(async () => {
    node = await SingleNode.start({ profile: 'open' });
  }, 120_000);
  afterAll(() => node.stop(), 60_000);

  const problem = (answer: Answer): readonly unknown[] => [
    answer.status,
    answer.headers.get('content-type'),
    answer.json['code']
  ];
  const expectProblem = (answer: Answer, status: number, code: string): void =>
    expect(problem(answer)).toEqual([status, 'application/problem+json', code]);

  it('get a problem document with the request’s id, which a client may choose', async () => {
    const answer = await node.call('/nowhere', { headers: { 'x-request-id': 'my-request.1' } });
    expectProblem(answer, 404, 'ROUTE_UNKNOWN');
    expect(answer.json).toMatchObject({
      type: '/errors/ROUTE_UNKNOWN',
      instance: '/nowhere',
      requestId: 'my-request.1',
      retryable: false
    });
    expect(answer.headers.get('x-request-id')).toBe('my-request.1');
    const strange = await node.call('/nowhere', { headers: { 'x-request-id': 'a b<script>' } });
    expect(strange.json['requestId']).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('compressed bodies', async () => {
    const answer = await node.postEpcis('/epcis/v2/events', bytes(objectEvent()), {
      headers: { 'content-encoding': 'gzip' }
    });
    expectProblem(answer, 415, 'MEDIA_TYPE');
  });

  it('bodies over the limit of their route', async () => {
    const answer = await node
      .postEpcis('/epcis/v2/events', Buffer.alloc((1 << 20) + 1, 0x20), { signed: null })
      .catch(() => null);
    if (answer !== null) expectProblem(answer, 413, 'BODY_TOO_LARGE');
  });

  it('bodies without content, of another type, or with hostile JSON', async () => {
    expectProblem(
      await node.postEpcis('/epcis/v2/events', Buffer.alloc(0), { signed: null }),
      400,
      'REQUEST_MALFORMED'
    );
    const nested = Buffer.from(`${'['.repeat(100_000)}`);
    expectProblem(await node.postEpcis('/epcis/v2/events', nested), 400, 'JSON_DEPTH');
    const polluted = Buffer.from('{"__proto__":{"admin":true}}');
    expectProblem(await node.postEpcis('/epcis/v2/events', polluted), 400, 'JSON_FORBIDDEN_KEY');
    const twice = Buffer.from('{"type":"ObjectEvent","type":"ObjectEvent"}');
    expectProblem(await node.postEpcis('/epcis/v2/events', twice), 400, 'JSON_DUPLICATE_KEY');
  });

  it('tokens that are none', async () => {
    const call = (authorization: string): Promise<Answer> => node.call('/v1/peers', { headers: { authorization } });
    expectProblem(await call('Bearer x.y.z'), 401, 'TOKEN_MALFORMED');
    expectProblem(await call('Basic abc'), 401, 'TOKEN_MISSING');
    expect((await call('Bearer x')).headers.get('www-authenticate')).toMatch(/^Bearer/);
  });

  it('ids that name nothing', async () => {
    expectProblem(await node.get('/v1/transactions/abc'), 404, 'TRANSACTION_UNKNOWN');
    expectProblem(await node.get('/v1/blocks/999999'), 404, 'BLOCK_UNKNOWN');
    expectProblem(await node.get('/v1/blocks/-1'), 404, 'BLOCK_UNKNOWN');
    expectProblem(await node.get('/v1/items/nothing'), 404, 'ITEM_UNKNOWN');
    expectProblem(await node.get('/v1/trace/nothing'), 404, 'ITEM_UNKNOWN');
    expectProblem(await node.get('/v1/proofs/receipt/nothing'), 404, 'EVENT_UNKNOWN');
    expectProblem(await node.get('/epcis/v2/events/nothing'), 404, 'EVENT_UNKNOWN');
    expectProblem(await node.get(`/v1/items/${'x'.repeat(5000)}`), 414, 'URI_TOO_LONG');
    expectProblem(await node.call('/errors/..%2F..%2Fpackage'), 404, 'ROUTE_UNKNOWN');
    expectProblem(await node.call('/%zz'), 400, 'REQUEST_MALFORMED');
  });

  it('bytes that are no HTTP', async () => {
    const text = await new Promise<string>((resolve, reject) => {
      const socket = connect(Number(new URL(node.url).port), '127.0.0.1', () => socket.write('NONSENSE\r\n\r\n'));
      let received = '';
      socket.on('data', (chunk) => (received += chunk.toString()));
      socket.on('end', () => resolve(received));
      socket.on('error', reject);
    });
    expect(text).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n/);
    expect(text).toContain('REQUEST_MALFORMED');
  });

  it('never becomes an internal error in the log', () => {
    expect(node.log.filter((line) => line.includes('request failed') || line.includes('FATAL'))).toEqual([]);
  });
});
