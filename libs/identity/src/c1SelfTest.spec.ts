import { fromHex } from '@lading/kernel';
import { verifyC1Noble } from '@lading/ledger';
import {
  C1_CASES, c1Disagreements, generateKeyPair, loadNativeSodium, loadWasmSodium, selfTestC1, selfTestSha256, sha256Node,
  sodiumSign, sodiumVerify
} from './index.js';

const bytes = (hex: string): Uint8Array => fromHex(hex) as Uint8Array;

describe('rule C1 at start-up', () => {
  it('passes with libsodium, its WebAssembly twin and the points of noble', async () => {
    selfTestC1();
    for (const load of [loadNativeSodium, loadWasmSodium]) {
      const { build, verify } = await load();
      expect([build, c1Disagreements(verify)]).toEqual([build, []]);
    }
    expect(c1Disagreements(verifyC1Noble)).toEqual([]);
  });

  it('names the cases of a verifier that answers otherwise, so that the node does not join', () => {
    const lenient = { name: 'lenient', verify: () => true };
    expect(() => selfTestC1([lenient])).toThrow(/C1_SELF_TEST: lenient differs on: another message; /);
    const strictest = { name: 'strictest', verify: () => false };
    expect(() => selfTestC1([strictest])).toThrow('good, 0 bytes');
    expect(() => selfTestC1([], () => true)).toThrow(/key admission differs on: .*key = identity/);
  });

  it('has cases of both answers for admitted and for refused keys, or it would prove nothing', () => {
    const kinds = new Set(C1_CASES.map(({ admitted, accepted }) => `${admitted} ${accepted}`));
    expect([...kinds].sort()).toEqual(['false false', 'false true', 'true false', 'true true']);
  });

  it('refuses wrong lengths instead of throwing: peers choose them', async () => {
    const { publicKey, secretKey } = generateKeyPair(new Uint8Array(32));
    const message = Uint8Array.of(1);
    const signature = sodiumSign(message, secretKey);
    expect(sodiumVerify(signature, message, publicKey)).toBe(true);
    for (const { verify } of [await loadNativeSodium(), await loadWasmSodium()])
      for (const [s, k] of [
        [signature.subarray(1), publicKey],
        [new Uint8Array([...signature, 0]), publicKey],
        [signature, publicKey.subarray(1)],
        [signature, new Uint8Array([...publicKey, 0])],
        [new Uint8Array(0), new Uint8Array(0)]
      ] as const)
        expect(verify(s, message, k)).toBe(false);
  });

  it('signs what RFC 8032 §7.1 TEST 2 says, in both builds', async () => {
    const seed = bytes('4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb');
    for (const sodium of [await loadNativeSodium(), await loadWasmSodium()]) {
      const { publicKey, secretKey } = sodium.keyPairFromSeed(seed);
      expect(publicKey).toEqual(bytes('3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c'));
      expect(sodium.sign(Uint8Array.of(0x72), secretKey)).toEqual(
        bytes(
          '92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da' +
            '085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00'
        )
      );
    }
  });
});

describe('SHA-256 of node:crypto', () => {
  it('agrees with the pure one and returns plain bytes', () => {
    selfTestSha256();
    expect(Buffer.isBuffer(sha256Node(Uint8Array.of(1)))).toBe(false);
    expect(() => selfTestSha256((data) => sha256Node(data.subarray(1)))).toThrow('SHA256_SELF_TEST');
  });
});
