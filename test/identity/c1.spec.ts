import { createPublicKey, verify as nodeVerify } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { toBase64Url } from '@lading/kernel';
import { C1_CASES, loadNativeSodium, loadWasmSodium } from '@lading/identity';
import { admitPublicKey } from '@lading/ledger';
import { buildC1Cases } from './c1Vectors.test-kit.js';
import { disagreementsPage } from './disagreementsPage.test-kit.js';
import { ED25519_FILES, ed25519Cases } from './ed25519Cases.test-kit.js';
import { describeVectors, readVectors } from './publicData.test-kit.js';

interface Labels {
  readonly testGroups: readonly { readonly tests: readonly { readonly tcId: number; readonly result: string }[] }[];
}

const PAGE = 'docs/developers/library-disagreements-sodium.md';

describe('the self-test cases of rule C1', () => {
  it('are what curve points and scalars give, so that no library decided the answers', () => {
    expect(C1_CASES).toEqual(buildC1Cases());
  });
});

describeVectors('public Ed25519 suites', ED25519_FILES, () => {
  const cases = ed25519Cases();

  for (const load of [loadNativeSodium, loadWasmSodium])
    it(`admission and libsodium (${load.name}) give the C1 answer in all 751 cases`, async () => {
      const { verify } = await load();
      const wrong = cases.filter(({ publicKey, message, signature, expected }) => {
        const admitted = admitPublicKey(publicKey);
        return admitted !== expected.key_admitted || (admitted && verify(signature, message, publicKey)) !== expected.c1;
      });
      expect(wrong.map(({ set, id }) => `${set} ${id}`)).toEqual([]);
      expect(cases.length).toBe(751);
      expect(cases.filter(({ expected }) => expected.c1).length).toBe(60);
    });

  it('the two builds of libsodium agree on every case, keys that C1 does not admit included', async () => {
    const [native, wasm] = [await loadNativeSodium(), await loadWasmSodium()];
    const wrong = cases.filter(
      ({ publicKey, message, signature }) =>
        native.verify(signature, message, publicKey) !== wasm.verify(signature, message, publicKey)
    );
    expect(wrong).toEqual([]);
  });

  it('C1 agrees with the labels of Wycheproof', () => {
    const labels = readVectors<Labels>('wycheproof/ed25519_test.json').testGroups.flatMap((group) => group.tests);
    const valid = new Set(labels.filter((test) => test.result === 'valid').map((test) => test.tcId));
    const wrong = cases.filter(({ set, id, expected }) => set.startsWith('wycheproof') && expected.c1 !== valid.has(id));
    expect(wrong.map(({ id }) => id)).toEqual([]);
  });

  it('node:crypto of this process answers as recorded for its version, which is why C1 does not use it', () => {
    const major = Number(process.versions.node.split('.')[0]);
    if (major !== 20 && major !== 22 && major !== 24 && major !== 26) return;
    const wrong = cases.filter(({ publicKey, message, signature, expected }) => {
      const accepted = acceptedByNode(publicKey, message, signature);
      return accepted !== expected[`node${major}`];
    });
    expect(wrong.map(({ set, id }) => `${set} ${id}`)).toEqual([]);
  });

  it(`${PAGE} lists every disagreement by case id (LADING_REWRITE=1 rewrites it)`, async () => {
    const page = disagreementsPage(cases, (await loadNativeSodium()).verify);
    if (process.env['LADING_REWRITE'] === '1') writeFileSync(PAGE, page);
    expect(readFileSync(PAGE, 'utf8')).toBe(page);
  });
});

function acceptedByNode(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean {
  try {
    const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: toBase64Url(publicKey) }, format: 'jwk' });
    return nodeVerify(null, message, key, signature);
  } catch {
    return false;
  }
}
