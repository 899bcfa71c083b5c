import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createKeyFile } from '@lading/identity';
import { decodeCompactJws, decodeDetachedJws, verifyC1Noble, verifyTransaction } from '@lading/ledger';
import { testNetwork } from '../fixtures/testNetwork.js';
import { lading, type CliRun } from './runCli.js';
import { json, problem, testServer, type Received, type Reply, type TestServer } from './testServer.js';

const network = testNetwork({ seed: 'cli-network' });
const ITEM = 'https://id.gs1.org/01/09520003000018/10/LOT-7F3';
const BAG = 'https://id.gs1.org/01/09520001000034/21/A1K1';
const PALLET = 'https://id.gs1.org/00/095200010000000027';
const TX_ID = 'T'.repeat(43);

const event = (n: number, more: object): object => ({
  eventID: `urn:uuid:${n}`,
  type: 'ObjectEvent',
  action: null,
  bizStep: null,
  disposition: null,
  eventTime: `2026-01-0${n}T10:00:00.000Z`,
  recordTime: `2026-01-0${n}T10:00:01.000Z`,
  assertedLater: false,
  readPoint: null,
  bizLocation: null,
  organization: 'finca-alta',
  member: 'anna',
  onBehalfOf: null,
  txId: TX_ID,
  height: n,
  index: 0,
  eventIndex: 0,
  items: [],
  ...more
});
const role = (name: string, item: string): object => ({ role: name, item });
const PACKED = event(1, {
  type: 'AggregationEvent',
  action: 'ADD',
  bizStep: 'packing',
  items: [role('parentID', PALLET), role('childEPC', BAG)]
});
const SHIPPED = event(2, {
  bizStep: 'shipping',
  items: [role('epc', PALLET), role('destination/possessing_party', 'https://id.gs1.org/417/4000000000000')]
});
const MADE = event(3, {
  type: 'TransformationEvent',
  organization: 'nordic-roast',
  items: [role('inputEPC', BAG), role('outputEPCClass', ITEM)]
});
const TRACE = {
  item: ITEM,
  direction: 'back',
  height: 9,
  truncated: false,
  frontier: [],
  unexplained: [],
  items: [
    { item: ITEM, depth: 0, kind: 'item' },
    { item: BAG, depth: 1, kind: 'item' },
    { item: PALLET, depth: 2, kind: 'container' }
  ],
  edges: [],
  events: [PACKED, SHIPPED, MADE],
  errorDeclared: []
};

let cwd: string;
let server: TestServer;
let answer: (request: Received, n: number) => Reply | null;

beforeAll(async () => {
  cwd = mkdtempSync(join(tmpdir(), 'lading-cli-'));
  writeFileSync(join(cwd, 'genesis.json'), network.genesisBytes);
  writeFileSync(join(cwd, 'token.txt'), 'a-token\n', { mode: 0o600 });
  const { secretKey } = network.organization(0).memberKey('anna');
  await createKeyFile(join(cwd, 'anna.json'), 'finca-alta/anna', { devOnly: true }, secretKey);
});
afterAll(() => rmSync(cwd, { recursive: true }));
beforeEach(async () => {
  server = await testServer((request, n) => answer(request, n));
  const profile = {
    organization: 'finca-alta',
    genesis: 'genesis.json',
    url: server.url,
    key: 'anna.json',
    tokenFile: 'token.txt'
  };
  writeFileSync(join(cwd, 'profile.json'), JSON.stringify(profile));
});
afterEach(() => server.close());

const run = (...args: string[]): Promise<CliRun> => lading([...args, '--profile', cwd], { cwd });

describe('lading trace', () => {
  it('tells the story as a tree of plain sentences, with the containers apart', async () => {
    answer = () => json(TRACE);
    const { code, stdout } = await run('trace', 'LOT-7F3', '--back');
    expect(code).toBe(0);
    expect(stdout.split('\n')).toEqual([
      'LOT-7F3  (lot of 09520003000018)',
      '│ 2026-01-03 10:00  Organization nordic-roast made LOT-7F3 from A1K1',
      '└─ A1K1  (unit of 09520001000034)',
      '     2026-01-01 10:00  Organization finca-alta packed A1K1 into 095200010000000027',
      '',
      'Travelled in',
      '095200010000000027  (logistic unit)',
      '  2026-01-01 10:00  Organization finca-alta packed A1K1 into 095200010000000027',
      '  2026-01-02 10:00  Organization finca-alta shipped 095200010000000027 to 4000000000000',
      ''
    ]);
    expect(server.received[0]).toMatchObject({
      path: '/v1/trace/LOT-7F3?direction=back',
      headers: { authorization: 'Bearer a-token' }
    });
  });

  it('warns when the answer was cut off, because a part could pass for the whole', async () => {
    answer = () => json({ ...TRACE, truncated: true });
    expect((await run('trace', 'LOT-7F3', '-q')).stderr).toContain('NOT complete');
  });

  it('writes tables that no spreadsheet runs as formulas', async () => {
    answer = () => json({ ...TRACE, events: [event(1, { disposition: '=HYPERLINK("x")' })] });
    const { stdout } = await run('trace', 'LOT-7F3', '-o', 'csv');
    expect(stdout.split('\n')[0]).toMatch(/^eventTime,organization,/);
    expect(stdout).toContain(`"'=HYPERLINK(""x"")"`);
  });

  it('lists the candidates of a name that several items have, and answers 6', async () => {
    answer = () => problem(409, 'AMBIGUOUS_ITEM', false, { data: [ITEM, BAG] });
    const { code, stderr } = await run('trace', 'A1');
    expect(code).toBe(6);
    expect(stderr).toContain(ITEM);
    expect(stderr).toContain(BAG);
  });
});

describe('lading prove', () => {
  const item = {
    item: ITEM,
    kind: 'class',
    height: 9,
    status: 'ACTIVE',
    custodian: null,
    parent: null,
    eventCount: 3,
    head: '',
    state: {}
  };

  it('fetches the receipt of the latest event that stands, and writes it whole', async () => {
    const wrong = event(5, { txId: 'W'.repeat(43), eventID: 'urn:uuid:wrong' });
    const events = [MADE, wrong, { ...wrong, height: 6 }];
    answer = ({ path }) =>
      path.startsWith('/v1/items/') ? json({ ...item, events }) : { status: 200, body: '{"format":"x"}' };
    const { code, stdout } = await run('prove', 'LOT-7F3', '--kind', 'receipt', '-o', 'lot.proof');
    expect([code, stdout]).toEqual([0, 'lot.proof\n']);
    expect(readFileSync(join(cwd, 'lot.proof'), 'utf8')).toBe('{"format":"x"}');
    expect(server.received.map(({ path }) => path)).toEqual(['/v1/items/LOT-7F3', `/v1/proofs/receipt/${TX_ID}`]);
  });

  it('fetches the whole story of an item, and the receipt of what is none', async () => {
    answer = ({ path }) => (path.startsWith('/v1/items/') ? { status: 200, body: '{"format":"s"}' } : { status: 200, body: 'r' });
    expect(await run('prove', 'LOT-7F3', '--conditions', '-o', '-')).toMatchObject({ code: 0, stdout: '{"format":"s"}' });
    answer = ({ path }) => (path.startsWith('/v1/items/') ? problem(404, 'ITEM_UNKNOWN', false) : { status: 200, body: 'r' });
    expect(await run('prove', 'https://events.example/1', '-o', '-')).toMatchObject({ code: 0, stdout: 'r' });
    expect(await run('prove', '12..27', '--kind', 'consistency', '-o', '-')).toMatchObject({ code: 0, stdout: 'r' });
    expect((await run('prove', '12', '--kind', 'nonsense', '-o', '-')).code).toBe(2);
    const paths = server.received.map(({ path }) => path);
    expect(paths[0]).toBe('/v1/items/LOT-7F3/proof?scope=conditions');
    expect(paths.at(-1)).toBe('/v1/proofs/consistency?from=12&to=27');
  });

  it('takes a transaction id in hex too', async () => {
    answer = () => ({ status: 200, body: 'p' });
    expect(await run('prove', '00'.repeat(32), '-o', '-')).toMatchObject({ code: 0, stdout: 'p' });
    expect(server.received[0]?.path).toBe(`/v1/proofs/receipt/${'A'.repeat(43)}`);
  });

  it('gives up in time when nothing becomes certified, and leaves no file', async () => {
    answer = () => problem(409, 'NOT_CERTIFIED_YET', true);
    const { code, stderr } = await run('prove', 'urn:uuid:1', '-o', 'none.proof', '--timeout', '0.3');
    expect([code, stderr.includes('NOT_CERTIFIED_YET')]).toEqual([5, true]);
    expect(() => readFileSync(join(cwd, 'none.proof'))).toThrow();
  });
});

describe('lading event submit', () => {
  it('signs exactly the bytes of the file with the member key', async () => {
    const file = '{ "type":"ObjectEvent", "eventID":"urn:uuid:1" }';
    writeFileSync(join(cwd, 'event.json'), file);
    answer = () => ({ status: 201, headers: { location: '/epcis/v2/events/urn%3Auuid%3A1' } });
    expect(await run('event', 'submit', 'event.json')).toMatchObject({ code: 0, stdout: 'urn:uuid:1\n' });
    const [request] = server.received;
    expect(request?.body).toBe(file);
    const tx = decodeDetachedJws(String(request?.headers['lading-signature']), new TextEncoder().encode(file));
    expect(tx.ok && verifyTransaction(tx.value, verifyC1Noble)).toBe(true);
    expect(tx.ok && tx.value.header.kid).toMatch(/^finca-alta\/anna#/);
  });

  it('answers 4 when the ledger does not let the member, and prints the request id for the operator', async () => {
    answer = () => problem(403, 'NOT_HOLDER', false);
    const { code, stderr } = await run('event', 'submit', 'event.json');
    expect(code).toBe(4);
    expect(stderr).toMatch(/NOT_HOLDER[\s\S]*request\s+r-1[\s\S]*next/);
  });

  it('says with the node’s own reason that the network waits, and answers 5', async () => {
    const status = { reason: '2 of 4 reachable, 3 needed; nothing is lost; waiting' };
    answer = ({ path }) =>
      path === '/status' ? json({ ...STATUS, ...status }) : problem(504, 'COMMIT_TIMEOUT', true);
    const { code, stderr } = await run('event', 'submit', 'event.json', '--timeout', '0.5');
    expect(code).toBe(5);
    expect(stderr).toContain(status.reason);
  });
});

const STATUS = {
  organization: 'finca-alta',
  organizationName: 'Finca Alta',
  network: 'n',
  publicUrl: null,
  chainId: 'c',
  mode: 'NORMAL',
  height: 7,
  blockHash: 'b',
  blockTimeMs: 1,
  stateRoot: 's',
  certifiedHeight: 7,
  epoch: 0,
  view: 0,
  leader: 'finca-alta',
  validators: 4,
  quorum: 3,
  reachable: 2,
  quorumMargin: -1,
  pendingTransactions: 0,
  commitLatencyMs: { median: 12.3, p99: 20, count: 3 },
  reason: null,
  peers: [],
  projectionHeight: 7,
  events: 1,
  custodyMode: true,
  ready: true,
  version: '0.1.0'
};

describe('lading status', () => {
  it('shows height and latency, and the reason of a node that is not well', async () => {
    answer = () => json({ ...STATUS, ready: false, reason: '2 of 4 reachable, 3 needed' });
    const { code, stdout } = await run('status');
    expect(code).toBe(0);
    expect(stdout).toMatch(/! {2}Organization finca-alta {2}7 .* normal {2}2 of 4 {3}12 ms/);
    expect(stdout).toContain('Height 7  ·  1/4 agree');
    expect(stdout).toContain('! Organization finca-alta: 2 of 4 reachable, 3 needed');
  });

  it('raises the alarm when two nodes show different states for one height', async () => {
    const other = await testServer(() => json({ ...STATUS, stateRoot: 'different' }));
    answer = () => json(STATUS);
    const profile = {
      organization: 'finca-alta',
      genesis: 'genesis.json',
      url: server.url,
      others: { 'nordic-roast': other.url }
    };
    writeFileSync(join(cwd, 'profile.json'), JSON.stringify(profile));
    const { code, stdout } = await run('status');
    await other.close();
    expect([code, stdout.includes('STATES DIFFER')]).toEqual([1, true]);
  });

  it('answers 5 when no node answers', async () => {
    await server.close();
    expect(await run('status')).toMatchObject({ code: 5, stdout: '' });
  });
});

describe('administration', () => {
  const members = (): string => join(cwd, 'org');

  it('signs with the admin key, and says how to undo', async () => {
    mkdirSync(members(), { recursive: true });
    const { admin } = network.organization(0);
    await createKeyFile(join(members(), 'admin.json'), 'finca-alta/admin', { devOnly: true }, admin.secretKey);
    const config = { organization: 'finca-alta', genesis: '../genesis.json', publicUrl: server.url };
    writeFileSync(join(members(), 'node.json'), JSON.stringify(config));
    answer = () =>
      json({ txId: TX_ID, state: 'committed', height: 4, index: 0, status: 'APPLIED', code: '', detail: [] }, 201);
    const args = ['member', 'add', 'ben', '--name', 'Ben', '--role', 'capture', '--profile', members()];
    const { code, stderr } = await lading(args, { cwd });
    expect([code, stderr.includes('undo')]).toEqual([0, true]);
    const tx = decodeCompactJws(server.received[0]?.body ?? '');
    expect(tx.ok && [tx.value.header.op, tx.value.header.kid]).toEqual(['member.add', admin.kid]);
  });

  it('revokes a key only when it is named twice, because that cannot be undone', async () => {
    const { kid } = network.organization(0).memberKey('anna');
    answer = () => problem(500, 'INTERNAL', false);
    expect(await run('key', 'revoke', kid)).toMatchObject({ code: 2 });
    expect(await run('key', 'revoke', kid, '--confirm', 'yes')).toMatchObject({ code: 2 });
    expect(server.received).toEqual([]);
  });
});
