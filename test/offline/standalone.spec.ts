import { createHash } from 'node:crypto';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { join } from 'node:path';
import { judgeFile, reportJson } from '../../apps/cli/src/verify/judge.js';
import { figure } from '../e2e/figures.js';
import { sampleProofs, type SampleProof } from '../proofs/sampleProofs.js';
import { buildVerify, canUnshare, runNode, type ProcessEnd } from './bundles.js';

const PROGRAM = 'lading-verify.mjs';

describe('lading-verify.mjs, alone in a folder', () => {
  let folder: string;
  let proofs: readonly SampleProof[];
  beforeAll(async () => {
    folder = buildVerify();
    proofs = await sampleProofs();
  }, 60_000);
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const judge = (text: string | Uint8Array, genesis: Uint8Array, ...more: string[]): Promise<ProcessEnd> => {
    writeFileSync(join(folder, 'a.proof'), text);
    writeFileSync(join(folder, 'genesis.json'), genesis);
    return runNode(folder, [PROGRAM, 'a.proof', '--trust', 'genesis.json', ...more], canUnshare);
  };

  it('imports nothing but three modules of Node, none of which can reach a network, and has the hash beside it', () => {
    const text = readFileSync(join(folder, PROGRAM), 'utf8');
    const imported = [...text.matchAll(/^\s*(?:import|export)\b[^;]*?from\s*["']([^"']+)["']/gm)].map((match) => match[1]);
    expect([...new Set(imported)].sort()).toEqual(['node:fs', 'node:path', 'node:util']);
    expect(text).not.toMatch(/\bimport\(|\brequire\(|getBuiltinModule|\bfetch\(|XMLHttpRequest|WebSocket\(/);
    expect(builtinModules).toContain('net');
    const hash = createHash('sha256').update(text).digest('hex');
    expect(readFileSync(join(folder, `${PROGRAM}.sha256`), 'utf8')).toBe(`${hash}  ${PROGRAM}\n`);
    figure('size of lading-verify.mjs', text.length / 1024, 'KiB', { atMost: 512 });
  });

  it('answers every kind of proof as the library does, without a network, and 3 for another genesis or a changed file', async () => {
    let slowest = 0;
    for (const { kind, text, genesis, key } of proofs) {
      const more = key === undefined ? [] : ['--key', key];
      const started = performance.now();
      const { code, stdout, stderr } = await judge(text, genesis, '--json', ...more);
      slowest = Math.max(slowest, performance.now() - started);
      expect([kind, code, stderr]).toEqual([kind, 0, '']);
      const own = reportJson(judgeFile(Buffer.from(text), genesis, { key: key ?? null }), 'a.proof', 'genesis.json');
      expect(JSON.parse(stdout)).toEqual({ ...(JSON.parse(JSON.stringify(own)) as object), freshness: null });
      const flipped = Uint8Array.from(Buffer.from(text), (byte, i) => (i === Math.floor(text.length / 2) ? byte ^ 1 : byte));
      const changed = await judge(flipped, genesis, ...more);
      expect([kind, changed.code, /^FALSE/m.test(changed.stdout)]).toEqual([kind, 3, true]);
    }
    figure('kinds of proof verified unplugged', canUnshare ? proofs.length : 0, 'files', { atLeast: 10 });
    figure('slowest verification, with the start of Node', slowest, 'ms', { atMost: 5000 });
    const [first] = proofs;
    const foreign = proofs.find(({ genesis }) => Buffer.compare(genesis, first?.genesis ?? genesis) !== 0);
    const wrong = await judge(first?.text ?? '', foreign?.genesis ?? new Uint8Array(0));
    expect([wrong.code, /^FALSE/m.test(wrong.stdout)]).toEqual([3, true]);
  }, 240_000);

  it('answers 1 where nothing could be checked, 2 for a wrong command line, and reads stdin', async () => {
    const [{ text, genesis }] = proofs as [SampleProof];
    expect((await judge('nothing', genesis)).code).toBe(1);
    expect((await judge(text, Buffer.from('{}'))).code).toBe(1);
    const missing = await runNode(folder, [PROGRAM, 'none.proof', '--trust', 'genesis.json'], canUnshare);
    expect([missing.code, missing.stdout]).toEqual([1, '']);
    const wrong = [[], ['a.proof'], ['a.proof', '--trust'], ['a.proof', 'b', '--trust', 'g'], ['a', '--trust', 'g', '--witness', 'x']];
    for (const args of wrong) {
      expect((await runNode(folder, [PROGRAM, ...args], canUnshare)).code).toBe(2);
    }
    writeFileSync(join(folder, 'genesis.json'), genesis);
    const { code, stdout } = await runNode(folder, [PROGRAM, '-', '--trust', 'genesis.json'], canUnshare, `${text}\n`);
    expect([code, stdout.trimEnd().endsWith('VERIFIED offline, no server was contacted')]).toEqual([0, true]);
    expect((await runNode(folder, [PROGRAM, '--help'], canUnshare)).code).toBe(0);
  }, 60_000);

  const suite = canUnshare ? it : it.skip;
  suite('runs where no network is there at all (skipped where unshare -n is not permitted)', async () => {
    const way = "import net from 'node:net';\nnet.connect(9, '127.0.0.1').on('error', (e) => console.log(e.code));\n";
    writeFileSync(join(folder, 'way.mjs'), way);
    expect((await runNode(folder, ['way.mjs'], true)).stdout.trim()).toMatch(/^ENETUNREACH$|^EADDRNOTAVAIL$/);
  });
});
