import { bytes, document, objectEvent, serial } from './sampleEvents.js';
import { ORGANIZATION, SingleNode } from './singleNode.js';

const EVENTS = '/epcis/v2/events';
const CAPTURE = '/epcis/v2/capture';
const unsigned = (headers: Record<string, string> = {}): { signed: null; headers: Record<string, string> } => ({
  signed: null,
  headers
});
const many = (count: number, name: string): Uint8Array =>
  bytes(document(Array.from({ length: count }, (_, i) => objectEvent({ epcList: [serial(`${name}${i}`)] }))));

interface Story {
  readonly events: { member: string; onBehalfOf: string | null; txId: string }[];
}

describe('custody mode: the node signs for its own members', () => {
  let node: SingleNode;

  beforeAll(async () => {
    node = await SingleNode.start({ profile: 'open' });
  }, 120_000);

  afterAll(() => node.stop(), 60_000);

  it('records the service key as signer and the caller as the one it signed for', async () => {
    const answer = await node.postEpcis(EVENTS, bytes(objectEvent({ epcList: [serial('C1')] })), unsigned());
    expect(answer.status).toBe(201);
    const item = (await node.get(`/v1/items/C1`)).json as unknown as Story;
    expect(item.events).toMatchObject([{ member: `${ORGANIZATION}/service`, onBehalfOf: `${ORGANIZATION}/clerk` }]);
    const tx = await node.get(`/v1/transactions/${item.events[0]?.txId ?? ''}`);
    expect(tx.json).toMatchObject({ member: 'service', status: 'APPLIED' });
  });

  it('drops a byte-order mark, which nobody signed', async () => {
    const body = Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), bytes(objectEvent({ epcList: [serial('C2')] }))]);
    expect((await node.postEpcis(EVENTS, body, unsigned())).status).toBe(201);
    const signed = await node.postEpcis(EVENTS, body);
    expect([signed.status, signed.json['code']]).toEqual([400, 'JSON_BOM']);
  });

  it('needs the role capture, in the token and on the ledger', async () => {
    const reader = await node.newMember('reader', ['query']);
    const body = bytes(objectEvent({ epcList: [serial('C3')] }));
    const before = node.height;
    const byRole = await node.postEpcis(EVENTS, body, { person: reader, ...unsigned() });
    const authorization = `Bearer ${node.clerk.token(['query'])}`;
    const byScope = await node.postEpcis(EVENTS, body, unsigned({ authorization }));
    for (const answer of [byRole, byScope]) expect([answer.status, answer.json['code']]).toEqual([403, 'ROLE_MISSING']);
    expect(node.height).toBe(before);
  });

  it('takes an Idempotency-Key as jti: the same request is captured once, other content is a conflict', async () => {
    const headers = { 'idempotency-key': 'delivery-17' };
    const body = bytes(document([objectEvent({ epcList: [serial('C4')] })]));
    const first = await node.postEpcis(CAPTURE, body, unsigned(headers));
    expect(first.status).toBe(202);
    expect((await node.job(first)).json).toMatchObject({ success: true });
    const height = node.height;
    const second = await node.postEpcis(CAPTURE, body, unsigned(headers));
    expect([second.status, second.headers.get('location')]).toEqual([202, first.headers.get('location')]);
    expect((await node.job(second)).json).toMatchObject({ success: true });
    expect(node.height).toBe(height);
    const other = bytes(document([objectEvent({ epcList: [serial('C5')] })]));
    const third = await node.postEpcis(CAPTURE, other, unsigned(headers));
    expect([third.status, third.json['code'], node.height]).toEqual([409, 'JTI_CONFLICT', height]);
    const bad = await node.postEpcis(CAPTURE, other, unsigned({ 'idempotency-key': 'a b' }));
    expect([bad.status, bad.json['code']]).toEqual([400, 'IDEMPOTENCY_KEY']);
  });

  it('splits what one transaction cannot hold, and tells the parts; rollback over parts is refused', async () => {
    const body = many(1500, 'M');
    const before = node.height;
    const refused = await node.postEpcis(CAPTURE, body, unsigned({ 'gs1-capture-error-behaviour': 'rollback' }));
    expect([refused.status, refused.json['code'], node.height]).toEqual([413, 'CAPTURE_LIMIT', before]);
    const answer = await node.postEpcis(CAPTURE, body, unsigned({ 'gs1-capture-error-behaviour': 'proceed' }));
    expect(answer.status).toBe(202);
    const job = (await node.job(answer)).json as {
      success?: boolean;
      parts?: unknown[];
      captureErrorBehaviour?: string;
    };
    expect([job.success, job.parts?.length, job.captureErrorBehaviour]).toEqual([true, 2, 'proceed']);
    for (const name of ['M0', 'M999', 'M1000', 'M1499']) expect((await node.get(`/v1/items/${name}`)).status).toBe(200);
  }, 60_000);

  it('points into the whole document when an event of a later part is wrong, and orders nothing', async () => {
    const good = Array.from({ length: 1200 }, (_, i) => objectEvent({ epcList: [serial(`P${i}`)] }));
    const body = bytes(document([...good, objectEvent({ action: 'INVENT' })]));
    const before = node.height;
    const answer = await node.postEpcis(CAPTURE, body, unsigned());
    expect([answer.status, node.height]).toEqual([400, before]);
    expect(answer.json['errors']).toMatchObject([{ pointer: '/epcisBody/eventList/1200/action' }]);
  }, 60_000);

  it('takes bodies of up to 16 MiB, signed ones of up to 1 MiB', async () => {
    const big = many(6000, 'B');
    const signature = node.clerk.sign('epcis.capture', bytes({}));
    const signed = await node.postEpcis(CAPTURE, big, { signed: signature });
    expect([big.length > 1 << 20, signed.status, signed.json['code']]).toEqual([true, 413, 'BODY_TOO_LARGE']);
    const huge = Buffer.alloc((16 << 20) + 1, 0x20);
    const refused = await node.postEpcis(CAPTURE, huge, unsigned()).catch(() => null);
    // The server may close the connection while the client still sends.
    if (refused !== null) expect([refused.status, refused.json['code']]).toEqual([413, 'BODY_TOO_LARGE']);
    expect((await node.get('/status')).status).toBe(200);
  });

  it('with proceed keeps what is good and lists what is not; with rollback keeps nothing', async () => {
    await node.postEpcis(
      EVENTS,
      bytes(objectEvent({ eventID: 'urn:uuid:00000000-0000-4000-8000-000000000001', epcList: [serial('D0')] }))
    );
    const events = [
      objectEvent({ epcList: [serial('D1')] }),
      objectEvent({ eventID: 'urn:uuid:00000000-0000-4000-8000-000000000001', epcList: [serial('D2')] })
    ];
    const before = node.height;
    const rolled = await node.postEpcis(CAPTURE, bytes(document(events)), unsigned());
    expect([rolled.status, rolled.json['code'], node.height]).toEqual([409, 'EVENT_ID_CONFLICT', before]);
    expect((await node.get('/v1/items/D1')).status).toBe(404);
    const headers = { 'gs1-capture-error-behaviour': 'proceed' };
    const kept = await node.job(await node.postEpcis(CAPTURE, bytes(document(events)), unsigned(headers)));
    expect(kept.json).toMatchObject({
      success: false,
      errors: [{ code: 'EVENT_ID_CONFLICT', eventIndex: 1, status: 409 }]
    });
    expect((await node.get('/v1/items/D1')).status).toBe(200);
    expect((await node.get('/v1/items/D2')).status).toBe(404);
  });

  it('tells in the job what the ledger refused at execution, and keeps nothing of it', async () => {
    const eventID = 'urn:uuid:00000000-0000-4000-8000-000000000002';
    const twice = [
      objectEvent({ eventID, epcList: [serial('D3')] }),
      objectEvent({ eventID, epcList: [serial('D4')] })
    ];
    const job = await node.job(await node.postEpcis(CAPTURE, bytes(document(twice)), unsigned()));
    expect(job.json).toMatchObject({
      running: false,
      success: false,
      errors: [{ type: 'epcisException:ResourceAlreadyExistsException', code: 'EVENT_ID_CONFLICT', eventIndex: 1 }],
      parts: [{ state: 'rejected', code: 'EVENT_ID_CONFLICT' }]
    });
    expect((await node.get('/v1/items/D3')).status).toBe(404);
  });

  it('lists the organization’s jobs newest first, page by page', async () => {
    const seen: string[] = [];
    let next: string | null = `${CAPTURE}?perPage=2`;
    while (next !== null) {
      const page = await node.get(next);
      expect(page.status).toBe(200);
      seen.push(...(page.json as unknown as { captureID: string }[]).map(({ captureID }) => captureID));
      next = /<([^>]+)>; rel="next"/.exec(page.headers.get('link') ?? '')?.[1] ?? null;
    }
    expect(seen.length).toBeGreaterThan(5);
    const unknown = await node.get(`${CAPTURE}/nothing`);
    expect([unknown.status, unknown.json['code']]).toEqual([404, 'CAPTURE_UNKNOWN']);
  });
});
