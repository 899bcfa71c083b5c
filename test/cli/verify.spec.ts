import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encodeReceipt } from '@lading/ledger';
import { APPLIED, TestChain } from '../fixtures/testChain.js';
import { signTransaction, testNetwork } from '../fixtures/testNetwork.js';
import { lading, type CliRun } from './runCli.js';

const network = testNetwork({ seed: 'cli' });
const EVENT = {
  type: 'ObjectEvent',
  eventID: 'urn:uuid:00000000-0000-4000-8000-000000000001',
  eventTime: '2026-01-01T10:00:00Z',
  eventTimeZoneOffset: '+00:00',
  action: 'OBSERVE',
  bizStep: 'shipping',
  epcList: ['https://id.gs1.org/01/09520001000010/21/BAG-7'],
  destinationList: [
    { type: 'possessing_party', destination: `https://id.gs1.org/417/${network.organization(2).config.gln}` }
  ]
};
const REJECTED = { status: 'REJECTED', code: 'NOT_HOLDER', detail: [[0, 'NOT_HOLDER']] } as const;

/** A chain whose block 1 holds an applied, a rejected and a hostile capture. */
function receipts(): { readonly applied: string; readonly rejected: string; readonly hostile: string } {
  const chain = new TestChain(network);
  const key = network.organization(0).memberKey('anna');
  const hostile = { ...EVENT, epcList: ['urn:x:\u001b[2J\u001b[HVERIFIED\u0007\u202e'] };
  const sign = (payload: unknown, jti: string) =>
    signTransaction(network, key, { op: 'epcis.capture', payload, jti });
  chain.append([
    {
      lane: 0,
      transactions: [
        [sign(EVENT, 'a'), APPLIED],
        [sign(EVENT, 'b'), REJECTED],
        [sign(hostile, 'c'), APPLIED]
      ]
    }
  ]);
  const [applied, rejected, third] = [0, 1, 2].map((index) => encodeReceipt(chain.receipt(1, 0, index, 1)));
  return { applied: applied ?? '', rejected: rejected ?? '', hostile: third ?? '' };
}

const { applied, rejected, hostile } = receipts();
let cwd: string;
beforeAll(() => {
  cwd = mkdtempSync(join(tmpdir(), 'lading-cli-'));
  writeFileSync(join(cwd, 'genesis.json'), network.genesisBytes);
  writeFileSync(join(cwd, 'other.json'), testNetwork({ seed: 'other' }).genesisBytes);
});
afterAll(() => rmSync(cwd, { recursive: true }));

const verify = (file: string | Uint8Array, ...args: string[]): Promise<CliRun> => {
  writeFileSync(join(cwd, 'lot.proof'), file);
  return lading(['verify', 'lot.proof', '--trust', 'genesis.json', ...args], { cwd, offline: true });
};

describe('lading verify', () => {
  it('says what is proven, every check, and what is not checked, without any network', async () => {
    const { code, stdout, stderr } = await verify(applied);
    expect([code, stderr]).toEqual([0, '']);
    const lines = stdout.trimEnd().split('\n');
    expect(lines[0]).toMatch(
      /^lot\.proof {3}Organization finca-alta shipped BAG-7 to Organization nordic-roast, 2026-01-01 10:00/
    );
    expect(lines.filter((line) => line.startsWith(' ✔ '))).toHaveLength(10);
    expect(lines.filter((line) => line.startsWith(' – not checked: ')).length).toBeGreaterThanOrEqual(4);
    expect(lines.at(-1)).toBe('VERIFIED offline, no server was contacted');
  });

  it('of a refused transaction is a true proof of the refusal, and says REJECTED with the code', async () => {
    const { code, stdout } = await verify(rejected);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^REJECTED NOT_HOLDER /m);
    expect(stdout).toMatch(/VERIFIED offline/);
  });

  it('answers 3 for a flipped bit, wherever it is', async () => {
    const bytes = new TextEncoder().encode(applied);
    const places = Array.from({ length: 14 }, (_, i) => Math.floor(((i + 0.5) * bytes.length) / 14));
    for (const place of places) {
      const flipped = Uint8Array.from(bytes, (byte, i) => (i === place ? byte ^ 1 : byte));
      const { code, stdout } = await verify(flipped);
      expect({ place, code }).toEqual({ place, code: 3 });
      expect(stdout).not.toMatch(/^VERIFIED/m);
      expect(stdout).toMatch(/^FALSE.*do not rely on this file$/m);
    }
  }, 60_000);

  it('answers 3 against the genesis of another network', async () => {
    writeFileSync(join(cwd, 'lot.proof'), applied);
    const { code, stdout } = await lading(['verify', 'lot.proof', '--trust', 'other.json'], { cwd, offline: true });
    expect([code, /^FALSE/m.test(stdout)]).toEqual([3, true]);
  });

  it.each([
    ['garbage', 'not a proof at all'],
    ['an empty file', ''],
    ['some other JSON', '{"hello":"world"}'],
    ['bytes', Uint8Array.from({ length: 999 }, (_, i) => i & 255)]
  ])('answers 1 for %s: could not check is not false', async (_, file) => {
    const { code, stdout, stderr } = await verify(file);
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(/✖ Could not check lot\.proof/);
    expect(stderr).toMatch(/^ {2}next/m);
  });

  it('answers 1 when the trust anchor is no genesis, or a file is missing', async () => {
    expect((await lading(['verify', 'lot.proof', '--trust', 'lot.proof'], { cwd })).code).toBe(1);
    expect((await lading(['verify', 'none.proof', '--trust', 'genesis.json'], { cwd })).code).toBe(1);
    expect((await lading(['verify', 'lot.proof'], { cwd })).code).toBe(1);
  });

  it('reads stdin, and forgives the line break that a shell adds', async () => {
    const { code } = await lading(['verify', '-', '--trust', 'genesis.json'], {
      cwd,
      stdin: `${applied}\n`,
      offline: true
    });
    expect(code).toBe(0);
  });

  it('shows hostile content as text: it cannot clear the screen or write a verdict of its own', async () => {
    const { code, stdout } = await verify(hostile);
    expect(code).toBe(0);
    expect(stdout).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u202e]/);
    expect(stdout).toContain('\\u001b[2J');
  });

  it('tells programs the same as people', async () => {
    const { code, stdout } = await verify(applied, '--json');
    const report = JSON.parse(stdout) as {
      verdict: string;
      checks: unknown[];
      facts: { height: number; transaction: { jti: string } };
    };
    expect(code).toBe(0);
    expect(report).toMatchObject({
      verdict: 'VERIFIED',
      proven: true,
      facts: { height: 1, transaction: { jti: 'a', member: 'anna' } }
    });
    expect(report.checks).toHaveLength(10);
  });

  it('explains each check when asked', async () => {
    const [plain, explained] = [await verify(applied), await verify(applied, '--explain')];
    expect(explained.stdout.split('\n').length).toBe(plain.stdout.split('\n').length + 10);
  });
});
