import { toBase64Url } from '@lading/kernel';
import { signTransaction, TEST_TIME_MS, testNetwork } from '../../../test/fixtures/testNetwork.js';
import { activeSigner, admissionKeysOf, admitTransaction } from './admission.js';
import { MembershipLedger } from './membership.test-kit.js';

const network = testNetwork();
const finca = network.organization(0);
const iat = TEST_TIME_MS / 1000;
const payload = { member: 'anna', name: 'Anna', roles: ['query'] };

function admit(ledger: MembershipLedger, timestampMs: number, times: { iat: number; exp: number }): string {
  const tx = signTransaction(network, finca.admin, { op: 'member.add', payload, jti: 'a', ...times });
  const admission = admitTransaction(tx, { timestampMs, config: network.config }, ledger.view);
  return admission.ok ? 'ok' : admission.code;
}

describe('the time window', () => {
  const ledger = new MembershipLedger(network);
  const times = { iat, exp: iat + 60 };

  it.each([
    [(iat - 300) * 1000 - 1, 'NOT_YET_VALID'],
    [(iat - 300) * 1000, 'ok'],
    [(iat + 60) * 1000, 'ok'],
    [(iat + 60) * 1000 + 1, 'EXPIRED']
  ])('is closed at both ends: block time %d is %s', (timestampMs, expected) => {
    expect(admit(ledger, timestampMs, times)).toBe(expected);
  });

  it('is checked before the key, so an outsider learns nothing from an old transaction', () => {
    const tx = signTransaction(network, finca.memberKey('nobody'), { op: 'member.add', payload, jti: 'a', ...times });
    const late = admitTransaction(tx, { timestampMs: (iat + 61) * 1000, config: network.config }, ledger.view);
    expect(late).toMatchObject({
      code: 'EXPIRED',
      outcome: { status: 'REJECTED', code: 'EXPIRED', detail: [iat + 60] }
    });
  });
});

describe('dedupe', () => {
  it('gives the same transaction the place of the first, and another one with its jti a conflict', () => {
    const ledger = new MembershipLedger(network);
    const first = signTransaction(network, finca.admin, { op: 'member.add', payload, jti: 'order-1', iat });
    const other = signTransaction(network, finca.admin, {
      op: 'member.add',
      payload: { ...payload, member: 'b' },
      jti: 'order-1',
      iat
    });
    ledger.height = 41;
    expect(ledger.execute(first).status).toBe('APPLIED');
    expect(ledger.execute(first)).toEqual({ status: 'REJECTED', code: 'DUPLICATE', detail: [42, 0] });
    expect(ledger.execute(other)).toEqual({ status: 'REJECTED', code: 'JTI_CONFLICT', detail: [42, 0] });
  });

  it('covers a transaction that the contract refused: a retry does not get a second chance', () => {
    const ledger = new MembershipLedger(network);
    const refused = signTransaction(network, finca.admin, { op: 'key.revoke', payload: { kid: 'x' }, jti: 'r', iat });
    expect(ledger.execute(refused).code).toBe('PAYLOAD_MALFORMED');
    expect(ledger.execute(refused).code).toBe('DUPLICATE');
  });

  it('does not cover one that never reached the contract', () => {
    const ledger = new MembershipLedger(network);
    const anna = finca.memberKey('anna');
    const early = signTransaction(network, anna, { op: 'member.add', payload, jti: 'e', iat });
    expect(ledger.execute(early).code).toBe('KEY_NOT_ACTIVE');
    ledger.send(finca.admin, 'member.add', payload);
    ledger.send(finca.admin, 'key.add', { member: 'anna', purpose: 'member', publicKey: toBase64Url(anna.publicKey) });
    expect(ledger.execute(early).code).toBe('ADMIN_KEY_REQUIRED');
  });

  it('is a matter of one organization: another may use the same jti', () => {
    const ledger = new MembershipLedger(network);
    const food = network.organization(1);
    for (const { admin } of [finca, food]) {
      const tx = signTransaction(network, admin, { op: 'member.add', payload, jti: 'same', iat });
      expect(ledger.execute(tx).status).toBe('APPLIED');
    }
  });
});

describe('signers', () => {
  it('token keys never sign transactions; service keys have the role capture and no other', () => {
    const ledger = new MembershipLedger(network);
    for (const purpose of ['token', 'service']) {
      const key = finca.memberKey(purpose);
      ledger.send(finca.admin, 'member.add', { ...payload, member: purpose });
      ledger.send(finca.admin, 'key.add', { member: purpose, purpose, publicKey: toBase64Url(key.publicKey) });
    }
    const by = (member: string) =>
      signTransaction(network, finca.memberKey(member), { op: 'member.add', payload, jti: member });
    expect(activeSigner(admissionKeysOf(by('token')), ledger.view)).toBeNull();
    expect(activeSigner(admissionKeysOf(by('service')), ledger.view)).toEqual({ keyPurpose: 'service', roles: ['capture'] });
  });

  it('have the roles of their member from the state before the transaction, ascending', () => {
    const ledger = new MembershipLedger(network);
    const anna = finca.memberKey('anna');
    ledger.send(finca.admin, 'member.add', { ...payload, roles: ['query', 'audit'] });
    ledger.send(finca.admin, 'key.add', { member: 'anna', purpose: 'member', publicKey: toBase64Url(anna.publicKey) });
    const tx = signTransaction(network, anna, { op: 'member.add', payload, jti: 'z' });
    expect(activeSigner(admissionKeysOf(tx), ledger.view)).toEqual({ keyPurpose: 'member', roles: ['audit', 'query'] });
  });
});
