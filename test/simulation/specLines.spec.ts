import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Every line of spec/consensus.md is a branch somewhere and a test somewhere, and every citation names a line. */
const root = process.cwd();
const files = (folder: string, keep: (name: string) => boolean): string[] =>
  readdirSync(join(root, folder)).filter((name) => name.endsWith('.ts') && keep(name)).map((name) => join(root, folder, name));

const spec = readFileSync(join(root, 'spec/consensus.md'), 'utf8');
const lines = [...spec.matchAll(/^- \*\*([A-Z]\d+) \[(now|later)\]\*\*/gm)].map(([, id, when]) => ({ id: id ?? '', when }));
const known = new Set(lines.map(({ id }) => id));
const letters = [...new Set([...known].map((id) => id.charAt(0)))].join('');
const CITATION = new RegExp(`\\b[${letters}]\\d\\b`, 'g');

/** Citations in comments of code; `rule C1` belongs to another page, and no line of this one starts with C. */
function citedInCode(): Map<string, string> {
  const cited = new Map<string, string>();
  for (const folder of ['libs/consensus/src', 'libs/simulator/src', 'libs/engine/src/driver', 'libs/engine/src/snapshot']) {
    for (const file of files(folder, (name) => !name.endsWith('.spec.ts') && !name.endsWith('.test-kit.ts'))) {
      for (const line of readFileSync(file, 'utf8').split('\n')) {
        const comment = /(?:\/\/|\/\*\*|^\s*\*)(.*)$/.exec(line)?.[1] ?? '';
        for (const [id] of comment.matchAll(CITATION)) cited.set(id, file);
      }
    }
  }
  return cited;
}

/** Citations in names and comments of tests. */
function citedInTests(): Map<string, string> {
  const cited = new Map<string, string>();
  const beside = files('libs/consensus/src', (name) => name.endsWith('.spec.ts'));
  const specs = [...beside, ...files('test/simulation', () => true), ...files('test/engine', (name) => name.endsWith('.spec.ts'))];
  for (const file of specs) {
    for (const line of readFileSync(file, 'utf8').split('\n')) {
      if (!/\b(?:it|describe)\b|\/\/|'[^']*:/.test(line)) continue;
      for (const [id] of line.matchAll(CITATION)) cited.set(id, file);
    }
  }
  return cited;
}

describe('spec/consensus.md', () => {
  it('names every line once', () => {
    expect(lines.length).toBeGreaterThan(45);
    expect(known.size).toBe(lines.length);
  });

  it('has no line of this version without a branch and a test', () => {
    const now = lines.filter(({ when }) => when === 'now').map(({ id }) => id);
    const code = citedInCode();
    const tests = citedInTests();
    expect(now.filter((id) => !code.has(id))).toEqual([]);
    expect(now.filter((id) => !tests.has(id))).toEqual([]);
  });

  it('is not cited by a name that it does not have', () => {
    const strangers = [...citedInCode(), ...citedInTests()].filter(([id]) => !known.has(id));
    expect(strangers).toEqual([]);
  });
});
