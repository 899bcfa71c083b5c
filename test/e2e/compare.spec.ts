import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DemoMember } from '../../apps/node/src/dev/demoMember.js';
import type { NodeProcess } from '../../apps/node/src/dev/nodeProcess.js';
import type { ComparedNetwork } from '../../apps/cli/src/audit/compare/compareNodes.js';
import { withClient } from '@lading/storage';
import { lading, type CliRun } from '../cli/runCli.js';
import { tamper } from '../fixtures/postgres.js';
import { sameState } from './agreement.js';
import { bearer, call, eventually, postEvent, statusOf } from './http.js';
import { inspection, Load } from './load.js';
import { type RunningNetwork, startNetwork } from './network.js';

const EVENTS = 12;

describe('nodes compared by an auditor', () => {
  let running: RunningNetwork;
  let cwd: string;
  let urls: readonly string[];
  let clerk: DemoMember;
  beforeAll(async () => {
    running = await startNetwork('open');
    urls = running.network.layout.nodes.map(({ url }) => url);
    clerk = running.clerks[0] as DemoMember;
    cwd = await mkdtemp(join(tmpdir(), 'lading-compare-'));
    for (let i = 0; i < EVENTS; i++) expect((await postEvent(clerk, event())).status).toBe(201);
    await sameState(urls);
  }, 180_000);
  afterAll(async () => {
    await running.stop();
    await rm(cwd, { recursive: true, force: true });
  }, 60_000);

  /** An inspection; of the item with this serial number where one is given. */
  const event = (serial = randomUUID().slice(-12)): Uint8Array => inspection(`urn:uuid:${randomUUID().slice(0, -12)}${serial}`);
  const adminUrl = (i: number): string => running.network.databaseAdminUrl(running.network.layout.nodes[i]?.id ?? '');

  async function compare(nodes: readonly string[], ...more: readonly string[]): Promise<CliRun> {
    await writeFile(join(cwd, 'token'), clerk.token(), { mode: 0o600 });
    return lading(['audit', 'compare', ...nodes, '--token-file', 'token', ...more], { cwd });
  }

  async function compared(nodes: readonly string[]): Promise<ComparedNetwork & { readonly code: number | null; readonly first: unknown }> {
    const { code, stdout, stderr } = await compare(nodes, '--json');
    if (stdout === '') throw new Error(stderr);
    return { code, ...(JSON.parse(stdout) as ComparedNetwork & { readonly first: unknown }) };
  }

  it('finds no difference in an honest network that goes on committing, keys and rows included', async () => {
    const load = new Load(running.clerks);
    try {
      for (let round = 0; round < 2; round++) {
        const found = await compared(urls);
        expect(found).toMatchObject({ code: 0, damage: [], first: null });
        expect(found.comparisons.length).toBe(3);
        for (const { divergence, fault, state } of found.comparisons) {
          expect({ divergence, fault, keys: state?.keys }).toEqual({ divergence: null, fault: null, keys: [] });
        }
        expect(found.comparisons.some(({ state }) => state?.height !== null)).toBe(true);
      }
    } finally {
      await load.stop();
    }
    const { code, stdout } = await compare(urls, '--quick');
    expect([code, stdout]).toEqual([0, expect.stringContaining('no difference in heights 0 to')]);
  }, 120_000);

  it('says that a node is away, compares the others, and ends with 5; nobody but auditors is answered', async () => {
    const [, , , away] = running.network.nodes as readonly [NodeProcess, NodeProcess, NodeProcess, NodeProcess];
    await away.stop();
    const { code, stdout } = await compare(urls);
    expect([code, stdout]).toEqual([5, expect.stringMatching(/unreachable; NODE_UNREACHABLE/)]);
    expect(stdout.match(/no difference in heights/g)?.length).toBe(2);
    for (let i = 0; i < 3; i++) await postEvent(clerk, event());
    away.start();
    await away.untilLive(60_000);
    await sameState(urls);
    await writeFile(join(cwd, 'token'), 'no.token.here', { mode: 0o600 });
    const refused = await lading(['audit', 'compare', ...urls, '--token-file', 'token'], { cwd });
    expect([refused.code, refused.stdout]).toEqual([4, expect.stringContaining('TOKEN_')]);
  }, 120_000);

  it('names height, table and transaction of one edited row, though every later block is the same', async () => {
    const edits = [
      [`UPDATE ledger.outcome SET status = 'REJECTED', code = 'EDITED' WHERE height = 9 AND tx_index = 0`, 'rows', 'outcomes'],
      [`UPDATE ledger.block SET encoded = set_byte(encoded, 90, get_byte(encoded, 90) # 1) WHERE height = 8`, 'rows', 'blockRow'],
      [`UPDATE ledger.transaction SET encoded = set_byte(encoded, 40, get_byte(encoded, 40) # 1) WHERE height = 7`, 'rows', 'transactions'],
      [`UPDATE ledger.block SET state_root = sha256(state_root) WHERE height = 6`, 'execution', 'stateRoot'],
      [`UPDATE ledger.block SET block_hash = sha256(block_hash) WHERE height = 5`, 'rows', 'block']
    ] as const;
    for (const [edit, kind, part] of edits) {
      const height = Number(/height = (\d+)/.exec(edit)?.[1]);
      await tamper(adminUrl(1), [edit]);
      const found = await compared(urls);
      expect(found).toMatchObject({ code: 3, first: { height, nodes: [expect.any(String)] } });
      const differing = found.comparisons.filter(({ divergence }) => divergence !== null);
      expect(differing.every(({ nodes }) => nodes.includes(urls[1] ?? ''))).toBe(true);
      expect(differing[0]?.divergence).toMatchObject({ height, kind });
      expect(differing[0]?.divergence?.differences.map((one) => one.part)).toContain(part);
      if (part === 'block' || part === 'blockRow') {
        expect(found.damage).toContainEqual(expect.objectContaining({ node: urls[1], table: 'block', key: String(height) }));
      }
      if (part === 'outcomes') {
        expect(found.damage).toEqual([expect.objectContaining({ node: urls[1], table: 'outcome', key: '9' })]);
        await tamper(adminUrl(1), [`UPDATE ledger.outcome SET status = 'APPLIED', code = '' WHERE height = 9 AND tx_index = 0`]);
      }
    }
    const { stdout } = await compare(urls);
    expect(stdout).toContain('differ, first at height 5: the same block, other rows');
    // The first of them hides the others, as it must: what is below it is the same.
    expect((await compared([urls[0] ?? '', urls[2] ?? '', urls[3] ?? ''])).code).toBe(0);
  }, 180_000);

  it('names height and key where a node computed another state from an edited value, also after the others went on', async () => {
    const bad = running.network.nodes[3] as NodeProcess;
    const serial = randomUUID().slice(-12);
    expect((await postEvent(clerk, event(serial))).status).toBe(201);
    const honest = [urls[0] ?? '', urls[2] ?? ''];
    await sameState([...honest, bad.node.url]);
    // From now on it has to read values from its database.
    await bad.stop();
    bad.start();
    await bad.untilLive(60_000);
    await sameState([...honest, bad.node.url]);
    const where = `position('${serial}'::bytea in key) > 0 AND position('provenance/item/'::bytea in key) = 1`;
    const keys = await withClient(adminUrl(3), async (client) => {
      return (await client.query<{ key: string }>(`SELECT convert_from(key, 'UTF8') AS key FROM ledger.state WHERE ${where}`)).rows;
    });
    expect(keys.length).toBe(1);
    await tamper(adminUrl(3), [`DELETE FROM ledger.state WHERE ${where}`]);
    const edited = await compared([...honest, bad.node.url]);
    expect(edited).toMatchObject({ code: 3, first: null });
    expect(edited.damage).toEqual([expect.objectContaining({ node: bad.node.url, table: 'state' })]);
    expect((await postEvent(clerk, event(serial))).status).toBe(201);
    await eventually('the node stops', 30_000, async () => (await statusOf(bad.node.url)).mode === 'HALTED');
    const { height } = await statusOf(bad.node.url);
    const found = await compared([...honest, bad.node.url]);
    expect(found).toMatchObject({ code: 3, first: { height, nodes: [bad.node.url] } });
    const exact = found.comparisons.find(({ nodes }) => nodes[1] === bad.node.url);
    expect(exact?.divergence).toMatchObject({ height, kind: 'execution', differences: [{ part: 'stateRoot' }] });
    expect(exact?.state?.height).toBe(height);
    expect(exact?.state?.keys.map(({ key }) => key)).toEqual([keys[0]?.key]);

    for (let i = 0; i < 5; i++) expect((await postEvent(clerk, event())).status).toBe(201);
    await eventually('the others have certified more', 30_000, async () => (await statusOf(honest[0] ?? '')).certifiedHeight > height + 3);
    await eventually('what was held for the comparison is let go', 60_000, async () => {
      const windows = await Promise.all(honest.map((url) => call(`${url}/v1/audit/tree`, { headers: bearer(clerk) })));
      return windows.every(({ json }) => Number(json['from']) > height);
    });
    const later = await compared([...honest, bad.node.url]);
    const pair = later.comparisons.find(({ nodes }) => nodes[1] === bad.node.url);
    expect(later).toMatchObject({ code: 3, first: { height, nodes: [bad.node.url] } });
    expect(pair?.state).toMatchObject({ height: null, keys: expect.arrayContaining([expect.objectContaining({ key: keys[0]?.key })]) });
    const { stdout } = await compare([...honest, bad.node.url]);
    expect(stdout).toContain(`differ, first at height ${height}: the same block, other outcomes or another state`);
    expect(stdout).toContain(`? ${keys[0]?.key}`);
  }, 240_000);
});
