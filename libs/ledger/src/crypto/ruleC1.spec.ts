import { fromHex } from '@lading/kernel';
import { ed25519 } from '@noble/curves/ed25519.js';
import { describePublicSuite, readVectors } from '../codec/publicData.test-kit.js';
import { ED25519_DATA, ed25519Cases } from './ed25519Cases.test-kit.js';
import { admitPublicKey, verifyC1Noble } from './ruleC1.js';

interface Vector {
  readonly name: string;
  readonly publicKey: string;
  readonly message: string;
  readonly signature: string;
  readonly admitted: boolean;
  readonly accepted: boolean;
}

const hex = (text: string): Uint8Array => fromHex(text) as Uint8Array;

describe('rule C1', () => {
  it.each(readVectors<{ cases: Vector[] }>('ed25519-c1.json').cases)('answers as the vector says: $name', (vector) => {
    const key = hex(vector.publicKey);
    expect(admitPublicKey(key)).toBe(vector.admitted);
    expect(verifyC1Noble(hex(vector.signature), hex(vector.message), key)).toBe(vector.accepted);
  });

  it('accepts an ordinary signature and no other of its lengths, messages or keys', () => {
    const seed = new Uint8Array(32).fill(7);
    const key = ed25519.getPublicKey(seed);
    const message = Uint8Array.of(1, 2, 3);
    const signature = ed25519.sign(message, seed);
    expect(admitPublicKey(key)).toBe(true);
    expect(verifyC1Noble(signature, message, key)).toBe(true);
    expect(verifyC1Noble(signature, Uint8Array.of(1, 2), key)).toBe(false);
    expect(verifyC1Noble(signature.subarray(1), message, key)).toBe(false);
    expect(verifyC1Noble(new Uint8Array(65), message, key)).toBe(false);
    expect(verifyC1Noble(signature, message, key.subarray(1))).toBe(false);
    expect(admitPublicKey(key.subarray(1))).toBe(false);
  });
});

describePublicSuite('rule C1 on the public Ed25519 suites', ED25519_DATA, () => {
  const cases = ed25519Cases();

  it('answers all 751 cases as column c1 says, and admits the keys that it should', () => {
    expect(cases).toHaveLength(751);
    const wrong = cases.filter(({ key, message, signature, expected }) => {
      const admitted = admitPublicKey(key);
      const accepted = admitted && verifyC1Noble(signature, message, key);
      return admitted !== expected.key_admitted || accepted !== expected.c1;
    });
    expect(wrong.map(({ set, id }) => `${set} ${id}`)).toEqual([]);
  });

  it('agrees with every answer of Wycheproof', () => {
    const own = cases.filter(({ result }) => result !== undefined);
    expect(own).toHaveLength(98);
    expect(own.filter(({ result, expected }) => (result === 'valid') !== expected.c1)).toEqual([]);
  });
});
