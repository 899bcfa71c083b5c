import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createKeyFile } from '@lading/identity';
import { toBase64Url } from '@lading/kernel';
import {
  configHash,
  configToJson,
  decodeCompactJws,
  encodeConfig,
  evaluateConfigTransaction,
  organizationFromJson,
  successorConfig,
  verifyC1Noble,
  type EpochConfig
} from '@lading/ledger';
import { newOrganization } from '../fixtures/testConfigChange.js';
import { testKey, testNetwork } from '../fixtures/testNetwork.js';
import { lading, type CliRun } from './runCli.js';
import { json, testServer, type Received, type Reply, type TestServer } from './testServer.js';

const network = testNetwork({ seed: 'cli-changes' });
const joiner = newOrganization('zucker-ag', 'cli joiner');
const TX_ID = 'T'.repeat(43);
/** For as many programs as a change takes, one after the other, on a machine that does other things, too. */
const MANY_RUNS_MS = 180_000;
let config: EpochConfig = network.config;

/** What a node of the network tells of the config in force. */
function viewOf(shown: EpochConfig): object {
  const summary = { epoch: shown.epoch, startHeight: 0, configHash: toBase64Url(configHash(shown)) };
  return {
    ...summary,
    ...configToJson(shown),
    chainId: toBase64Url(network.chainId),
    name: 'Test network',
    height: 41,
    config: toBase64Url(encodeConfig(shown)),
    quorum: 3,
    faults: 1,
    epochs: [{ ...summary, organizations: shown.organizations.map(({ id }) => id) }]
  };
}

let cwd: string;
let server: TestServer;
const answer = (request: Received): Reply | null => {
  if (request.path === '/v1/network') return json(viewOf(config));
  const done = { txId: TX_ID, state: 'committed', height: 42, index: 0, status: 'APPLIED', code: '', detail: [] };
  return json(done, 201);
};

beforeAll(async () => {
  cwd = mkdtempSync(join(tmpdir(), 'lading-changes-'));
  server = await testServer(answer);
  writeFileSync(join(cwd, 'genesis.json'), network.genesisBytes);
  for (const [index, { id, admin }] of network.organizations.entries()) {
    const folder = join(cwd, id);
    mkdirSync(folder);
    await createKeyFile(join(folder, 'admin.json'), `${id}/admin`, { devOnly: true }, admin.secretKey);
    writeFileSync(join(folder, 'profile.json'), JSON.stringify({ organization: id, genesis: '../genesis.json', url: server.url }));
    if (index === 0) writeFileSync(join(folder, 'organization.json'), JSON.stringify(organizationJson()));
  }
  await createKeyFile(join(cwd, 'validator.json'), 'zucker-ag', { devOnly: true }, joiner.validator.secretKey);
});
afterAll(async () => {
  await server.close();
  rmSync(cwd, { recursive: true });
});

function organizationJson(): unknown {
  return configToJson({ parameters: network.config.parameters, organizations: [joiner.config] }).organizations[0];
}

const run = (index: number, ...args: string[]): Promise<CliRun> => {
  const { id } = network.organization(index);
  return lading(['network', ...args, '--profile', join(cwd, id)], { cwd });
};
const approve = (index: number): Promise<CliRun> =>
  run(index, 'approve', 'change.json', '--key', join(cwd, network.organization(index).id, 'admin.json'));

describe('a change of the network by the command line', () => {
  beforeEach(() => {
    config = network.config;
  });

  it('shows the config in force with its hash', async () => {
    const { code, stdout } = await run(0, 'show');
    expect(code).toBe(0);
    expect(stdout).toContain(`config hash ${toBase64Url(configHash(config))}`);
    expect(stdout).toContain('3 of 4 must agree; 1 may fail or lie.');
  });

  it('makes an organization a regulator, and says so to whoever approves', async () => {
    const given = await run(0, 'propose', '--role', 'food-authority=regulator', '--out', 'regulator.json');
    expect([given.code, given.stderr]).toEqual([0, expect.stringContaining('~ food-authority roles: none becomes ["regulator"]')]);
    const roles = ['regulator'] as const;
    const organizations = network.config.organizations.map((one) => (one.id === 'food-authority' ? { ...one, roles } : one));
    config = { ...network.config, organizations };
    const taken = await run(0, 'propose', '--role', 'food-authority=', '--out', 'regulator.json');
    expect([taken.code, taken.stderr]).toEqual([0, expect.stringContaining('~ food-authority roles: ["regulator"] becomes none')]);
    expect((await run(0, 'propose', '--role', 'food-authority=king', '--out', 'regulator.json')).code).not.toBe(0);
  }, MANY_RUNS_MS);

  it('goes from hand to hand until a transaction of it is effective', async () => {
    const added = join(network.organization(0).id, 'organization.json');
    const proposed = await run(0, 'propose', '--add', added, '--set', 'turnBlocks=99', '--out', 'change.json');
    expect([proposed.code, proposed.stderr]).toEqual([0, expect.stringContaining('+ zucker-ag (Organization zucker-ag) joins')]);
    expect(proposed.stderr).toContain('parameter turnBlocks: 256 becomes 99');
    const early = await run(0, 'submit', 'change.json', '--admin-key', join(cwd, network.organization(0).id, 'admin.json'));
    expect([early.code, early.stderr]).toEqual([6, expect.stringContaining('CONFIG_APPROVALS')]);
    for (const index of [3, 0, 1]) {
      const { code, stdout, stderr } = await approve(index);
      expect([code, stderr.includes('+ zucker-ag')]).toEqual([0, true]);
      expect(proposed.stderr).toContain(stdout.trim());
    }
    const again = await approve(1);
    expect(again.stderr).toContain('3 of 3 approvals');
    const ready = await run(1, 'ready', 'change.json', '--key', join(cwd, 'validator.json'));
    expect([ready.code, ready.stdout]).toEqual([0, 'zucker-ag is ready at height 41\n']);
    const submitted = await run(0, 'submit', 'change.json', '--admin-key', join(cwd, network.organization(0).id, 'admin.json'));
    expect([submitted.code, submitted.stdout]).toEqual([0, `${TX_ID}\n`]);
    const tx = decodeCompactJws(server.received.at(-1)?.body ?? '');
    if (!tx.ok) throw new Error(tx.detail);
    const next = evaluateConfigTransaction(tx.value, network.config, verifyC1Noble);
    expect(next).toMatchObject({ ok: true, value: { epoch: 1, parameters: { turnBlocks: 99 } } });
  }, MANY_RUNS_MS);

  it('refuses what no approval could make lawful before anyone is asked', async () => {
    const { code, stderr } = await run(0, 'propose', '--remove', 'nordic-roast', '--out', 'bad.json');
    expect([code, stderr]).toEqual([1, expect.stringContaining('CONFIG_RULES')]);
    expect((await run(0, 'propose', '--out', 'bad.json')).code).toBe(2);
    expect((await run(0, 'propose', '--set', 'depth=1', '--out', 'bad.json')).code).toBe(2);
  }, MANY_RUNS_MS);

  it('replaces a validator key by a key file or by its text', async () => {
    const key = testKey('cli second validator');
    const text = toBase64Url(key.publicKey);
    const { code, stderr } = await run(0, 'propose', '--replace-key', `nordic-roast=${text}`, '--out', 'key.json');
    expect([code, stderr]).toEqual([0, expect.stringContaining(`nordic-roast validatorKey:`)]);
    expect(stderr).toContain('nordic-roast: lading network ready key.json');
    const other = await run(0, 'propose', '--replace-key', `nordic-roast=${join(cwd, 'validator.json')}`, '--out', 'key.json');
    expect(other.code).toBe(0);
  });

  it('does not approve a file that was altered, or made for another config', async () => {
    await run(0, 'propose', '--set', 'turnBlocks=7', '--out', 'change.json');
    const path = join(cwd, 'change.json');
    const text = readFileSync(path, 'utf8');
    writeFileSync(path, text.replace('"turnBlocks": 7', '"turnBlocks": 8'));
    expect(await approve(0)).toMatchObject({ code: 1, stderr: expect.stringContaining('its hash is not that of its content') });
    writeFileSync(path, text);
    config = successorConfig(network.config);
    expect(await approve(0)).toMatchObject({ code: 1, stderr: expect.stringContaining('STALE_CONFIG') });
    const again = await run(0, 'propose', '--again', 'change.json', '--out', 'change.json');
    expect([again.code, again.stderr]).toEqual([0, expect.stringContaining('parameter turnBlocks: 256 becomes 7')]);
    expect((await approve(0)).code).toBe(0);
  }, MANY_RUNS_MS);
});

describe('lading init organization', () => {
  it('makes keys, node.json and the file that the others need', async () => {
    writeFileSync(join(cwd, 'plan.json'), JSON.stringify({ id: 'late-org', name: 'Late' }));
    const { code } = await lading(
      [
        ...['init', 'organization', 'late', '--plan', 'plan.json', '--trust', 'genesis.json', '--dev-only'],
        ...['--peer', 'finca-alta=127.0.0.1:4201']
      ],
      { cwd }
    );
    expect(code).toBe(0);
    const made = organizationFromJson(new Uint8Array(readFileSync(join(cwd, 'late', 'organization.json'))));
    expect(made).toMatchObject({ ok: true, value: { id: 'late-org', name: 'Late' } });
    const node = JSON.parse(readFileSync(join(cwd, 'late', 'node.json'), 'utf8')) as object;
    expect(node).toMatchObject({ organization: 'late-org', genesis: 'genesis.json', peers: { 'finca-alta': '127.0.0.1:4201' } });
    expect(new Uint8Array(readFileSync(join(cwd, 'late', 'genesis.json')))).toEqual(network.genesisBytes);
  });
});
