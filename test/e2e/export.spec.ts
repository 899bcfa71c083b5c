import { cp, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadStory } from '../../apps/node/src/dev/storyLoader.js';
import { lading, type CliRun } from '../cli/runCli.js';
import { SignalledRun } from '../cli/signalled.js';
import { testNetwork } from '../fixtures/testNetwork.js';
import { buildVerify, runNode } from '../offline/bundles.js';
import { bearer, call, eventually, statusOf } from './http.js';
import { startNetwork, type RunningNetwork } from './network.js';

describe('what an auditor without a database takes from a node', () => {
  let running: RunningNetwork;
  let cwd: string;
  let url: string;
  let profile: string;
  beforeAll(async () => {
    running = await startNetwork('open');
    const { layout, genesis } = running.network;
    cwd = await mkdtemp(join(tmpdir(), 'lading-export-'));
    url = layout.nodes[0]?.url ?? '';
    profile = layout.nodes[0]?.directory ?? '';
    await cp(layout.genesisFile, join(cwd, 'genesis.json'));
    await loadStory(layout, genesis, () => undefined);
    await eventually('all is certified', 30_000, async () => {
      const { height, certifiedHeight } = await statusOf(url);
      return height > 0 && certifiedHeight === height;
    });
  }, 240_000);
  afterAll(async () => {
    await running.stop();
    await rm(cwd, { recursive: true, force: true });
  }, 60_000);

  const audit = (...args: readonly string[]): Promise<CliRun> => lading(['audit', ...args, '--trust', 'genesis.json'], { cwd });

  it('the ledger, page by page: killed in the middle it goes on, and its audit needs nothing but the folder', async () => {
    const words = ['export', '--url', url, '--to', 'ledger', '--profile', profile];
    const killed = new SignalledRun(['audit', ...words, '--trust', 'genesis.json'], { cwd });
    await eventually('the folder is there', 30_000, async () => (await readdir(join(cwd, 'ledger')).catch(() => [])).length > 0);
    killed.signal('SIGKILL');
    await killed.ended;
    const again = await audit(...words);
    expect([again.code, again.stderr]).toEqual([0, expect.any(String)]);
    const { height } = await statusOf(url);
    const derived = await lading(['audit', 'db', '--dir', 'ledger', '--trust', 'genesis.json', '--json'], { cwd, offline: true });
    expect([derived.code, JSON.parse(derived.stdout)]).toMatchObject([0, { height, findings: 0 }]);
    const asked = await audit('db', '--url', url, '--profile', profile, '--json');
    expect([asked.code, JSON.parse(asked.stdout)]).toMatchObject([0, { height, findings: 0 }]);
  }, 120_000);

  it('nothing without the role, from no height, and no ledger of another network', async () => {
    const page = `${url}/v1/audit/export/blocks?from=`;
    expect((await call(`${page}1`)).status).toBe(401);
    const token = bearer(running.clerks[0] as never);
    expect((await call(`${page}x`, { headers: token })).json).toMatchObject({ status: 400, code: 'PARAMETER_INVALID' });
    const beyond = await call(`${page}1000000`, { headers: token });
    expect([beyond.status, beyond.text]).toEqual([200, '']);
    await writeFile(join(cwd, 'other.json'), testNetwork().genesisBytes);
    const args = ['audit', 'export', '--url', url, '--to', 'nothing', '--profile', profile, '--trust', 'other.json'];
    const refused = await lading(args, { cwd });
    expect([refused.code, refused.stderr]).toEqual([1, expect.stringContaining('CHAIN_MISMATCH')]);
    expect(await readdir(cwd)).not.toContain('nothing');
  }, 60_000);

  it('one item: its story, receipts and history in a folder that two programs judge offline', async () => {
    const made = await lading(['audit', 'export', '--item', 'LOT-7F3', '--to', 'bundle', '--profile', profile], { cwd });
    expect([made.code, made.stdout.trim()]).toEqual([0, 'bundle']);
    const verify = (folder: string): Promise<CliRun> => lading(['verify', folder, '--trust', 'genesis.json'], { cwd, offline: true });
    const whole = await verify('bundle');
    expect([whole.code, whole.stdout]).toEqual([0, expect.stringContaining('every transaction of the story has its receipt')]);
    expect(whole.stdout.trimEnd()).toMatch(/VERIFIED offline, no server was contacted$/);

    const alone = buildVerify();
    await cp(join(cwd, 'bundle'), join(alone, 'bundle'), { recursive: true });
    await cp(join(cwd, 'genesis.json'), join(alone, 'genesis.json'));
    expect((await runNode(alone, ['lading-verify.mjs', 'bundle', '--trust', 'genesis.json'], false)).code).toBe(0);

    const [first = ''] = await readdir(join(alone, 'bundle', 'receipts'));
    await rm(join(alone, 'bundle', 'receipts', first));
    const less = await runNode(alone, ['lading-verify.mjs', 'bundle', '--trust', 'genesis.json'], false);
    expect([less.code, less.stdout]).toEqual([3, expect.stringContaining('has no receipt')]);
    await cp(join(cwd, 'bundle', 'receipts', first), join(cwd, 'bundle', 'receipts', 'twice.proof'));
    const more = await verify('bundle');
    expect([more.code, more.stdout]).toEqual([3, expect.stringContaining('twice.proof is no receipt of a transaction of the story')]);
    await rm(alone, { recursive: true, force: true });
  }, 120_000);
});
