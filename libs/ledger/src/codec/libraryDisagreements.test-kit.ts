import { readdirSync, readFileSync } from 'node:fs';
import { fromHex } from '@lading/kernel';
import { ed25519 } from '@noble/curves/ed25519.js';
import { decode } from 'cborg';
import { ed25519Cases, type Ed25519Case } from '../crypto/ed25519Cases.test-kit.js';
import { scanJson } from '../json/scanJson.js';
import { dataPath, readVectors } from './publicData.test-kit.js';

/** Builds docs/developers/library-disagreements.md from what the libraries answer here. */

interface Row {
  readonly library: string;
  readonly suite: string;
  readonly total: number;
  readonly accepts: readonly string[];
  readonly refuses: readonly string[];
}

/** 1, 2, 3, 7 → "1–3, 7"; names stay as they are. */
function ranges(ids: readonly string[]): string {
  const parts: string[] = [];
  for (let i = 0; i < ids.length; i++) {
    const first = ids[i] as string;
    let last = first;
    while (/^\d+$/.test(last) && ids[i + 1] === String(Number(last) + 1)) last = ids[++i] as string;
    parts.push(first === last ? first : `${first}–${last}`);
  }
  return parts.length === 0 ? '–' : parts.join(', ');
}

interface Answered {
  readonly id: string;
  readonly expected: boolean;
  readonly actual: boolean;
}

function row(library: string, suite: string, cases: readonly Answered[]): Row {
  const accepts = cases.filter(({ expected, actual }) => actual && !expected).map(({ id }) => id);
  const refuses = cases.filter(({ expected, actual }) => !actual && expected).map(({ id }) => id);
  return { library, suite, total: cases.length, accepts, refuses };
}

const attempt = (act: () => unknown): boolean => {
  try {
    return act() !== false;
  } catch {
    return false;
  }
};

function ed25519Rows(): Row[] {
  const cases = ed25519Cases();
  const sets = [...new Set(cases.map(({ set }) => set))];
  const bySet = sets.map((set) => [set, cases.filter((c) => c.set === set)] as const);
  const noble = (c: Ed25519Case, zip215: boolean): boolean =>
    attempt(() => ed25519.verify(c.signature, c.message, c.key, { zip215 }));
  const libraries: readonly (readonly [string, (c: Ed25519Case) => boolean])[] = [
    ['@noble/curves, default (ZIP 215)', (c) => noble(c, true)],
    ['@noble/curves, `zip215: false`', (c) => noble(c, false)],
    ['node:crypto of Node 20 (as recorded)', (c) => c.expected.node20],
    ['node:crypto of Node 22 (as recorded)', (c) => c.expected.node22],
    ['node:crypto of Node 24 (as recorded)', (c) => c.expected.node24],
    ['node:crypto of Node 26 (as recorded)', (c) => c.expected.node26]
  ];
  return libraries.flatMap(([library, verify]) =>
    bySet.map(([set, own]) => {
      // Cases of the ZIP 215 set have no number: their position in the file stands for it.
      const id = (c: Ed25519Case, i: number): string => (typeof c.id === 'number' ? String(c.id) : String(i));
      return row(library, set, own.map((c, i) => ({ id: id(c, i), expected: c.expected.c1, actual: verify(c) })));
    })
  );
}

function jsonRows(): Row[] {
  const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  return ['test_parsing', 'test_transform'].flatMap((suite) => {
    const folder = dataPath('vectors', 'json-testsuite', suite);
    const texts = readdirSync(folder).sort().map((file) => ({ file, bytes: readFileSync(`${folder}/${file}`) }));
    return (['rfc8259', 'ledger'] as const).map((profile) =>
      row(
        `JSON.parse after a fatal UTF-8 decoder, against the profile \`${profile}\``,
        suite,
        texts.map(({ file, bytes }) => {
          const expected = scanJson(Uint8Array.from(bytes), { profile }).ok;
          const actual = attempt(() => void JSON.parse(utf8.decode(bytes)));
          return { id: file.replace(/\.json$/, ''), expected, actual };
        })
      )
    );
  });
}

function cborRow(): Row {
  const { valid, invalid } = readVectors<{ valid: { hex: string }[]; invalid: { hex: string }[] }>('cbor.json');
  const accepts = (text: string): boolean => {
    const options = { strict: true, allowIndefinite: false, allowUndefined: false, allowBigInt: false };
    return attempt(() => void decode(fromHex(text) as Uint8Array, options));
  };
  return row('cborg, `strict: true`, no indefinite lengths, undefined or big integers', 'spec/vectors/cbor.json', [
    ...valid.map(({ hex }) => ({ id: `\`${hex}\``, expected: true, actual: accepts(hex) })),
    ...invalid.map(({ hex }) => ({ id: `\`${hex === '' ? 'no bytes' : hex}\``, expected: false, actual: accepts(hex) }))
  ]);
}

const HEAD = `# Where libraries disagree with the protocol

Every case of the public suites in which a library gives another answer than the rules in spec/encoding.md. This is
why nodes decide with rule C1, the strict scanner and the re-encoding CBOR decoder, and with nothing else. The table is
measured: a test compares it with what the libraries answer and fails when either changes. To write it anew, run that
test with \`LADING_WRITE_TABLES=1\`.

- Ed25519: the expected answer is rule C1 with admission; ids are the suites' own, and positions in the file for
  \`ed25519-zip215\`.
- "Accepts" lists what the library accepts and the protocol refuses, "refuses" the opposite.

| Library | Suite | Cases | Accepts | Refuses |
|---|---|---|---|---|
`;

export function libraryTable(): string {
  const lines = [...ed25519Rows(), ...jsonRows(), cborRow()].map(({ library, suite, total, accepts, refuses }) => {
    const counted = (ids: readonly string[]): string => (ids.length === 0 ? '–' : `${ids.length}: ${ranges(ids)}`);
    return `| ${library} | ${suite} | ${total} | ${counted(accepts)} | ${counted(refuses)} |\n`;
  });
  return HEAD + lines.join('');
}
