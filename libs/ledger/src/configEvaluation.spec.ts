import { asHash, asciiBytes, toHex, ZERO_HASH as ZERO, type OrganizationId } from '@lading/kernel';
import {
  changeTransaction,
  newOrganization,
  signedChange,
  TestKeys,
  type NextContent
} from '../../../test/fixtures/testConfigChange.js';
import { signTransaction, testKey, testNetwork } from '../../../test/fixtures/testNetwork.js';
import {
  buildBatch,
  configHash,
  decodeConfigChange,
  encodeConfigChange,
  evaluateConfigChange,
  evaluateConfigTransaction,
  nextConfigOf,
  replaceableValidators,
  sha256Noble,
  successorConfig,
  verifyC1Noble,
  type ConfigChange,
  type EpochConfig,
  type Transaction
} from './index.js';

const network = testNetwork({ seed: 'change' });
const { config } = network;
const joiner = newOrganization('zucker-ag', 'joiner');
const spare = testKey('spare');
const keys = new TestKeys(network, joiner.validator, joiner.admin, spare);

const withJoiner: NextContent = { ...config, organizations: [...config.organizations, joiner.config] };
const change = signedChange(config, withJoiner, keys);
const verdict = (changed: ConfigChange, under: EpochConfig = config): string => {
  const result = evaluateConfigChange(encodeConfigChange(changed), under, verifyC1Noble);
  return result.ok ? 'effective' : `${result.code} ${result.pointer ?? ''}`.trim();
};

/** The present organizations with one of them changed. */
function withChanged(index: number, part: Partial<(typeof config.organizations)[number]>): NextContent {
  return { ...config, organizations: config.organizations.map((org, at) => (at === index ? { ...org, ...part } : org)) };
}

describe('a config transaction', () => {
  it('leads to exactly the config it shows, one epoch later', () => {
    const next = evaluateConfigChange(encodeConfigChange(change), config, verifyC1Noble);
    expect(next).toEqual({ ok: true, value: { ...config, ...withJoiner, epoch: 1 } });
    expect(toHex(configHash(successorConfig(config)))).not.toBe(toHex(configHash(config)));
  });

  it('is read again as it was written, and in any other writing of the same members', () => {
    const bytes = encodeConfigChange(change);
    expect(decodeConfigChange(bytes)).toEqual({ ok: true, value: change });
    const members = Object.entries(JSON.parse(Buffer.from(bytes).toString()) as Record<string, unknown>).reverse();
    const other = Buffer.from(JSON.stringify(Object.fromEntries(members), null, 1));
    expect(evaluateConfigChange(other, config, verifyC1Noble).ok).toBe(true);
    expect(evaluateConfigChange(Buffer.from(bytes.subarray(1)), config, verifyC1Noble)).toMatchObject({
      code: 'PAYLOAD_MALFORMED'
    });
  });

  it('is stale under any other config, also under the successor of the one it names', () => {
    expect(verdict(change, successorConfig(config))).toBe('STALE_CONFIG /prevConfigHash');
    expect(verdict({ ...change, prevConfigHash: asHash(sha256Noble(asciiBytes('x'))) })).toBe('STALE_CONFIG /prevConfigHash');
  });

  it('needs q approvals of the organizations in force, each of them valid', () => {
    const [a, b, c] = change.approvals;
    if (a === undefined || b === undefined || c === undefined) throw new Error('three approvals');
    expect(verdict({ ...change, approvals: [a, b] })).toBe('CONFIG_APPROVALS /approvals');
    expect(verdict({ ...change, approvals: [a, a, b] })).toBe('PAYLOAD_MALFORMED /approvals');
    expect(verdict({ ...change, approvals: [b, a, c] })).toBe('PAYLOAD_MALFORMED /approvals');
    expect(verdict({ ...change, approvals: [a, { ...b, signature: a.signature }, c] })).toBe('CONFIG_APPROVALS /approvals/1');
    const all = signedChange(config, withJoiner, keys, { approvers: config.organizations.map(({ id }) => id) });
    expect(verdict(all)).toBe('effective');
    const spoilt = all.approvals.map((one, index) => (index === 3 ? { ...one, signature: a.signature } : one));
    expect(verdict({ ...all, approvals: spoilt })).toBe('CONFIG_APPROVALS /approvals/3');
    const outsider = { organization: joiner.config.id, signature: a.signature };
    expect(verdict({ ...change, approvals: [a, b, outsider] })).toBe('CONFIG_APPROVALS /approvals/2');
  });

  it('is bound to its content: approvals of another next config do not count', () => {
    const renamed = { ...joiner.config, name: 'Other' };
    expect(verdict({ ...change, organizations: [...config.organizations, renamed] })).toBe('CONFIG_APPROVALS /approvals/0');
    expect(verdict({ ...change, parameters: { ...config.parameters, turnBlocks: 1 } })).toBe('CONFIG_APPROVALS /approvals/0');
  });

  it('needs a statement of every new validator key, by that key, and no other', () => {
    expect(verdict({ ...change, ready: [] })).toBe('CONFIG_READY /ready');
    const [ready] = change.ready;
    if (ready === undefined) throw new Error('one statement');
    expect(verdict({ ...change, ready: [{ ...ready, height: ready.height + 1 }] })).toBe('CONFIG_READY /ready/0');
    expect(verdict({ ...change, ready: [{ ...ready, organization: 'finca-alta' as OrganizationId }] })).toBe('CONFIG_READY /ready/0');
    const surplus = { ...ready, organization: 'zz' as OrganizationId };
    expect(verdict({ ...change, ready: [ready, surplus] })).toBe('CONFIG_READY /ready');
    expect(verdict(signedChange(config, { ...config, parameters: { ...config.parameters, turnBlocks: 9 } }, keys))).toBe('effective');
  });
});

describe('the rules of a config step', () => {
  const [first, second] = config.organizations;
  if (first === undefined || second === undefined) throw new Error('organizations');
  const second2 = newOrganization('zzz', 'second joiner');
  keys.add(second2.validator, testKey('spare 2'));

  it.each<[string, NextContent, string]>([
    ['the state tree keeps its depth', { ...config, parameters: { ...config.parameters, stateDepth: 11 } }, '/parameters/stateDepth'],
    ['four organizations never become three', { ...config, organizations: config.organizations.slice(1) }, '/organizations'],
    [
      'at most f validators come in at once',
      { ...config, organizations: [...config.organizations, joiner.config, second2.config] },
      '/organizations'
    ],
    [
      'at most f validator keys change at once',
      {
        ...config,
        organizations: config.organizations.map((org, at) =>
          at < 2 ? { ...org, validatorKey: testKey(at === 0 ? 'spare' : 'spare 2').publicKey } : org
        )
      },
      '/organizations'
    ],
    ['keys do not change hands', withChanged(0, { adminKey: second.adminKey }), '/organizations/0/adminKey'],
    [
      'an admin key does not become a validator key',
      withChanged(0, { validatorKey: first.adminKey, adminKey: spare.publicKey }),
      '/organizations/0/validatorKey'
    ],
    ['no key occurs twice', withChanged(0, { adminKey: spare.publicKey, validatorKey: spare.publicKey }), '/organizations/0/adminKey'],
    ['no key of small order comes in', withChanged(0, { adminKey: new Uint8Array(32) }), '/organizations/0/adminKey'],
    ['parameters stay in their ranges', { ...config, parameters: { ...config.parameters, window: 65 } }, '/parameters/window'],
    ['organizations are in order', { ...config, organizations: [joiner.config, ...config.organizations] }, '/organizations/1/id']
  ])('%s', (_, next, pointer) => {
    expect(verdict(signedChange(config, next, keys))).toBe(`CONFIG_RULES ${pointer}`);
  });

  it('let a validator key, an admin key, names and parameters change, and the smallest networks grow', () => {
    expect(verdict(signedChange(config, withChanged(1, { validatorKey: spare.publicKey }), keys))).toBe('effective');
    expect(verdict(signedChange(config, withChanged(1, { adminKey: spare.publicKey, name: 'New' }), keys))).toBe('effective');
    const single = testNetwork({ organizations: 1, seed: 'single' });
    const own = new TestKeys(single, joiner.validator);
    const grown = { ...single.config, organizations: [...single.config.organizations, joiner.config] };
    expect(verdict(signedChange(single.config, grown, own), single.config)).toBe('effective');
    expect([1, 4, 7, 31].map(replaceableValidators)).toEqual([1, 1, 2, 10]);
  });
});

describe('who submits a config transaction', () => {
  const evaluate = (tx: Transaction): string => {
    const result = evaluateConfigTransaction(tx, config, verifyC1Noble);
    return result.ok ? 'effective' : result.code;
  };

  it('is the administrator of an organization of the epoch, by the key that the config names', () => {
    expect(evaluate(changeTransaction(network, change))).toBe('effective');
    for (const signer of [network.organization(1).memberKey('anna'), joiner.admin]) {
      expect(evaluate(changeTransaction(network, change, { signer }))).toBe('ADMIN_KEY_REQUIRED');
    }
  });

  it('makes no difference in time: the block an epoch ends with does not depend on clocks', () => {
    const old = signTransaction(network, network.organization(0).admin, {
      op: 'config.change', payload: encodeConfigChange(change), jti: 'old', iat: 1, exp: 2
    });
    expect(evaluate(old)).toBe('effective');
  });

  it('the first effective transaction of a batch counts, and only the operation config.change', () => {
    const other = signedChange(config, { ...config, parameters: { ...config.parameters, turnBlocks: 9 } }, keys);
    const { admin, validator } = network.organization(0);
    const place = { chainId: network.chainId, epoch: 0, lane: 0, seq: 0, prevBatchHash: ZERO };
    const batchOf = (transactions: readonly Transaction[]) => buildBatch({ ...place, transactions }, validator.sign);
    const stale = changeTransaction(network, { ...change, prevConfigHash: ZERO }, { jti: 'stale' });
    const misnamed = signTransaction(network, admin, { op: 'config.changed', payload: encodeConfigChange(change), jti: 'm' });
    const first2 = changeTransaction(network, other, { jti: 'first' });
    const late = changeTransaction(network, change, { jti: 'late' });
    expect(nextConfigOf(batchOf([stale, misnamed]), config, verifyC1Noble)).toBeNull();
    expect(nextConfigOf(batchOf([stale, misnamed, first2, late]), config, verifyC1Noble)?.parameters.turnBlocks).toBe(9);
  });
});
