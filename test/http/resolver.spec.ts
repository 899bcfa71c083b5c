import { bytes, objectEvent } from './sampleEvents.js';
import { SingleNode, type Answer } from './singleNode.js';

const GTIN = '/01/04012345111118';

describe('the resolver', () => {
  let node: SingleNode;
  const resolve = (path: string, headers: Record<string, string> = {}): Promise<Answer> => node.call(path, { headers });
  const target = (answer: Answer): string => new URL(answer.headers.get('location') ?? '').pathname;
  const encoded = (path: string): string => encodeURIComponent(`https://id.gs1.org${path}`);
  const linkset = (answer: Answer): Record<string, { href: string }[]> =>
    (answer.json as unknown as { linkset: Record<string, { href: string }[]>[] }).linkset[0] ?? {};

  beforeAll(async () => {
    node = await SingleNode.start({ profile: 'custody' });
    const eventID = 'urn:x:first';
    const epcList = ['urn:epc:id:sgtin:4012345.011111.A1'];
    await node.postEpcis('/epcis/v2/events', bytes(objectEvent({ eventID, epcList })));
  }, 120_000);
  afterAll(() => node.stop(), 60_000);

  it('leads a scan without a token to the trace of the finest thing that it names', async () => {
    for (const [path, item] of [
      [GTIN, GTIN],
      [`${GTIN}/10/L%2F1`, `${GTIN}/10/L%2F1`],
      [`${GTIN}/10/L1/21/A1?17=271231`, `${GTIN}/21/A1`],
      ['/01/4012345111118', GTIN],
      ['/00/040123450000000078', '/00/040123450000000078'],
      ['/414/4012345000016/254/X', '/414/4012345000016/254/X']
    ] as const) {
      const answer = await resolve(path);
      expect([path, answer.status, answer.text]).toEqual([path, 307, '']);
      expect(target(answer)).toBe(`/v1/trace/${encoded(item)}`);
      expect(answer.headers.get('link')).toContain('rel="linkset"');
    }
  });

  it('leads to what was asked for, and says what else there is', async () => {
    expect(target(await resolve(`${GTIN}/21/A1?linkType=gs1:epcis`))).toBe(`/epcis/v2/epcs/${encoded(`${GTIN}/21/A1`)}/events`);
    expect((await node.get(target(await resolve(`${GTIN}/21/A1?linkType=gs1:epcis`)))).text).toContain('urn:x:first');
    for (const answer of [await resolve(`${GTIN}?linkType=linkset`), await resolve(GTIN, { accept: 'application/linkset+json' })]) {
      expect([answer.status, answer.headers.get('content-type')?.split(';')[0]]).toEqual([200, 'application/linkset+json']);
      const types = Object.keys(linkset(answer)).map((key) => key.split('/').at(-1));
      expect(types).toEqual(['anchor', 'defaultLink', 'recallStatus', 'traceability', 'epcis']);
      expect(answer.headers.get('access-control-allow-origin')).toBe('*');
    }
    const unknown = await resolve(`${GTIN}?linkType=gs1:recipeInfo`);
    expect([unknown.status, unknown.json['code']]).toEqual([404, 'LINK_TYPE_UNKNOWN']);
  });

  it('refuses what is no Digital Link', async () => {
    const codes = await Promise.all(
      ['/01/04012345111119', `${GTIN}/21/A1/21/A2`, `${GTIN}/22/`, '/414/4012345000016/21/1'].map(
        async (path) => [(await resolve(path)).status, (await resolve(path)).json['code']]
      )
    );
    expect(codes.map(([status]) => status)).toEqual([400, 400, 400, 400]);
    expect(codes[0]?.[1]).toBe('AI_VALUE');
  });

  it('answers alike for what exists and what does not: a scan is no way to count serials', async () => {
    const [one, other] = [await resolve(`${GTIN}/21/A1`), await resolve(`${GTIN}/21/NEVER`)];
    expect(one.headers.get('location')?.replace('A1', 'NEVER')).toBe(other.headers.get('location'));
    expect(one.status).toBe(other.status);
  });

  it('describes itself', async () => {
    const answer = await resolve('/.well-known/gs1resolver');
    expect(answer.json).toMatchObject({ resolverRoot: node.url, validatesAIcombinations: true });
  });

  it('prints labels', async () => {
    const qr = await node.get('/v1/labels/A1?stem=https://id.example.com');
    expect([qr.status, qr.headers.get('content-type'), qr.text.startsWith('<svg')]).toEqual([200, 'image/svg+xml', true]);
    const matrix = await node.get(`/v1/labels/${encoded(`${GTIN}/10/L1`)}?symbol=datamatrix`);
    expect([matrix.status, matrix.text.startsWith('<svg')]).toEqual([200, true]);
    expect(matrix.text).not.toBe(qr.text);
    expect((await node.get('/v1/labels/A1?stem=javascript:x')).json['code']).toBe('PARAMETER_INVALID');
    expect((await node.get('/v1/labels/urn:x:1')).json['code']).toBe('DIGITAL_LINK_SYNTAX');
  });

  it('leads where the holder of the prefix wants, in the language of whoever scans', async () => {
    const at = (href: string, type: string, language = '') => ({ type, href, title: `To ${href}`, language, media: 'text/html' });
    const put = async (item: string, links: readonly object[]): Promise<unknown> => {
      const body = Buffer.from(JSON.stringify({ item: `https://id.gs1.org${item}`, links }));
      return (await node.postTransaction(node.clerk.sign('link.put', body))).json['status'];
    };
    const page = 'https://shop.example.com/coffee';
    expect(await put(GTIN, [at(`${page}/de`, 'pip', 'de'), at(`${page}/en`, 'pip', 'en'), at(page, 'defaultLink')])).toBe('APPLIED');
    expect(await put(`${GTIN}/10/L1`, [at(`${page}/lot`, 'pip', 'en')])).toBe('APPLIED');
    expect(await put('/01/09521141012345', [at(page, 'pip')])).toBe('REJECTED');
    const to = async (path: string, headers: Record<string, string> = {}): Promise<string | null> =>
      (await resolve(path, headers)).headers.get('location');
    expect(await to(GTIN)).toBe(page);
    expect(await to(`${GTIN}/21/A1`)).toBe(page);
    expect(await to(`${GTIN}?linkType=gs1:pip`, { 'accept-language': 'de-AT,en;q=0.5' })).toBe(`${page}/de`);
    expect(await to(`${GTIN}/10/L1/21/A1?linkType=gs1:pip`, { 'accept-language': 'en' })).toBe(`${page}/lot`);
    expect(await to(`${GTIN}/21/A1?linkType=gs1:pip`, { 'accept-language': 'en' })).toBe(`${page}/en`);
    expect(linkset(await resolve(`${GTIN}?linkType=linkset`))['https://gs1.org/voc/pip']).toEqual([
      { href: `${page}/de`, title: `To ${page}/de`, type: 'text/html', hreflang: ['de'] },
      { href: `${page}/en`, title: `To ${page}/en`, type: 'text/html', hreflang: ['en'] }
    ]);
    expect(await put(GTIN, [])).toBe('APPLIED');
    expect(target(await resolve(GTIN))).toBe(`/v1/trace/${encoded(GTIN)}`);
    // A recall goes before everything that a holder may want.
    expect(await put(GTIN, [at(page, 'defaultLink'), at(page, 'recallStatus')])).toBe('APPLIED');
  });

  it('warns of a recall of one lot first, whoever scans it, and of no other lot', async () => {
    const payload = { recall: 'glass', gtin: '04012345111118', lots: [`https://id.gs1.org${GTIN}/10/BAD`], destinations: [] };
    const opened = await node.postTransaction(node.clerk.sign('recall.open', Buffer.from(JSON.stringify(payload))));
    expect(opened.json).toMatchObject({ status: 'APPLIED' });
    const bad = await resolve(`${GTIN}/10/BAD`);
    expect(target(bad)).toBe(`/v1/recall-status/${encoded(`${GTIN}/10/BAD`)}`);
    const status = await resolve(target(bad));
    expect(status.json).toMatchObject({ recalled: true, recalls: [{ recall: 'finca-alta/glass' }] });
    expect((await resolve(`${GTIN}/10/GOOD`)).headers.get('location')).toBe('https://shop.example.com/coffee');
  });
});
