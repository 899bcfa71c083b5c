import { toBase64Url } from '@lading/kernel';
import { testMemberKey, testNetwork } from '../../../test/fixtures/testNetwork.js';
import { keyKey, publicKeyKey } from './keys.js';
import { MembershipLedger } from './membership.test-kit.js';
import { decodeKeyRecord } from './records.js';

const network = testNetwork();
const finca = network.organization(0);
const food = network.organization(1);
const anna = finca.memberKey('anna');
const APPLIED = { status: 'APPLIED', code: '', detail: [] };

const keyOf = (key: { publicKey: Uint8Array }): string => toBase64Url(key.publicKey);

/** A ledger on which finca-alta has the member Anna with a key. */
function withAnna(): MembershipLedger {
  const ledger = new MembershipLedger(network);
  expect(
    ledger.send(finca.admin, 'member.add', { member: 'anna', name: 'Anna Ruiz', roles: ['query', 'capture'] })
  ).toEqual(APPLIED);
  expect(ledger.send(finca.admin, 'key.add', { member: 'anna', purpose: 'member', publicKey: keyOf(anna) })).toEqual(
    APPLIED
  );
  return ledger;
}

describe('member.add', () => {
  it("registers a member once, under the signer's own organization", () => {
    const ledger = withAnna();
    const again = ledger.send(finca.admin, 'member.add', { member: 'anna', name: 'Other', roles: ['query'] });
    expect(again).toMatchObject({ status: 'REJECTED', code: 'MEMBER_EXISTS', detail: ['anna'] });
    expect(ledger.send(food.admin, 'member.add', { member: 'anna', name: 'Anna of food', roles: ['audit'] })).toEqual(
      APPLIED
    );
  });

  it("needs the administrator's key: a member with the role admin has no such key", () => {
    const ledger = withAnna();
    ledger.send(finca.admin, 'member.add', { member: 'boss', name: 'Boss', roles: ['admin'] });
    const boss = finca.memberKey('boss');
    ledger.send(finca.admin, 'key.add', { member: 'boss', purpose: 'member', publicKey: keyOf(boss) });
    for (const key of [anna, boss]) {
      const outcome = ledger.send(key, 'member.add', { member: 'x', name: 'X', roles: ['query'] });
      expect(outcome.code).toBe('ADMIN_KEY_REQUIRED');
    }
  });

  it.each([
    [{ member: 'anna', name: 'A', roles: ['captain'] }, 'ROLE_UNKNOWN'],
    [{ member: 'anna', name: 'A', roles: [] }, 'PAYLOAD_MALFORMED'],
    [{ member: 'anna', name: 'A', roles: ['query', 'query'] }, 'PAYLOAD_MALFORMED'],
    [{ member: 'anna', name: '', roles: ['query'] }, 'PAYLOAD_MALFORMED'],
    [{ member: 'Anna', name: 'A', roles: ['query'] }, 'PAYLOAD_MALFORMED'],
    [{ member: 'an/na', name: 'A', roles: ['query'] }, 'PAYLOAD_MALFORMED'],
    [{ member: 'anna', name: 'A' }, 'PAYLOAD_MALFORMED'],
    [{ member: 'anna', name: 'A', roles: ['query'], extra: 1 }, 'PAYLOAD_MALFORMED']
  ])('refuses %j with %s', (payload, code) => {
    expect(new MembershipLedger(network).send(finca.admin, 'member.add', payload)).toMatchObject({
      status: 'REJECTED',
      code
    });
  });
});

describe('key.add', () => {
  it('makes the key sign from the next transaction on', () => {
    const ledger = new MembershipLedger(network);
    expect(ledger.send(anna, 'member.add', {}).code).toBe('KEY_NOT_ACTIVE');
    expect(withAnna().send(anna, 'member.add', { member: 'x', name: 'X', roles: ['query'] }).code).toBe(
      'ADMIN_KEY_REQUIRED'
    );
  });

  it('refuses a member key for nobody, but needs no member for service and token keys', () => {
    const ledger = new MembershipLedger(network);
    const payload = { member: 'anna', publicKey: keyOf(anna) };
    expect(ledger.send(finca.admin, 'key.add', { ...payload, purpose: 'member' }).code).toBe('MEMBER_UNKNOWN');
    expect(ledger.send(finca.admin, 'key.add', { ...payload, member: 'node', purpose: 'service' })).toEqual(APPLIED);
    const token = { member: 'tokens', publicKey: keyOf(finca.memberKey('tokens')), purpose: 'token' };
    expect(ledger.send(finca.admin, 'key.add', token)).toEqual(APPLIED);
  });

  it('refuses a public key that is already registered, by anyone, for anything, even revoked', () => {
    const ledger = withAnna();
    ledger.send(finca.admin, 'key.revoke', { kid: anna.kid });
    const tries = [anna.publicKey, food.admin.publicKey, finca.validator.publicKey];
    for (const publicKey of tries) {
      const outcome = ledger.send(finca.admin, 'key.add', {
        member: 'node',
        purpose: 'service',
        publicKey: toBase64Url(publicKey)
      });
      expect(outcome.code).toBe('KEY_EXISTS');
    }
  });

  it('refuses keys that rule C1.1 does not admit, and administrator keys', () => {
    const ledger = withAnna();
    const smallOrder = toBase64Url(Uint8Array.of(1, ...new Uint8Array(31)));
    const payload = { member: 'anna', publicKey: smallOrder, purpose: 'member' };
    expect(ledger.send(finca.admin, 'key.add', payload)).toMatchObject({
      status: 'REJECTED', code: 'KEY_NOT_ADMISSIBLE', detail: ['/publicKey']
    });
    const admin = { member: 'anna', publicKey: keyOf(finca.memberKey('second')), purpose: 'admin' };
    expect(ledger.send(finca.admin, 'key.add', admin).code).toBe('PAYLOAD_MALFORMED');
  });
});

describe('who may make a node work', () => {
  it('a key is judged by rule C1.1 only for an administrator: the check costs as much as twenty signatures', () => {
    const ledger = withAnna();
    ledger.send(finca.admin, 'key.add', {
      member: 'anna', publicKey: keyOf(finca.memberKey('anna')), purpose: 'member'
    });
    const smallOrder = toBase64Url(Uint8Array.of(1, ...new Uint8Array(31)));
    const outcome = ledger.send(finca.memberKey('anna'), 'key.add', {
      member: 'anna', publicKey: smallOrder, purpose: 'member'
    });
    expect(outcome.code).toBe('ADMIN_KEY_REQUIRED');
  });
});

describe('key.revoke', () => {
  it('binds from the next transaction and is remembered with its height', () => {
    const ledger = withAnna();
    expect(ledger.send(finca.admin, 'key.revoke', { kid: anna.kid })).toEqual(APPLIED);
    expect(ledger.send(anna, 'member.add', {}).code).toBe('KEY_NOT_ACTIVE');
    const record = decodeKeyRecord(ledger.state.get(keyKey(anna.kid)) as Uint8Array);
    expect(record).toEqual({
      ok: true,
      value: { purpose: 'member', status: 'revoked', addedHeight: 2, revokedHeight: 3 }
    });
    const again = ledger.send(finca.admin, 'key.revoke', { kid: anna.kid });
    expect(again).toMatchObject({ code: 'KEY_ALREADY_REVOKED', detail: [anna.kid, 3] });
  });

  it('does not reach other organizations, unknown keys, or the last administrator', () => {
    const ledger = withAnna();
    expect(ledger.send(food.admin, 'key.revoke', { kid: anna.kid }).code).toBe('NOT_OWN_ORGANIZATION');
    expect(ledger.send(finca.admin, 'key.revoke', { kid: finca.memberKey('nobody').kid }).code).toBe('KEY_UNKNOWN');
    expect(ledger.send(finca.admin, 'key.revoke', { kid: finca.admin.kid }).code).toBe('KEY_PROTECTED');
    expect(ledger.send(finca.admin, 'key.revoke', { kid: 'finca-alta' }).code).toBe('PAYLOAD_MALFORMED');
  });
});

describe('genesis entries', () => {
  it('know the keys of genesis and no others, validator keys included', () => {
    const ledger = new MembershipLedger(network);
    const impostor = testMemberKey('finca-alta', 'admin', 'impostor');
    expect(ledger.send(impostor, 'member.add', {}).code).toBe('KEY_NOT_ACTIVE');
    for (const { validator } of network.organizations)
      expect(ledger.state.has(publicKeyKey(validator.publicKey))).toBe(true);
  });
});
