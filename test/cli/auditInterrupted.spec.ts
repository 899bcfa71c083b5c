import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { withClient } from '@lading/storage';
import { ExecutedChain } from '../audit/executedChain.js';
import { Scribe } from '../audit/sampleLedger.js';
import { StoredLedger } from '../audit/storedLedger.js';
import { tamper } from '../fixtures/postgres.js';
import { testNetwork } from '../fixtures/testNetwork.js';
import { lading } from './runCli.js';
import { SignalledRun } from './signalled.js';

/** Findings are in the second and the last: between them a run can be interrupted. */
const BLOCKS = 30;
const EACH = 36;

describe('an audit that is interrupted', () => {
  let stored: StoredLedger;
  let folder: string;

  beforeAll(async () => {
    const network = testNetwork({ parameters: { window: 2 } });
    const { chain, genesis } = await ExecutedChain.begin(network);
    const scribe = new Scribe(network, () => chain.timestampMs);
    const blocks = [genesis, await chain.append([[0, scribe.enrol(0)]])];
    for (let n = 0; n < BLOCKS; n++) {
      blocks.push(await chain.append([[0, Array.from({ length: EACH }, (_, i) => scribe.event(0, 1 + n * EACH + i))]]));
    }
    const checkpoints = [{ checkpoint: chain.checkpoint(), treeRoot: chain.treeRoot }];
    stored = await StoredLedger.of({ network, blocks, checkpoints });
    folder = await mkdtemp(join(tmpdir(), 'lading-interrupted-'));
    await writeFile(join(folder, 'database.url'), stored.database.nodeUrl);
    await writeFile(join(folder, 'genesis.json'), network.genesisBytes);
  }, 240_000);
  afterAll(async () => {
    await stored.close();
    await rm(folder, { recursive: true, force: true });
  }, 60_000);

  const words = (...args: readonly string[]): string[] => ['audit', ...args, '--url-file', 'database.url', '--trust', 'genesis.json'];
  const partsOf = (text: string): string[] => text.split('\n').filter((line) => line.includes('"table"')).sort();

  /** Starts a command and interrupts it while its first read of outcomes waits for a lock that the test holds. */
  async function interruptedAtFirst(args: readonly string[]): ReturnType<typeof lading> {
    return withClient(stored.database.adminUrl, async (client) => {
      await client.query('BEGIN; LOCK TABLE ledger.outcome IN ACCESS EXCLUSIVE MODE');
      const run = new SignalledRun(args, { cwd: folder });
      let isOver = false;
      void run.ended.then(() => (isOver = true));
      for (;;) {
        await client.query('SELECT pg_stat_clear_snapshot()');
        const { rows } = await client.query(
          `SELECT 1 FROM pg_stat_activity
           WHERE application_name = 'lading-audit' AND datname = current_database() AND wait_event_type = 'Lock'`
        );
        if (rows.length > 0) break;
        if (isOver) throw new Error(`it ended too early: ${run.stdout}${run.stderr}`);
        await pause(5);
      }
      run.signal('SIGINT');
      await client.query('ROLLBACK');
      return run.ended;
    });
  }

  /** Starts a command and interrupts it when it has said something. */
  async function interruptedLater(args: readonly string[]): ReturnType<typeof lading> {
    const run = new SignalledRun(args, { cwd: folder });
    await run.hasSpoken;
    run.signal('SIGINT');
    return run.ended;
  }

  it('says where it stopped and how to go on, and its findings and its end are those of one that was not', async () => {
    const change = (height: number): string => `UPDATE ledger.outcome SET code = code || 'X' WHERE height = ${height}`;
    await tamper(stored.database.adminUrl, [change(2), change(BLOCKS)]);
    const whole = await lading(words('db', '--json'), { cwd: folder });
    expect([whole.code, partsOf(whole.stdout).length]).toEqual([3, 2 * EACH]);
    const first = await interruptedLater(words('db', '--json', '--resume', 'place'));
    expect([first.code, first.stdout.includes('"findings"')]).toEqual([130, false]);
    expect(first.stderr).toMatch(/^Stopped after height \d+; the same command goes on from here$/m);
    const height = Number(/after height (\d+)/.exec(first.stderr)?.[1]);
    expect(height).toBeLessThan(BLOCKS);
    const second = await lading(words('db', '--json', '--resume', 'place'), { cwd: folder });
    expect(second.code).toBe(3);
    expect(second.stderr).toContain(`Going on after height ${height}; ${EACH} findings were printed before`);
    expect(partsOf(first.stdout + second.stdout)).toEqual(partsOf(whole.stdout));
    const endOf = (text: string): object => {
      const last = JSON.parse(text.trim().split('\n').at(-1) ?? '{}') as Record<string, unknown>;
      const { seconds: _, perSecond: __, perCoreSecond: ___, ...rest } = last;
      return rest;
    };
    expect(endOf(second.stdout)).toEqual(endOf(whole.stdout));
    expect(await readdir(folder)).not.toContain('place');
  }, 240_000);

  it('is told what it has lost without --resume', async () => {
    const { code, stderr } = await interruptedAtFirst(words('db'));
    expect([code, stderr]).toEqual([130, expect.stringContaining('with --resume FILE it could go on later')]);
  }, 120_000);

  it('leaves an export that the same command finishes, with the bytes of one that was not interrupted', async () => {
    const first = await interruptedAtFirst(words('export', 'stopped'));
    expect([first.code, first.stderr]).toEqual([130, expect.stringMatching(/^Stopped after height \d+; the same command goes on/m)]);
    expect(await readdir(join(folder, 'stopped'))).toContain('blocks-000000000000.lbx.partial');
    const unfinished = await lading(['audit', 'db', '--dir', 'stopped', '--trust', 'genesis.json'], { cwd: folder });
    expect([unfinished.code, unfinished.stdout]).toEqual([3, expect.stringContaining('the export was never finished')]);
    expect((await lading(words('export', 'stopped'), { cwd: folder })).code).toBe(0);
    expect((await lading(words('export', 'whole'), { cwd: folder })).code).toBe(0);
    const files = await readdir(join(folder, 'whole'));
    expect(await readdir(join(folder, 'stopped'))).toEqual(files);
    for (const name of files) {
      expect((await readFile(join(folder, 'stopped', name))).equals(await readFile(join(folder, 'whole', name)))).toBe(true);
    }
  }, 240_000);
});
