import { TokenVerifier } from '../index.js';
import type { RegisteredKey } from '../index.js';
import { CHAIN, CLAIMS, HEADER, KID, MemoryRegistry, NOW, NOW_MS, token } from './tokens.test-kit.js';

function verifier(cacheMs = 3_600_000, cacheSize = 10): { at: { nowMs: number }; registry: MemoryRegistry; tokens: TokenVerifier } {
  const registry = new MemoryRegistry();
  const at = { nowMs: NOW_MS };
  const tokens = new TokenVerifier({ registry, audience: CHAIN, nowMs: () => at.nowMs, cacheMs, cacheSize });
  return { at, registry, tokens };
}

describe('remembered tokens', () => {
  it('are not verified again', async () => {
    const { registry, tokens } = verifier();
    for (let i = 0; i < 5; i++) expect((await tokens.verify(token())).ok).toBe(true);
    expect(registry.questions).toBe(1);
  });

  it('end with their exp', async () => {
    const { at, tokens } = verifier();
    expect((await tokens.verify(token())).ok).toBe(true);
    at.nowMs = (NOW + 629) * 1000;
    expect((await tokens.verify(token())).ok).toBe(true);
    at.nowMs = (NOW + 631) * 1000;
    expect(await tokens.verify(token())).toMatchObject({ code: 'TOKEN_EXPIRED' });
  });

  it('are forgotten when the registry changes, and after the longest staleness when nobody says so', async () => {
    const { at, registry, tokens } = verifier(5000);
    expect((await tokens.verify(token())).ok).toBe(true);
    registry.keys.set(KID, { ...(registry.keys.get(KID) as RegisteredKey), status: 'revoked' });
    expect((await tokens.verify(token())).ok).toBe(true);
    registry.announceChange();
    expect(await tokens.verify(token())).toMatchObject({ code: 'TOKEN_KEY_REVOKED' });

    const unannounced = verifier(5000);
    await unannounced.tokens.verify(token());
    unannounced.registry.members.clear();
    unannounced.at.nowMs += 5000;
    expect(await unannounced.tokens.verify(token())).toMatchObject({ code: 'TOKEN_MEMBER_UNKNOWN' });
    expect(at.nowMs).toBe(NOW_MS);
  });

  it('are not remembered when the registry changed while they were being verified', async () => {
    const { registry, tokens } = verifier();
    const underWay = tokens.verify(token());
    registry.keys.clear();
    registry.announceChange();
    await underWay;
    expect(await tokens.verify(token())).toMatchObject({ code: 'TOKEN_KEY_UNKNOWN' });
  });

  it('are bounded in number: the oldest makes room, refused ones take none', async () => {
    const { registry, tokens } = verifier(3_600_000, 2);
    const of = (jti: string): string => token(HEADER, { ...CLAIMS, jti });
    await tokens.verify(of('a'));
    await tokens.verify(of('b'));
    await tokens.verify(token(HEADER, { ...CLAIMS, sub: 'finca-alta/eve' }));
    await tokens.verify(of('b'));
    expect(registry.questions).toBe(3);
    await tokens.verify(of('c'));
    await tokens.verify(of('b'));
    expect(registry.questions).toBe(4);
    await tokens.verify(of('a'));
    expect(registry.questions).toBe(5);
  });
});
