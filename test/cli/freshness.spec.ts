import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Hash } from '@lading/kernel';
import { encodeReceipt, sha256Noble } from '@lading/ledger';
import { epochsCase } from '../../libs/verifier/src/epochs.test-kit.js';
import { lading, type CliRun } from './runCli.js';

const { network, chain } = epochsCase();

describe('lading verify remembers', () => {
  let cwd: string;
  beforeEach(() => {
    cwd = mkdtempSync(join(tmpdir(), 'lading-cli-'));
    writeFileSync(join(cwd, 'genesis.json'), network.genesisBytes);
  });
  afterEach(() => rmSync(cwd, { recursive: true }));

  const verify = (at: number, from = chain, ...more: string[]): Promise<CliRun> => {
    writeFileSync(join(cwd, 'lot.proof'), encodeReceipt(from.receipt(1, 0, 0, at)));
    return lading(['verify', 'lot.proof', '--trust', 'genesis.json', ...more], { cwd, offline: true });
  };
  const memory = (): string => join(cwd, '.local/state/lading', readdirSync(join(cwd, '.local/state/lading'))[0] ?? '');

  it('the highest checkpoint of a network, in a file for its owner alone, and calls an older answer stale', async () => {
    expect((await verify(2)).stdout).toMatch(/^ as of: checkpoint of height 2, epoch 1, 2026-01-01 00:00$/m);
    expect((await verify(5)).stdout).toMatch(/newest checkpoint/);
    expect(statSync(memory()).mode & 0o777).toBe(0o600);
    const { code, stdout } = await verify(1);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^STALE {2}this machine has seen height 5: the proof is 4 blocks and 4 seconds older, 2 changes of the val/m);
    const told = JSON.parse((await verify(1, chain, '--json')).stdout) as { freshness: object };
    expect(told.freshness).toEqual({ status: 'stale', height: 5, heights: 4, epochs: 2, milliseconds: 4000 });
  });

  it('makes two certified checkpoints of one height a fraud proof beside the file, and answers 3', async () => {
    expect((await verify(3)).code).toBe(0);
    const other = epochsCase();
    other.chain.blocks[3] = { ...other.chain.at(3), treeRoot: sha256Noble(Uint8Array.of(9)) as Hash };
    const { code, stdout } = await verify(3, other.chain);
    expect(code).toBe(3);
    expect(stdout).toMatch(/^FORK {2}.*height 3; the proof of it: lot\.proof\.fraud-3\.proof$/m);
    const judged = await lading(['verify', 'lot.proof.fraud-3.proof', '--trust', 'genesis.json'], { cwd, offline: true });
    expect([judged.code, /signed two checkpoint statements about height 3/.test(judged.stdout)]).toEqual([0, true]);
    const again = await verify(3);
    expect([again.code, /FORK/.test(again.stdout)]).toEqual([0, false]);
  });

  it('the changes of validators, and refuses what replaced ones sign, with 3 and without keeping it', async () => {
    await verify(4);
    const before = readFileSync(memory(), 'utf8');
    const { code, stdout } = await verify(5, epochsCase('right', 'epochs', 4, 'never').chain);
    expect(code).toBe(3);
    expect(stdout).toMatch(/^SUPERSEDED {2}signed by validators that have been replaced: height 5 is of epoch 2, not 0$/m);
    expect(readFileSync(memory(), 'utf8')).toBe(before);
    expect((await verify(5)).code).toBe(0);
  });

  it('nothing of a proof that is false, and tells a damaged memory without changing it or the verdict', async () => {
    await verify(2);
    const before = readFileSync(memory(), 'utf8');
    const foreign = epochsCase('removed');
    expect((await verify(5, foreign.chain)).code).toBe(3);
    expect(readFileSync(memory(), 'utf8')).toBe(before);
    writeFileSync(memory(), before.slice(1));
    const { code, stdout } = await verify(5);
    expect([code, /freshness was not judged: .*it is damaged/.test(stdout)]).toEqual([0, true]);
    expect(readFileSync(memory(), 'utf8')).toBe(before.slice(1));
  });
});
