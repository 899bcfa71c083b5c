import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = process.cwd();
const FOLDER = join(root, 'libs/verifier/src');
const counted = execFileSync(process.execPath, [join(root, 'scripts/verifierSize.mjs'), '--files'], { encoding: 'utf8' });
const files = [...counted.matchAll(/^ *\d+ {2}(libs\/\S+)/gm)].map((found) => found[1] ?? '');
const guide = readFileSync(join(root, 'docs/developers/verifier.md'), 'utf8');

/** What is for nodes and clients alone. */
const ELSEWHERE =
  /\/(build\w+|\w+Writing|json\/\w+|jsonFields|stateTree|stateBucket\w*|contract|config(Change|Json|Rules|Evaluation))\.ts$/;

/** Sources of the verifier by name, without tests. */
const sources = readdirSync(FOLDER)
  .filter((name) => name.endsWith('.ts') && !/\.(spec|test-kit)\.ts$/.test(name))
  .map((name) => ({ name, text: readFileSync(join(FOLDER, name), 'utf8') }));

describe('somebody who reads the verifier', () => {
  it('reads no more than this, whole files: what grows beyond it belongs elsewhere', () => {
    const total = Number(/^ *(\d+) {2}lines of code/m.exec(counted)?.[1]);
    expect(total).toBeGreaterThan(1000);
    expect(total).toBeLessThanOrEqual(3800);
  });

  it('meets nothing that writes proofs or trees, executes, or reads the JSON that members send', () => {
    expect(files.length).toBeGreaterThan(40);
    expect(files.filter((file) => ELSEWHERE.test(file))).toEqual([]);
    expect([...new Set(files.map((file) => file.split('/')[1]))].sort()).toEqual(['kernel', 'ledger', 'verifier']);
  });

  it('finds every check of the specification beside its code, and in the guide', () => {
    const lines = [...readFileSync(join(root, 'spec/proofs.md'), 'utf8').matchAll(/\*\*([RSKFVW]\d+)\*\*/g)].map((found) => found[1] ?? '');
    expect(lines.length).toBeGreaterThan(25);
    const cited = sources.map(({ text }) => text.replace(/R8–R10/g, 'R8, R9, R10')).join('\n');
    expect(lines.filter((line) => !new RegExp(`(//|\\*).*\\b${line}\\b`).test(cited))).toEqual([]);
    expect(lines.filter((line) => !new RegExp(`\\b${line}\\b`).test(guide))).toEqual([]);
  });

  it('finds every file of the verifier in the guide', () => {
    expect(sources.map(({ name }) => name).filter((name) => name !== 'index.ts' && !guide.includes(`\`${name}\``))).toEqual([]);
  });
});
