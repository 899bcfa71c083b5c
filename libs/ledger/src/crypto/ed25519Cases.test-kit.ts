import { asciiBytes, fromHex } from '@lading/kernel';
import { readData } from '../codec/publicData.test-kit.js';

/** One case of the public Ed25519 suites with the answers that were recorded for it. */
export interface Ed25519Case {
  readonly set: string;
  readonly id: number | string;
  readonly key: Uint8Array;
  readonly message: Uint8Array;
  readonly signature: Uint8Array;
  readonly expected: Recorded;
  /** Wycheproof's own answer. */
  readonly result: string | undefined;
}

export interface Recorded {
  readonly set: string;
  readonly id: number | string;
  readonly key_admitted: boolean;
  readonly c1: boolean;
  readonly node20: boolean;
  readonly node22: boolean;
  readonly node24: boolean;
  readonly node26: boolean;
}

export const ED25519_DATA = [
  'vectors/ed25519-cctv',
  'vectors/ed25519-speccheck',
  'vectors/ed25519-zip215',
  'vectors/wycheproof/ed25519_test.json',
  'vectors/derived/ed25519-acceptance.json'
];

/** Set, id, key, message, signature, and Wycheproof's result. */
type Raw = readonly [string, number | string, string, Uint8Array, string, string?];

const hex = (text: string): Uint8Array => {
  const bytes = fromHex(text);
  if (bytes === null) throw new Error(`not hex: ${text}`);
  return bytes;
};

interface Wycheproof {
  readonly testGroups: readonly {
    readonly publicKey: { readonly pk: string };
    readonly tests: readonly { tcId: number; msg: string; sig: string; result: string }[];
  }[];
}

function rawCases(): Raw[] {
  const cctv = readData<{ number: number; key: string; msg: string; sig: string }[]>(
    'vectors', 'ed25519-cctv', 'ed25519vectors.json'
  );
  const speccheck = readData<{ case: number; message: string; pub_key: string; signature: string }[]>(
    'vectors', 'ed25519-speccheck', 'cases.json'
  );
  const zip215 = readData<{ vk_bytes: string; sig_bytes: string }[]>('vectors', 'ed25519-zip215', 'zip215.json');
  const wycheproof = readData<Wycheproof>('vectors', 'wycheproof', 'ed25519_test.json');
  return [
    ...cctv.map((c): Raw => ['ed25519-cctv', c.number, c.key, asciiBytes(c.msg), c.sig]),
    ...speccheck.map((c): Raw => ['ed25519-speccheck', c.case, c.pub_key, hex(c.message), c.signature]),
    ...zip215.map(({ vk_bytes: key, sig_bytes: sig }): Raw => {
      return ['ed25519-zip215', key + sig, key, asciiBytes('Zcash'), sig];
    }),
    ...wycheproof.testGroups.flatMap((group) =>
      group.tests.map((c): Raw => {
        return ['wycheproof/ed25519_test', c.tcId, group.publicKey.pk, hex(c.msg), c.sig, c.result];
      })
    )
  ];
}

export function ed25519Cases(): Ed25519Case[] {
  const recorded = new Map<string, Recorded>();
  const file = readData<{ cases: Recorded[] }>('vectors', 'derived', 'ed25519-acceptance.json');
  for (const answer of file.cases) recorded.set(`${answer.set} ${answer.id}`, answer);
  return rawCases().map(([set, id, key, message, signature, result]) => {
    const expected = recorded.get(`${set} ${id}`);
    if (expected === undefined) throw new Error(`no recorded answer for ${set} ${id}`);
    return { set, id, key: hex(key), message, signature: hex(signature), expected, result };
  });
}
