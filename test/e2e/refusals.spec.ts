import { randomBytes, randomUUID } from 'node:crypto';
import { SeedSigner } from '@lading/identity';
import { toBase64Url } from '@lading/kernel';
import { buildTransaction, type Transaction, type TransactionHeader, toCompactJws, keyId } from '@lading/ledger';
import type { DemoMember } from '../../apps/node/src/dev/demoMember.js';
import { figure } from './figures.js';
import { bearer, call, postEvent, postTransaction, statusOf } from './http.js';
import { inspection } from './load.js';
import { type RunningNetwork, startNetwork } from './network.js';

describe('what four real processes refuse, each with its own code', () => {
  let running: RunningNetwork;
  const refusals = new Map<string, string>();
  beforeAll(async () => {
    running = await startNetwork('open');
  }, 120_000);
  afterAll(() => running.stop(), 60_000);
  afterAll(() => {
    figure('kinds of refusal with a code of their own', new Set(refusals.values()).size, 'codes', {
      exactly: refusals.size
    });
  });

  const clerk = (): DemoMember => running.clerks[0] as DemoMember;
  const heightNow = async (): Promise<number> => (await statusOf(clerk().node.url)).height;

  /** Signs with any key and any header, as an attacker's own tool would. */
  function forge(signer: SeedSigner, changes: Partial<TransactionHeader>): Transaction {
    const honest = clerk().sign('epcis.capture', inspection(`urn:uuid:${randomUUID()}`));
    return buildTransaction({ ...honest.header, ...changes }, honest.payload, (message) => signer.sign(message));
  }

  async function refused(what: string, jws: string, code: string): Promise<void> {
    const before = await heightNow();
    const answer = await postTransaction(clerk().node.url, jws);
    expect({ what, code: answer.json['code'] }).toEqual({ what, code });
    expect(answer.status).toBeGreaterThanOrEqual(400);
    expect(answer.headers.get('content-type')).toMatch('application/problem+json');
    expect(await heightNow()).toBe(before);
    refusals.set(what, code);
  }

  it('a retry with the same jti returns the first outcome, on any node', async () => {
    const eventID = `urn:uuid:${randomUUID()}`;
    const tx = clerk().sign('epcis.capture', inspection(eventID), `retry-${eventID}`);
    const first = await postTransaction(clerk().node.url, toCompactJws(tx));
    expect({ status: first.status, text: first.text }).toMatchObject({ status: 201 });
    for (const { url } of running.network.layout.nodes) {
      const again = await postTransaction(url, toCompactJws(tx));
      expect([url, again.status, again.status === 201 ? '' : again.text]).toEqual([url, 201, '']);
      expect(again.headers.get('idempotent-replayed')).toBe('true');
      expect([again.json['height'], again.json['index'], again.json['txId']]).toEqual([
        first.json['height'],
        first.json['index'],
        first.json['txId']
      ]);
    }
    const other = clerk().sign('epcis.capture', inspection(`urn:uuid:${randomUUID()}`), `retry-${eventID}`);
    for (const { url } of running.network.layout.nodes)
      expect((await postTransaction(url, toCompactJws(other))).json['code']).toBe('JTI_CONFLICT');
    refusals.set('same jti, other content', 'JTI_CONFLICT');
  }, 60_000);

  it('a transaction for another network', async () => {
    const stranger = new SeedSigner();
    const header = { chain: toBase64Url(randomBytes(32)), kid: keyId(clerk().node.id, 'clerk', stranger.publicKey) };
    await refused('another network', toCompactJws(forge(stranger, header)), 'TX_WRONG_CHAIN');
  });

  it('an expired one', async () => {
    const old = clerk().sign(
      'epcis.capture',
      inspection(`urn:uuid:${randomUUID()}`),
      randomUUID(),
      Date.now() - 2 * 3_600_000
    );
    await refused('expired', toCompactJws(old), 'EXPIRED');
  });

  it('a key that is not registered', async () => {
    const stranger = new SeedSigner();
    const kid = keyId(clerk().node.id, 'clerk', stranger.publicKey);
    await refused('unregistered key', toCompactJws(forge(stranger, { kid })), 'KEY_NOT_ACTIVE');
  });

  it('a signature by another key than the named one', async () => {
    await refused('wrong key', toCompactJws(forge(new SeedSigner(), {})), 'TX_SIGNATURE');
  });

  it('a revoked key, from the next transaction on and on every node', async () => {
    const admin = running.admins[3] as DemoMember;
    const victim = running.clerks[3] as DemoMember;
    const before = await postEvent(victim, inspection(`urn:uuid:${randomUUID()}`));
    expect([before.status, before.status === 201 ? '' : before.text]).toEqual([201, '']);
    const kid = keyId(victim.node.id, 'clerk', victim.publicKey);
    const revocation = admin.sign('key.revoke', new TextEncoder().encode(JSON.stringify({ kid })));
    expect((await postTransaction(admin.node.url, toCompactJws(revocation))).status).toBe(201);
    const after = victim.sign('epcis.capture', inspection(`urn:uuid:${randomUUID()}`));
    const answer = await postTransaction(victim.node.url, toCompactJws(after));
    expect(answer.json['code']).toMatch(/^KEY_(REVOKED|NOT_ACTIVE)$/);
    expect(answer.status).toBe(403);
    expect(String(answer.json['detail'])).toMatch(/revoked/);
    refusals.set('revoked key', `${String(answer.json['code'])} (revoked)`);
  });

  it('a JWT without a signed transaction where the organization signs for nobody, and a request without a token', async () => {
    const body = inspection(`urn:uuid:${randomUUID()}`);
    const headers = { 'content-type': 'application/json' };
    const anonymous = await call(`${clerk().node.url}/epcis/v2/events`, { method: 'POST', headers, body });
    expect([anonymous.status, anonymous.json['code']]).toEqual([401, 'TOKEN_MISSING']);
    refusals.set('no token', 'TOKEN_MISSING');
    const unsigned = await call(`${clerk().node.url}/v1/transactions`, {
      method: 'POST',
      headers: { ...bearer(clerk()), 'content-type': 'application/json' },
      body
    });
    expect(unsigned.status).toBeGreaterThanOrEqual(400);
    refusals.set('JSON instead of a signed transaction', String(unsigned.json['code']));
  });
});
