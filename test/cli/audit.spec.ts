import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sampleLedger, type SampleLedger } from '../audit/sampleLedger.js';
import { StoredLedger } from '../audit/storedLedger.js';
import { tamper } from '../fixtures/postgres.js';
import { lading, type CliRun } from './runCli.js';

describe('lading audit', () => {
  let ledger: SampleLedger;
  let stored: StoredLedger;
  let folder: string;

  beforeAll(async () => {
    ledger = await sampleLedger();
    stored = await StoredLedger.of(ledger);
    folder = await mkdtemp(join(tmpdir(), 'lading-audit-'));
    await writeFile(join(folder, 'database.url'), stored.database.nodeUrl);
    await writeFile(join(folder, 'genesis.json'), ledger.network.genesisBytes);
  }, 120_000);
  afterAll(async () => {
    await stored.close();
    await rm(folder, { recursive: true, force: true });
  }, 60_000);

  const audit = (...args: readonly string[]): Promise<CliRun> => lading(['audit', ...args, '--trust', 'genesis.json'], { cwd: folder });
  const database = ['--url-file', 'database.url'] as const;

  it('derives a database again, says how fast, and leaves nothing of --resume behind when it is done', async () => {
    const { code, stdout } = await audit('db', ...database, '--json', '--resume', 'place');
    expect(code).toBe(0);
    const transactions = ledger.blocks.reduce((sum, { outcomes }) => sum + outcomes.length, 0);
    expect(JSON.parse(stdout)).toMatchObject({ height: ledger.blocks.length - 1, transactions, findings: 0 });
    expect(await readdir(folder)).not.toContain('place');
  }, 60_000);

  it('exports a database, and derives the export again with the network unplugged', async () => {
    const { code, stdout } = await audit('export', 'ledger', ...database);
    expect([code, stdout]).toEqual([0, expect.stringContaining(`${ledger.blocks.length} blocks`)]);
    const again = await lading(['audit', 'db', '--dir', 'ledger', '--trust', 'genesis.json'], { cwd: folder, offline: true });
    expect([again.code, again.stdout]).toEqual([0, expect.stringContaining('every row agrees')]);
    const path = join(folder, 'ledger', 'blocks-000000000000.lbx');
    const whole = await readFile(path);
    await writeFile(path, whole.map((byte, i) => (i === 3000 ? byte ^ 4 : byte)));
    const damaged = await audit('db', '--dir', 'ledger');
    expect([damaged.code, damaged.stdout]).toEqual([3, expect.stringContaining('✘ file blocks-000000000000.lbx: sha256')]);
    await writeFile(path, whole);
  }, 90_000);

  it('lists at most as many findings as asked for, and counts the others', async () => {
    const change = (by: string): Promise<void> => tamper(stored.database.adminUrl, [`UPDATE ledger.outcome SET code = code || ${by}`]);
    await change(`'X'`);
    const { code, stdout, stderr } = await audit('db', ...database, '--most', '2');
    expect(code).toBe(3);
    expect(stdout.match(/^✘ outcome /gm)).toHaveLength(2);
    expect(stdout).toMatch(/: \d\d+ findings\n$/);
    expect(stderr).toContain('Only 2 findings are listed');
    await tamper(stored.database.adminUrl, [`UPDATE ledger.outcome SET code = left(code, length(code) - 1)`]);
    expect((await audit('db', ...database)).code).toBe(0);
  }, 90_000);

  it('tells what it cannot check from what is wrong', async () => {
    await writeFile(join(folder, 'place'), 'something else');
    const unusable = await audit('db', ...database, '--resume', 'place');
    expect([unusable.code, unusable.stderr]).toEqual([1, expect.stringContaining('AUDIT_SAVED_UNUSABLE')]);
    const none = await audit('db', '--dir', '.');
    expect([none.code, none.stderr]).toEqual([1, expect.stringContaining('EXPORT_UNUSABLE')]);
    expect((await audit('db', ...database, '--rebuild')).code).toBe(2);
    expect((await audit('db', '--dir', 'ledger', '--projections')).code).toBe(2);
    const one = await lading(['audit', 'compare', 'http://127.0.0.1:1'], { cwd: folder });
    expect([one.code, one.stderr]).toEqual([2, expect.stringContaining('Two nodes at least')]);
  }, 90_000);
});
