import { SeedSigner } from '@lading/identity';
import { toBase64Url } from '@lading/kernel';
import { keyId, toCompactJws } from '@lading/ledger';
import { bytes, document, objectEvent, serial } from './sampleEvents.js';
import { detached, ORGANIZATION, SingleNode, type Answer } from './singleNode.js';

const EVENTS = '/epcis/v2/events';
const nowSeconds = (): number => Math.floor(Date.now() / 1000);

describe('what a node refuses before anything is ordered', () => {
  let node: SingleNode;
  let count = 0;
  const fresh = (): Uint8Array => bytes(objectEvent({ epcList: [serial(`R${(count += 1)}`)] }));

  beforeAll(async () => {
    node = await SingleNode.start({ profile: 'custody', custodyMode: false });
  }, 120_000);

  afterAll(() => node.stop(), 60_000);

  /** Status and code of an answer, when it ordered nothing. */
  async function refused(request: () => Promise<Answer>): Promise<readonly [number, unknown]> {
    const before = node.height;
    const answer = await request();
    expect([answer.headers.get('content-type'), node.height]).toEqual(['application/problem+json', before]);
    expect(answer.json).toMatchObject({
      title: expect.any(String),
      detail: expect.any(String),
      instance: expect.any(String)
    });
    return [answer.status, answer.json['code']];
  }

  it('a transaction for another network', async () => {
    const body = fresh();
    const signed = node.clerk.sign('epcis.capture', body, { chain: toBase64Url(new Uint8Array(32)) });
    expect(await refused(() => node.postEpcis(EVENTS, body, { signed }))).toEqual([403, 'TX_WRONG_CHAIN']);
    expect(await refused(() => node.postTransaction(signed))).toEqual([403, 'TX_WRONG_CHAIN']);
  });

  it('an expired transaction, and one from the future', async () => {
    const body = fresh();
    const expired = node.clerk.sign('epcis.capture', body, { iat: nowSeconds() - 7200, exp: nowSeconds() - 3600 });
    expect(await refused(() => node.postEpcis(EVENTS, body, { signed: expired }))).toEqual([400, 'EXPIRED']);
    const early = node.clerk.sign('epcis.capture', body, { iat: nowSeconds() + 3600, exp: nowSeconds() + 7200 });
    expect(await refused(() => node.postTransaction(early))).toEqual([400, 'NOT_YET_VALID']);
    const long = node.clerk.sign('epcis.capture', body, { exp: nowSeconds() + 3 * 86_400 });
    expect(await refused(() => node.postTransaction(long))).toEqual([400, 'TX_LIFETIME']);
  });

  it('a signature by another key than the one named', async () => {
    const body = fresh();
    const good = node.clerk.sign('epcis.capture', body);
    const other = new SeedSigner();
    const signed = { ...good, signature: other.sign(body) };
    expect(await refused(() => node.postEpcis(EVENTS, body, { signed }))).toEqual([403, 'TX_SIGNATURE']);
    expect(await refused(() => node.postTransaction(signed))).toEqual([403, 'TX_SIGNATURE']);
  });

  it('a forged signature over an event that is known already, though nothing would be ordered', async () => {
    const body = fresh();
    const good = node.clerk.sign('epcis.capture', body);
    expect((await node.postEpcis(EVENTS, body, { signed: good })).status).toBe(201);
    const signed = { ...good, signature: new SeedSigner().sign(body) };
    expect(await refused(() => node.postEpcis(EVENTS, body, { signed }))).toEqual([403, 'TX_SIGNATURE']);
  });

  it('a body that is not the one that was signed', async () => {
    const signed = node.clerk.sign('epcis.capture', fresh());
    expect(await refused(() => node.postEpcis(EVENTS, fresh(), { signed }))).toEqual([403, 'TX_SIGNATURE']);
  });

  it('a key that nobody registered', async () => {
    const body = fresh();
    const stranger = new SeedSigner();
    const signer = { ...node.clerk, signer: stranger };
    const sign = node.clerk.sign.bind(signer as unknown as typeof node.clerk);
    const signed = sign('epcis.capture', body, { kid: keyId(ORGANIZATION, 'clerk', stranger.publicKey) });
    expect(await refused(() => node.postEpcis(EVENTS, body, { signed }))).toEqual([403, 'KEY_NOT_ACTIVE']);
  });

  it('a revoked key, from the next block on', async () => {
    const leaver = await node.newMember('leaver', ['capture', 'query']);
    const before = fresh();
    expect((await node.postEpcis(EVENTS, before, { person: leaver })).status).toBe(201);
    await node.operate('key.revoke', { kid: keyId(ORGANIZATION, 'leaver', leaver.signer.publicKey) });
    const body = fresh();
    expect(await refused(() => node.postEpcis(EVENTS, body, { person: leaver }))).toEqual([403, 'KEY_NOT_ACTIVE']);
  });

  it('a token without a signed transaction, since a token never signs', async () => {
    expect(await refused(() => node.postEpcis(EVENTS, fresh(), { signed: null }))).toEqual([403, 'SIGNATURE_REQUIRED']);
    const doc = bytes(document([objectEvent()]));
    expect(await refused(() => node.postEpcis('/epcis/v2/capture', doc, { signed: null }))).toEqual([
      403,
      'SIGNATURE_REQUIRED'
    ]);
  });

  it('a signed transaction without a token on EPCIS routes', async () => {
    const body = fresh();
    const headers = {
      'content-type': 'application/json',
      'lading-signature': detached(node.clerk.sign('epcis.capture', body))
    };
    expect(await refused(() => node.call(EVENTS, { method: 'POST', headers, body }))).toEqual([401, 'TOKEN_MISSING']);
  });

  it('a malformed signature header and another operation', async () => {
    const body = fresh();
    const malformed = { headers: { 'lading-signature': 'x.y.z' }, signed: null };
    expect(await refused(() => node.postEpcis(EVENTS, body, malformed))).toEqual([400, 'SIGNATURE_HEADER']);
    const signed = node.clerk.sign('member.add', body);
    expect(await refused(() => node.postEpcis(EVENTS, body, { signed }))).toEqual([400, 'OPERATION_UNKNOWN']);
  });

  it('a lane list without this node', async () => {
    const signed = node.clerk.sign('epcis.capture', fresh(), { lanes: ['nobody' as never] });
    expect(await refused(() => node.postTransaction(signed))).toEqual([400, 'LANE_NOT_LISTED']);
  });

  it('a compact serialization with other base64url than its own bytes give', async () => {
    const jws = toCompactJws(node.clerk.sign('epcis.capture', fresh()));
    const headers = { 'content-type': 'application/jose', prefer: 'wait=5' };
    for (const body of [`${jws}=`, jws.replace('.', '. '), `${jws}.x`, '']) {
      expect((await refused(() => node.call('/v1/transactions', { method: 'POST', headers, body })))[0]).toBe(400);
    }
  });

  it('a capture by a member without the role: ordered, refused by the ledger, and told as 403', async () => {
    const reader = await node.newMember('reader', ['query']);
    const answer = await node.postEpcis(EVENTS, fresh(), { person: reader });
    expect([answer.status, answer.json['code']]).toEqual([403, 'ROLE_MISSING']);
  });

  it('a second commissioning of one serial: 409 with the ledger’s code, recorded as evidence', async () => {
    const first = bytes(objectEvent({ epcList: [serial('twice')] }));
    expect((await node.postEpcis(EVENTS, first)).status).toBe(201);
    const second = bytes(objectEvent({ epcList: [serial('twice')], eventTime: '2026-01-03T00:00:00.000Z' }));
    const answer = await node.postEpcis(EVENTS, second);
    expect([answer.status, answer.json['code'], answer.json['type']]).toEqual([
      409,
      'DOUBLE_COMMISSION',
      'epcisException:ValidationException'
    ]);
    expect(answer.json['detail']).toMatch(/recorded as evidence/);
  });
});

describe('retries', () => {
  let node: SingleNode;
  beforeAll(async () => {
    node = await SingleNode.start({ profile: 'open' });
  }, 120_000);
  afterAll(() => node.stop(), 60_000);

  it('with the same jti and content the first outcome comes back, signed anew and after a restart, too', async () => {
    const body = bytes(objectEvent({ epcList: [serial('J1')] }));
    const first = await node.postTransaction(node.clerk.sign('epcis.capture', body, { jti: 'order-1' }));
    expect([first.status, first.json['status']]).toEqual([201, 'APPLIED']);
    const height = node.height;
    const again = node.clerk.sign('epcis.capture', body, { jti: 'order-1', iat: nowSeconds() - 20 });
    const second = await node.postTransaction(again);
    expect([second.status, second.json['txId'], second.headers.get('idempotent-replayed')]).toEqual([
      201,
      first.json['txId'],
      'true'
    ]);
    expect(second.headers.get('location')).toBe(first.headers.get('location'));
    await node.restart();
    const third = await node.postTransaction(again);
    expect([third.json['txId'], third.json['height'], node.height]).toEqual([
      first.json['txId'],
      first.json['height'],
      height
    ]);
  });

  it('with the same jti and other content: 409, and nothing is ordered', async () => {
    const before = node.height;
    const body = bytes(objectEvent({ epcList: [serial('J2')] }));
    const answer = await node.postTransaction(node.clerk.sign('epcis.capture', body, { jti: 'order-1' }));
    expect([answer.status, answer.json['code'], node.height]).toEqual([409, 'JTI_CONFLICT', before]);
  });

  it('without waiting: 202 with the place to ask, where the outcome appears', async () => {
    const tx = node.clerk.sign('epcis.capture', bytes(objectEvent({ epcList: [serial('J3')] })));
    const answer = await node.postTransaction(tx, '');
    expect([answer.status, answer.json['state']]).toEqual([202, 'pending']);
    const done = await node.postTransaction(tx);
    expect(done.status).toBe(201);
    const view = await node.get(answer.headers.get('location') ?? '');
    expect(view.json).toMatchObject({
      txId: toBase64Url(tx.txId),
      status: 'APPLIED',
      operation: 'epcis.capture',
      jws: toCompactJws(tx)
    });
  });

  it('many at once: one line an answer, in order, refused ones among them', async () => {
    const good = (name: string): string =>
      toCompactJws(node.clerk.sign('epcis.capture', bytes(objectEvent({ epcList: [serial(name)] }))));
    const foreign = toCompactJws(
      node.clerk.sign('epcis.capture', bytes(objectEvent()), { chain: toBase64Url(new Uint8Array(32)) })
    );
    const body = [good('B1'), 'not a jws', foreign, good('B2'), ''].join('\r\n');
    const headers = { 'content-type': 'application/x-ndjson', prefer: 'wait=20' };
    const answer = await node.call('/v1/transactions', { method: 'POST', headers, body });
    const lines = answer.text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { line: number; state: string; code: string });
    expect(lines.map(({ line }) => line)).toEqual([0, 1, 2, 3]);
    expect(lines.map(({ code }) => code)).toEqual(['', 'TX_MALFORMED', 'TX_WRONG_CHAIN', '']);
    expect(lines.map(({ state }) => state === 'rejected')).toEqual([false, true, true, false]);
  });
});

describe('a token key that is revoked', () => {
  let node: SingleNode;
  beforeAll(async () => {
    node = await SingleNode.start({ profile: 'open' });
  }, 120_000);
  afterAll(() => node.stop(), 60_000);

  it('ends its tokens with the block that says so, also those that were accepted a moment ago', async () => {
    const authorization = `Bearer ${node.clerk.token()}`;
    const ask = (): Promise<Answer> => node.call('/v1/peers', { headers: { authorization } });
    expect((await ask()).status).toBe(200);
    const { json } = await node.get('/v1/members');
    const [own] = (json as unknown as { organizations: { keys: { kid: string; purpose: string }[] }[] }).organizations;
    const kid = own?.keys.find(({ purpose }) => purpose === 'token')?.kid;
    const revoked = performance.now();
    await node.operate('key.revoke', { kid });
    let answer = await ask();
    // Well before the five seconds after which an accepted token is looked up again in any case.
    while (answer.status === 200 && performance.now() - revoked < 3000) answer = await ask();
    expect([answer.status, answer.json['code']]).toEqual([401, 'TOKEN_KEY_REVOKED']);
  });
});
