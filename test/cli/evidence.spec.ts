import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EvidenceItemView } from '@lading/api';
import { toBase64Url } from '@lading/kernel';
import { configHash, encodeConfig } from '@lading/ledger';
import { testNetwork } from '../fixtures/testNetwork.js';
import { lading, type CliRun } from './runCli.js';
import { json, testServer, type TestServer } from './testServer.js';

const network = testNetwork({ seed: 'cli-evidence' });
const { id } = network.organization(2);
const hash = (letter: string): string => letter.repeat(43);

const item = (number: number): EvidenceItemView => ({
  ...{ number, digest: hash('D'), kind: 'COMMIT', epoch: 0, validator: 2, organization: id, slot: `3:${number}` },
  recordedAt: '2026-03-01T10:00:00.000Z',
  statements: ['A', 'B'].map((letter) => ({ type: 'COMMIT', view: 3, height: number, content: hash(letter), signature: 'S' })),
  encoded: 'AAAA'
});
const configs = [{ epoch: 0, configHash: toBase64Url(configHash(network.config)), config: toBase64Url(encodeConfig(network.config)) }];

let cwd: string;
let server: TestServer;
let held: readonly EvidenceItemView[] = [];

beforeAll(async () => {
  cwd = mkdtempSync(join(tmpdir(), 'lading-evidence-'));
  server = await testServer(({ path }) => {
    const after = Number(new URL(path, 'http://x').searchParams.get('after'));
    const items = held.filter(({ number }) => number > after).slice(0, 2);
    const last = items.at(-1)?.number ?? 0;
    return json({ items, configs: items.length === 0 ? [] : configs, next: last < held.length ? last : null });
  });
  writeFileSync(join(cwd, 'genesis.json'), network.genesisBytes);
  writeFileSync(join(cwd, 'token'), 'a.b.c', { mode: 0o600 });
  const profile = { organization: network.organization(0).id, genesis: 'genesis.json', url: server.url, tokenFile: 'token' };
  writeFileSync(join(cwd, 'profile.json'), JSON.stringify(profile));
});
afterAll(async () => {
  await server.close();
  rmSync(cwd, { recursive: true });
});

const run = (...args: string[]): Promise<CliRun> => lading(['network', 'evidence', ...args, '--profile', cwd], { cwd });

describe('lading network evidence', () => {
  it('says that there is none', async () => {
    expect(await run()).toMatchObject({ code: 0, stdout: 'This node holds no evidence against anybody.\n' });
  });

  it('prints whom each item is against and where, of all pages', async () => {
    held = [1, 2, 3].map(item);
    const { code, stdout } = await run();
    expect(code).toBe(0);
    const lines = stdout.trimEnd().split('\n');
    expect(lines).toHaveLength(4);
    expect(lines[3]).toMatch(new RegExp(`^3 +2026-03-01T10:00:00.000Z +${id} +0 +COMMIT +view 3 height 3 +COMMIT A{10}… +COMMIT B{10}…$`));
  });

  it('writes both statements with the configs that they are checked by, and gives them as JSON', async () => {
    held = [1, 2, 3].map(item);
    const written = await run('--out', 'evidence.json');
    expect([written.code, written.stderr]).toEqual([0, expect.stringContaining('3 items written to evidence.json')]);
    const file: unknown = JSON.parse(readFileSync(join(cwd, 'evidence.json'), 'utf8'));
    expect(file).toEqual({ format: 'lading/evidence/1', chainId: toBase64Url(network.chainId), configs, items: held });
    expect(JSON.parse((await run('--json')).stdout)).toEqual({ items: held, configs });
  });
});
