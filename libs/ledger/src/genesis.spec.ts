import { toHex } from '@lading/kernel';
import { testNetwork } from '../../../test/fixtures/testNetwork.js';
import type { NetworkParameters, OrganizationConfig } from './config.js';
import {
  configHash,
  decodeConfig,
  DEFAULT_PARAMETERS,
  encodeConfig,
  NUMERIC_PARAMETERS,
  PARAMETER_RANGES
} from './index.js';
import { decodeCbor } from './codec/decodeCbor.js';
import { encodeCbor, type CborValue } from './codec/encodeCbor.js';
import { chainIdOf, decodeGenesis, encodeGenesis, type GenesisFields } from './genesis.js';

const network = testNetwork();
const { genesis, genesisBytes, config } = network;
const fields: GenesisFields = { ...genesis, parameters: config.parameters, organizations: config.organizations };
const text = Buffer.from(genesisBytes).toString();
const withOrganization = (change: Partial<OrganizationConfig>, at = 1): Uint8Array =>
  encodeGenesis({
    ...fields,
    organizations: config.organizations.map((org, i) => (i === at ? { ...org, ...change } : org))
  });

describe('a genesis file', () => {
  it('round-trips, and sorts organizations by id', () => {
    expect(decodeGenesis(genesisBytes)).toEqual({ ok: true, value: genesis });
    expect(encodeGenesis({ ...fields, organizations: [...config.organizations].reverse() })).toEqual(genesisBytes);
    expect(toHex(chainIdOf(genesisBytes))).toBe(toHex(genesis.chainId));
    expect(config.organizations.map(({ id }) => id)).toEqual([
      'finca-alta',
      'food-authority',
      'nordic-roast',
      'port-logistics'
    ]);
  });

  it.each([
    ['one space more', text.replace('"name": ', '"name":  ')],
    ['no line feed at the end', text.trimEnd()],
    ['an escape where none is needed', text.replace('Test', '\\u0054est')],
    [
      'members in another order',
      text.replace(/ {2}"name": "([^"]*)",\n {2}"nonce": "([^"]*)",/, '  "nonce": "$2",\n  "name": "$1",')
    ]
  ])('with %s has another chain id, so it is refused as a second form', (_, changed) => {
    expect(changed).not.toBe(text);
    expect(decodeGenesis(Buffer.from(changed))).toMatchObject({ ok: false, code: 'GENESIS_NOT_ONE_FORM' });
  });

  it.each([
    ['an unknown member', text.replace('{', '{"x":1,'), 'GENESIS_MALFORMED'],
    ['a missing member', text.replace(/ {2}"timeMs".*\n/, ''), 'GENESIS_MALFORMED'],
    ['a member twice', text.replace('{', '{"name":"x",'), 'GENESIS_NOT_ONE_FORM'],
    ['a lone surrogate', text.replace('"Test', '"\\ud800Test'), 'GENESIS_MALFORMED'],
    ['a member that is called __proto__', text.replace('{', '{"__proto__":1,'), 'GENESIS_MALFORMED'],
    ['an organization without a name', text.replace(/"name": "Organization nordic[^"]*"/, '"name": ""'), 'CONFIG_ORGANIZATIONS'],
    ['a name of 201 bytes', text.replace(/"name": "Organization nordic[^"]*"/, `"name": "${'é'.repeat(100)}x"`), 'CONFIG_ORGANIZATIONS'],
    ['a number with an exponent', text.replace('"window": 8', '"window": 8e0'), 'GENESIS_NOT_ONE_FORM'],
    ['another format', text.replace('genesis/1', 'genesis/2'), 'GENESIS_MALFORMED'],
    ['another protocol version', text.replace('"protocolVersion": 1', '"protocolVersion": 2'), 'GENESIS_VERSION'],
    ['a short nonce', text.replace(/"nonce": "./, '"nonce": "'), 'GENESIS_MALFORMED'],
    ['an empty name', text.replace(/"name": "Test[^"]*"/, '"name": ""'), 'GENESIS_MALFORMED'],
    ['no organizations', text.replace(/"organizations": \[[^]*\]/, '"organizations": []'), 'CONFIG_ORGANIZATIONS']
  ])('with %s is refused', (_, changed, code) => {
    expect(changed).not.toBe(text);
    expect(decodeGenesis(Buffer.from(changed))).toMatchObject({ ok: false, code });
  });

  it('that is not UTF-8 is refused', () => {
    const bytes = Uint8Array.from(genesisBytes);
    bytes[text.indexOf('Test')] = 0xff;
    expect(decodeGenesis(bytes)).toMatchObject({ ok: false, code: 'GENESIS_MALFORMED' });
  });

  it.each<[string, Partial<OrganizationConfig>, string]>([
    ['an id twice', { id: network.organization(0).id }, 'CONFIG_ORGANIZATIONS'],
    ['an id that is none', { id: 'Finca' as OrganizationConfig['id'] }, 'CONFIG_ORGANIZATIONS'],
    ['a validator key twice', { validatorKey: network.organization(0).config.validatorKey }, 'CONFIG_KEYS'],
    [
      "an administrator's key that is a validator's",
      { adminKey: network.organization(0).config.validatorKey },
      'CONFIG_KEYS'
    ],
    ['a TLS key twice', { tlsKeyHash: network.organization(0).config.tlsKeyHash }, 'CONFIG_KEYS'],
    ['a key of small order', { validatorKey: Uint8Array.of(1, ...new Uint8Array(31)) }, 'CONFIG_KEYS'],
    ['a short GLN', { gln: '123' }, 'CONFIG_ORGANIZATIONS'],
    ['company prefixes out of order', { companyPrefixes: ['9520', '9519'] }, 'CONFIG_ORGANIZATIONS']
  ])('with %s is refused', (_, change, code) => {
    const decoded = decodeGenesis(withOrganization(change));
    expect(decoded).toMatchObject({ ok: false, code });
  });

  it('is refused out of the range of any parameter', () => {
    for (const name of NUMERIC_PARAMETERS) {
      const [least, greatest] = PARAMETER_RANGES[name];
      for (const value of [least, greatest]) {
        expect(
          decodeGenesis(encodeGenesis({ ...fields, parameters: { ...fields.parameters, [name]: value } })).ok
        ).toBe(true);
      }
      for (const value of [least - 1, greatest + 1].filter((n) => n >= 0)) {
        const bytes = encodeGenesis({ ...fields, parameters: { ...fields.parameters, [name]: value } });
        expect(decodeGenesis(bytes)).toMatchObject({
          ok: false,
          code: 'CONFIG_PARAMETERS',
          pointer: `/parameters/${name}`
        });
      }
    }
    const profile = 'free' as NetworkParameters['profile'];
    expect(decodeGenesis(encodeGenesis({ ...fields, parameters: { ...fields.parameters, profile } })).ok).toBe(false);
    expect(DEFAULT_PARAMETERS.stateDepth).toBe(20);
  });
});

describe('a config', () => {
  it('round-trips, and every field of it changes the hash', () => {
    expect(decodeConfig(encodeConfig(config))).toEqual({ ok: true, value: config });
    const hashes = [
      config,
      { ...config, epoch: 1 },
      { ...config, chainId: genesis.nonce as typeof config.chainId },
      { ...config, organizations: config.organizations.slice(1) },
      { ...config, parameters: { ...config.parameters, window: 9 } },
      { ...config, parameters: { ...config.parameters, profile: 'custody' as const } }
    ].map((other) => toHex(configHash(other)));
    expect(new Set(hashes).size).toBe(6);
  });

  it('is judged by the same rules when it is read', () => {
    const decoded = decodeCbor(encodeConfig(config));
    const parts = decoded.ok ? (decoded.value as readonly CborValue[]) : [];
    const organizations = parts[3] as readonly CborValue[];
    expect(decodeConfig(encodeCbor(parts.with(3, [...organizations].reverse())))).toMatchObject({
      code: 'CONFIG_ORGANIZATIONS'
    });
    expect(decodeConfig(encodeCbor(parts.with(4, (parts[4] as readonly CborValue[]).with(0, 0))))).toMatchObject({
      code: 'CONFIG_PARAMETERS'
    });
    expect(decodeConfig(encodeCbor(parts.slice(1)))).toMatchObject({ code: 'CONFIG_MALFORMED' });
  });
});

describe('the role of an organization', () => {
  const roles = ['regulator'] as const;

  it('round-trips as text and as CBOR; without one both are what they were', () => {
    const file = withOrganization({ roles });
    const decoded = decodeGenesis(file);
    expect(decoded.ok && decoded.value.config.organizations.map((org) => org.roles)).toEqual([undefined, roles, undefined, undefined]);
    const { config: regulated } = decoded.ok ? decoded.value : genesis;
    expect(decodeConfig(encodeConfig(regulated))).toEqual({ ok: true, value: regulated });
    expect(toHex(configHash(regulated))).not.toBe(toHex(configHash(config)));
    expect(withOrganization({ roles: [] })).toEqual(genesisBytes);
  });

  it.each([
    ['an unknown one', '["king"]', 'CONFIG_ORGANIZATIONS'],
    ['one twice', '["regulator","regulator"]', 'CONFIG_ORGANIZATIONS'],
    ['an empty list, which is a second form of none', '[]', 'GENESIS_NOT_ONE_FORM']
  ])('%s is refused', (_, list, code) => {
    const changed = text.replace(/("companyPrefixes": \[[^\]]*\])/, `$1,\n      "roles": ${list}`);
    expect(decodeGenesis(Buffer.from(changed))).toMatchObject({ ok: false, code });
  });
});
