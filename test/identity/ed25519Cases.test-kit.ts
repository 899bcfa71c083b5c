import { asciiBytes, fromHex } from '@lading/kernel';
import { readVectors } from './publicData.test-kit.js';

/** The public Ed25519 cases with the answers that were computed for them. */
export interface Ed25519Case {
  readonly set: string;
  /** As the set numbers it; the position for the set whose cases have no number. */
  readonly id: number;
  readonly publicKey: Uint8Array;
  readonly message: Uint8Array;
  readonly signature: Uint8Array;
  readonly expected: DerivedCase;
}

export interface DerivedCase {
  readonly set: string;
  readonly id: number | string;
  readonly key_admitted: boolean;
  readonly c1: boolean;
  readonly node20: boolean;
  readonly node22: boolean;
  readonly node24: boolean;
  readonly node26: boolean;
  readonly noble_zip215: boolean;
  readonly noble_strict: boolean;
}

export const ED25519_FILES = [
  'derived/ed25519-acceptance.json',
  'ed25519-cctv/ed25519vectors.json',
  'ed25519-speccheck/cases.json',
  'ed25519-zip215/zip215.json',
  'wycheproof/ed25519_test.json'
];

type Raw = Readonly<Record<string, string>>;
interface Wycheproof {
  readonly testGroups: readonly {
    readonly publicKey: { readonly pk: string };
    readonly tests: readonly { readonly tcId: number; readonly msg: string; readonly sig: string; readonly result: string }[];
  }[];
}

const hex = (text: string | undefined): Uint8Array => {
  const bytes = fromHex(text ?? '?');
  if (bytes === null) throw new Error(`not hex: ${text}`);
  return bytes;
};

export function ed25519Cases(): readonly Ed25519Case[] {
  const derived = readVectors<{ readonly cases: readonly DerivedCase[] }>('derived/ed25519-acceptance.json').cases;
  const answers = new Map(derived.map((answer) => [`${answer.set} ${answer.id}`, answer]));
  const cases: Ed25519Case[] = [];
  const add = (set: string, key: number | string, id: number, parts: readonly Uint8Array[]): void => {
    const expected = answers.get(`${set} ${key}`);
    if (expected === undefined) throw new Error(`no answer for ${set} ${key}`);
    const [publicKey, message, signature] = parts as [Uint8Array, Uint8Array, Uint8Array];
    cases.push({ set, id, publicKey, message, signature, expected });
  };
  for (const raw of readVectors<readonly Raw[]>('ed25519-cctv/ed25519vectors.json'))
    add('ed25519-cctv', Number(raw['number']), Number(raw['number']),
      [hex(raw['key']), asciiBytes(raw['msg'] ?? ''), hex(raw['sig'])]);
  for (const raw of readVectors<readonly Raw[]>('ed25519-speccheck/cases.json'))
    add('ed25519-speccheck', Number(raw['case']), Number(raw['case']),
      [hex(raw['pub_key']), hex(raw['message']), hex(raw['signature'])]);
  for (const [index, raw] of readVectors<readonly Raw[]>('ed25519-zip215/zip215.json').entries())
    add('ed25519-zip215', `${raw['vk_bytes']}${raw['sig_bytes']}`, index,
      [hex(raw['vk_bytes']), asciiBytes('Zcash'), hex(raw['sig_bytes'])]);
  for (const group of readVectors<Wycheproof>('wycheproof/ed25519_test.json').testGroups)
    for (const test of group.tests)
      add('wycheproof/ed25519_test', test.tcId, test.tcId, [hex(group.publicKey.pk), hex(test.msg), hex(test.sig)]);
  if (cases.length !== derived.length) throw new Error(`${derived.length} answers for ${cases.length} cases`);
  return cases;
}
