import type { Height } from '@lading/kernel';
import { toBase64Url } from '@lading/kernel';
import { keyId, successorConfig } from '@lading/ledger';
import type { EpochConfig, ExecutionContext, OrganizationConfig, Outcome, StateWriter } from '@lading/ledger';
import { newOrganization } from '../../../test/fixtures/testConfigChange.js';
import { signTransaction, testKey, testNetwork } from '../../../test/fixtures/testNetwork.js';
import { admitTransaction } from './admission.js';
import { configEffects } from './configEffects.js';
import { genesisEntries } from './genesisEntries.js';
import { keyKey, memberKey, organizationKey, publicKeyKey } from './keys.js';
import { MembershipLedger } from './membership.test-kit.js';
import {
  decodeKeyRecord,
  decodeMemberRecord,
  decodeOrganizationRecord,
  decodePublicKeyOwner,
  encodePublicKeyOwner
} from './records.js';

const network = testNetwork({ seed: 'effects' });
const { config } = network;
const joiner = newOrganization('zucker-ag', 'effects joiner');
const [first, second] = config.organizations;
if (first === undefined || second === undefined) throw new Error('organizations');

const nextWith = (organizations: readonly OrganizationConfig[], from = config): EpochConfig => ({
  ...successorConfig(from),
  organizations
});

/** Applies a step as the executor does: keys in rounds, then writes to named keys only. */
function apply(ledger: MembershipLedger, from: EpochConfig, next: EpochConfig, height = 9): Outcome {
  const place = { chainId: network.chainId, height: height as Height, timestampMs: 0, index: 0 };
  const context = { ...place, config: from } as unknown as ExecutionContext;
  const named = new Set<string>();
  for (let round = 0; round < 2; round++) {
    const readable = new Set(named);
    const view = { get: (key: string) => (readable.has(key) ? ledger.view.get(key) : null) };
    for (const key of configEffects.keys(next, context, view)) named.add(key);
  }
  const check = (key: string): string => {
    if (!named.has(key)) throw new Error(`not named: ${key}`);
    return key;
  };
  const writer: StateWriter = {
    get: (key) => ledger.view.get(check(key)),
    put: (key, value) => void (value !== null && ledger.state.set(check(key), value))
  };
  return configEffects.apply(next, context, writer);
}

function read<T>(ledger: MembershipLedger, key: string, decode: (value: Uint8Array) => { ok: boolean; value?: T }): T {
  const value = ledger.view.get(key);
  const decoded = value === null ? null : decode(value);
  if (decoded?.ok !== true || decoded.value === undefined) throw new Error(`no ${key}`);
  return decoded.value;
}

const keyRecord = (ledger: MembershipLedger, kid: string) => read(ledger, keyKey(kid), decodeKeyRecord);
const ownerOf = (ledger: MembershipLedger, key: Uint8Array) => read(ledger, publicKeyKey(key), decodePublicKeyOwner);
const adminKid = ({ id, adminKey }: OrganizationConfig): string => keyId(id, 'admin', adminKey);
const APPLIED = { status: 'APPLIED', code: '', detail: [] };

describe('a new organization', () => {
  it('gets what genesis gives to the first ones', () => {
    const ledger = new MembershipLedger(network);
    expect(apply(ledger, config, nextWith([...config.organizations, joiner.config]))).toEqual(APPLIED);
    const { id, name, gln, validatorKey, adminKey } = joiner.config;
    expect(read(ledger, organizationKey(id), decodeOrganizationRecord)).toEqual({ name, gln });
    expect(read(ledger, memberKey(id, 'admin'), decodeMemberRecord)).toMatchObject({ status: 'active', roles: ['admin'] });
    const record = { purpose: 'admin', status: 'active', addedHeight: 9, revokedHeight: 0 };
    expect(keyRecord(ledger, adminKid(joiner.config))).toEqual(record);
    expect(ownerOf(ledger, adminKey)).toBe(adminKid(joiner.config));
    expect(ownerOf(ledger, validatorKey)).toBe(keyId(id, 'validator', validatorKey));
    const before = genesisEntries(network.genesis).map(({ key }) => key);
    expect([...ledger.state.keys()].filter((key) => !before.includes(key))).toHaveLength(5);
  });

  it('has nothing else touched: the successor of a config changes no entry', () => {
    const ledger = new MembershipLedger(network);
    const before = new Map(ledger.state);
    apply(ledger, config, successorConfig(config));
    expect(ledger.state).toEqual(before);
  });
});

describe('a changed key', () => {
  const admin = testKey('effects/second admin');
  const validator = testKey('effects/second validator');
  const changed = { ...first, adminKey: admin.publicKey, validatorKey: validator.publicKey, name: 'Renamed' };
  const next = nextWith([changed, ...config.organizations.slice(1)]);

  it("of the administrator replaces the old one, whose record stays as revoked", () => {
    const ledger = new MembershipLedger(network);
    apply(ledger, config, next);
    expect(keyRecord(ledger, adminKid(first))).toMatchObject({ status: 'revoked', revokedHeight: 9 });
    expect(keyRecord(ledger, adminKid(changed))).toMatchObject({ status: 'active', addedHeight: 9 });
    expect(read(ledger, organizationKey(first.id), decodeOrganizationRecord).name).toBe('Renamed');
  });

  it('of a validator is taken for good, like the one before it', () => {
    const ledger = new MembershipLedger(network);
    apply(ledger, config, next);
    expect(ownerOf(ledger, validator.publicKey)).toBe(keyId(first.id, 'validator', validator.publicKey));
    expect(ownerOf(ledger, first.validatorKey)).toBe(keyId(first.id, 'validator', first.validatorKey));
  });

  it('that was registered before belongs to the new id, and the old one may not sign any more', () => {
    const ledger = new MembershipLedger(network);
    const anna = network.organization(1).memberKey('anna');
    ledger.send(network.organization(1).admin, 'member.add', { member: 'anna', name: 'Anna', roles: ['query'] });
    const publicKey = toBase64Url(anna.publicKey);
    ledger.send(network.organization(1).admin, 'key.add', { member: 'anna', purpose: 'member', publicKey });
    apply(ledger, config, nextWith([{ ...first, adminKey: anna.publicKey }, ...config.organizations.slice(1)]));
    expect(keyRecord(ledger, anna.kid).status).toBe('revoked');
    expect(ownerOf(ledger, anna.publicKey)).toBe(keyId(first.id, 'admin', anna.publicKey));
  });
});

describe('an organization that leaves', () => {
  const next = nextWith([...config.organizations.slice(1), joiner.config]);
  const tx = (key: Parameters<typeof signTransaction>[1]) =>
    signTransaction(network, key, { op: 'member.add', payload: {}, jti: 'x' });
  const admit = (ledger: MembershipLedger, key: Parameters<typeof signTransaction>[1], under: EpochConfig): string => {
    const admitted = admitTransaction(tx(key), { timestampMs: network.genesis.timeMs, config: under }, ledger.view);
    return admitted.ok ? 'ok' : admitted.code;
  };

  /** A ledger on which the first organization has a member with a key, before the step. */
  function withAnna() {
    const ledger = new MembershipLedger(network);
    const { admin, memberKey: keyOf } = network.organization(0);
    const anna = keyOf('anna');
    ledger.send(admin, 'member.add', { member: 'anna', name: 'Anna', roles: ['query'] });
    ledger.send(admin, 'key.add', { member: 'anna', purpose: 'member', publicKey: toBase64Url(anna.publicKey) });
    return { ledger, anna, admin };
  }

  it('cannot sign in the next epoch, neither its members nor its administrator', () => {
    const { ledger, anna, admin } = withAnna();
    expect([admit(ledger, anna, config), admit(ledger, anna, next)]).toEqual(['ok', 'KEY_NOT_ACTIVE']);
    apply(ledger, config, next);
    expect([admit(ledger, anna, next), admit(ledger, admin, next)]).toEqual(['KEY_NOT_ACTIVE', 'KEY_NOT_ACTIVE']);
    expect(admit(ledger, joiner.admin, next)).toBe('ok');
  });

  it("signs again when it comes back, but not with the administrator's key it left with", () => {
    const { ledger, anna, admin } = withAnna();
    apply(ledger, config, next);
    const back = testKey('effects/back');
    const third = nextWith([{ ...first, adminKey: back.publicKey }, ...next.organizations], next);
    apply(ledger, next, third, 20);
    expect(admit(ledger, anna, third)).toBe('ok');
    expect(admit(ledger, admin, third)).toBe('KEY_NOT_ACTIVE');
  });

  it('may come back with its old key where a quorum says so', () => {
    const { ledger, admin } = withAnna();
    apply(ledger, config, next);
    apply(ledger, next, nextWith([first, ...next.organizations], next), 20);
    expect(admit(ledger, admin, nextWith([first, ...next.organizations], next))).toBe('ok');
    expect(keyRecord(ledger, adminKid(first))).toMatchObject({ status: 'active', addedHeight: 20 });
    expect(ledger.view.get(publicKeyKey(second.adminKey))).toEqual(encodePublicKeyOwner(adminKid(second)));
  });
});
