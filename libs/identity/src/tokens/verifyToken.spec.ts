import { createHmac } from 'node:crypto';
import { toBase64Url } from '@lading/kernel';
import { issueToken, SeedSigner, verifyToken } from '../index.js';
import type { RegisteredKey } from '../index.js';
import { CHAIN, CLAIMS, HEADER, KID, MemoryRegistry, NOW, NOW_MS, SIGNER, token } from './tokens.test-kit.js';

const codeOf = async (text: string, registry = new MemoryRegistry(), nowMs = NOW_MS): Promise<string> => {
  const verified = await verifyToken(text, { audience: CHAIN, registry, nowMs });
  return verified.ok ? 'ok' : verified.code;
};

const withKey = (change: Partial<RegisteredKey>): MemoryRegistry => {
  const registry = new MemoryRegistry();
  registry.keys.set(KID, { ...(registry.keys.get(KID) as RegisteredKey), ...change });
  return registry;
};

describe('a token', () => {
  it('issued by an organization names a member with the roles that ledger and token both grant', async () => {
    const text = issueToken(
      { issuer: 'finca-alta', member: 'ana', audience: CHAIN, scopes: ['query', 'admin'], kid: KID, nowMs: NOW_MS },
      SIGNER
    );
    const verified = await verifyToken(text, { audience: CHAIN, registry: new MemoryRegistry(), nowMs: NOW_MS });
    expect(verified).toEqual({
      ok: true,
      value: {
        caller: { organization: 'finca-alta', member: 'finca-alta/ana', roles: ['query'], tokenId: expect.any(String) },
        expiresMs: (NOW + 930) * 1000
      }
    });
  });

  it('is refused for every claim and header member that is wrong, each with its code', async () => {
    const cases: readonly [string, string][] = [
      [token(), 'ok'],
      [token({ ...HEADER, alg: 'EdDSA' }), 'TOKEN_MALFORMED'],
      [token({ ...HEADER, alg: 'none' }), 'TOKEN_MALFORMED'],
      [token({ ...HEADER, typ: 'JWT' }), 'TOKEN_MALFORMED'],
      [token({ ...HEADER, typ: 'lading+jws' }), 'TOKEN_MALFORMED'],
      [token({ alg: 'Ed25519', typ: 'lading+jwt' }), 'TOKEN_MALFORMED'],
      [token({ ...HEADER, crit: ['exp'], b64: true }), 'TOKEN_MALFORMED'],
      [token({ ...HEADER, kid: `${KID}x` }), 'TOKEN_KEY_UNKNOWN'],
      [token({ ...HEADER, kid: '../keys' }), 'TOKEN_KEY_UNKNOWN'],
      [token(HEADER, { ...CLAIMS, aud: CHAIN.replace('q', 'r') }), 'TOKEN_WRONG_NETWORK'],
      [token(HEADER, { ...CLAIMS, aud: [CHAIN] }), 'TOKEN_MALFORMED'],
      [token(HEADER, { ...CLAIMS, iss: 'port-logistics', sub: 'port-logistics/ana' }), 'TOKEN_KEY_UNKNOWN'],
      [token(HEADER, { ...CLAIMS, sub: 'port-logistics/ana' }), 'TOKEN_MEMBER_UNKNOWN'],
      [token(HEADER, { ...CLAIMS, sub: 'finca-alta/eve' }), 'TOKEN_MEMBER_UNKNOWN'],
      [token(HEADER, { ...CLAIMS, iat: NOW - 601, exp: NOW - 31 }), 'TOKEN_EXPIRED'],
      [token(HEADER, { ...CLAIMS, iat: NOW - 601, exp: NOW - 20 }), 'ok'],
      [token(HEADER, { ...CLAIMS, iat: NOW + 31 }), 'TOKEN_NOT_YET_VALID'],
      [token(HEADER, { ...CLAIMS, nbf: NOW + 31 }), 'TOKEN_NOT_YET_VALID'],
      [token(HEADER, { ...CLAIMS, exp: NOW + 901 }), 'TOKEN_TOO_LONG'],
      [token(HEADER, { ...CLAIMS, iat: NOW - 1000, exp: NOW + 1 }), 'TOKEN_TOO_LONG'],
      [token(HEADER, { ...CLAIMS, scope: 'x'.repeat(4000) }), 'TOKEN_TOO_LONG'],
      [token(HEADER, { ...CLAIMS, exp: '1' }), 'TOKEN_MALFORMED'],
      [token(HEADER, { ...CLAIMS, jti: '' }), 'TOKEN_MALFORMED'],
      [token(HEADER, JSON.stringify(CLAIMS).replace('{', '{"sub":"finca-alta/eve",')), 'TOKEN_MALFORMED'],
      [token(HEADER, '[]'), 'TOKEN_MALFORMED'],
      ['', 'TOKEN_MALFORMED'],
      ['a.b', 'TOKEN_MALFORMED'],
      [`${token()}.x`, 'TOKEN_MALFORMED']
    ];
    for (const [index, [text, expected]] of cases.entries()) expect([index, await codeOf(text)]).toEqual([index, expected]);
  });

  it('is refused with another key\'s signature, even when its header brings that key along', async () => {
    const attacker = new SeedSigner(new Uint8Array(32).fill(9));
    const jwk = { kty: 'OKP', crv: 'Ed25519', x: toBase64Url(attacker.publicKey) };
    for (const extra of [{}, { jwk }, { jku: 'https://evil.example/keys' }, { x5u: 'https://evil.example/cert' }])
      expect(await codeOf(token({ ...HEADER, ...extra }, CLAIMS, attacker))).toBe('TOKEN_SIGNATURE');
    expect(await codeOf(token({ ...HEADER, jwk }))).toBe('ok');
  });

  it('is refused when signed with HMAC over the public key: the algorithm is not the token\'s to choose', async () => {
    const signed = [{ ...HEADER, alg: 'HS256' }, CLAIMS].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'));
    const mac = createHmac('sha256', SIGNER.publicKey).update(signed.join('.')).digest('base64url');
    expect(await codeOf(`${signed.join('.')}.${mac}`)).toBe('TOKEN_MALFORMED');
  });

  it('ends with the key or the member on the ledger', async () => {
    expect(await codeOf(token(), withKey({ status: 'revoked' }))).toBe('TOKEN_KEY_REVOKED');
    expect(await codeOf(token(), withKey({ purpose: 'member' }))).toBe('TOKEN_KEY_UNKNOWN');
    expect(await codeOf(token(), withKey({ organization: 'port-logistics' }))).toBe('TOKEN_KEY_UNKNOWN');
    const registry = new MemoryRegistry();
    registry.members.set('finca-alta/ana', { status: 'suspended', roles: ['capture'] });
    expect(await codeOf(token(), registry)).toBe('TOKEN_MEMBER_UNKNOWN');
  });

  it('has one text only: changed spellings of its segments are refused', async () => {
    const good = token();
    const [head = '', claims = '', signature = ''] = good.split('.');
    const last = signature.at(-1) as string;
    // 64 bytes end in two bits of padding that a lenient decoder drops.
    const twin = `${signature.slice(0, -1)}${{ A: 'B', Q: 'R', g: 'h', w: 'x' }[last] ?? '!'}`;
    for (const text of [
      `${head}.${claims}.${twin}`, `${head} .${claims}.${signature}`, `${head}. ${claims}.${signature}`,
      `${head}.${claims}.${signature}=`, `${head}=.${claims}.${signature}`, `\n${good}`, `${head}.${claims}.`
    ])
      expect(await codeOf(text)).toBe('TOKEN_MALFORMED');
    for (let i = 0; i < good.length; i++) {
      const changed = `${good.slice(0, i)}${good[i] === 'A' ? 'B' : 'A'}${good.slice(i + 1)}`;
      expect(await codeOf(changed)).not.toBe('ok');
    }
  });
});
