import type { VerifySignature } from '@lading/kernel';
import type { Ed25519Case } from './ed25519Cases.test-kit.js';

/** Writes docs/developers/library-disagreements-sodium.md from the public cases. */

type Library = readonly [name: string, accepts: (test: Ed25519Case) => boolean];

const LIBRARIES = (sodium: VerifySignature): readonly Library[] => [
  ['libsodium 1.0.22 without admission', (test) => sodium(test.signature, test.message, test.publicKey)],
  ['node:crypto, Node 20.20.2', (test) => test.expected.node20],
  ['node:crypto, Node 22.23.3', (test) => test.expected.node22],
  ['node:crypto, Node 24.21.0', (test) => test.expected.node24],
  ['node:crypto, Node 26.10.0', (test) => test.expected.node26],
  ['@noble/curves 2.4.0, default (ZIP 215)', (test) => test.expected.noble_zip215],
  ['@noble/curves 2.4.0, zip215: false', (test) => test.expected.noble_strict]
];

const HEAD = `# Ed25519: where libraries disagree with rule C1

Rule C1 (spec/encoding.md) is: the key is admitted (canonical, not small-order, torsion-free), then libsodium's
\`crypto_sign_verify_detached\` accepts. This page lists, by case id, every public case that a library on its own
answers otherwise: the reason why nothing that consensus decides may use another verifier. \`sodium-native\` and
\`libsodium-wrappers\` with admission disagree with C1 on none of the 751 cases.

The cases are those of C2SP/CCTV (\`ed25519-cctv\`, id = number), novifinancial/ed25519-speccheck (id = case),
the ZIP 215 vectors of noble-curves (id = position from 0) and C2SP/wycheproof (id = tcId). A test writes this page
and compares it.
`;

/** Ascending ids as "1, 4–7, 9". */
function ranges(ids: readonly number[]): string {
  const parts: string[] = [];
  for (let i = 0; i < ids.length; ) {
    let j = i;
    while (j + 1 < ids.length && ids[j + 1] === (ids[j] as number) + 1) j++;
    parts.push(j === i ? `${ids[i]}` : `${ids[i]}–${ids[j]}`);
    i = j + 1;
  }
  return parts.length === 0 ? 'none' : parts.join(', ');
}

export function disagreementsPage(cases: readonly Ed25519Case[], sodium: VerifySignature): string {
  const sets = [...new Set(cases.map(({ set }) => set))];
  let page = HEAD;
  for (const [name, accepts] of LIBRARIES(sodium)) {
    const lenient = cases.filter((test) => accepts(test) && !test.expected.c1);
    const strict = cases.filter((test) => !accepts(test) && test.expected.c1);
    page += `\n## ${name}\n\n${lenient.length} accepted that C1 refuses, ${strict.length} refused that C1 accepts.\n\n`;
    page += '| Set | Accepts, C1 refuses | Refuses, C1 accepts |\n|---|---|---|\n';
    for (const set of sets) {
      const ids = (list: readonly Ed25519Case[]): string =>
        ranges(list.filter((test) => test.set === set).map(({ id }) => id).sort((a, b) => a - b));
      page += `| ${set} | ${ids(lenient)} | ${ids(strict)} |\n`;
    }
  }
  return page;
}
