import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { NETWORK_FILES } from '@lading/identity';
import { ORGANIZATION, SingleNode } from '../http/singleNode.js';
import { lading, type CliRun } from './runCli.js';

const MAPPING = {
  type: 'lading.import/1',
  timeZoneOffset: '+02:00',
  groupBy: ['document'],
  event: {
    type: 'ObjectEvent',
    action: 'ADD',
    bizStep: 'commissioning',
    eventID: 'urn:example:import:{document}',
    eventTime: { $column: 'when', $as: 'time' },
    epcList: ['https://id.gs1.org/01/04012345111118/21/{serial}']
  }
};
const HEADER = 'document,when,serial,remark';

let node: SingleNode;
let cwd: string;
beforeAll(async () => {
  node = await SingleNode.start({ profile: 'custody' });
}, 120_000);
afterAll(() => node.stop(), 60_000);
beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), 'lading-import-'));
  const keys = join(node.directory, ORGANIZATION);
  writeFileSync(join(cwd, 'token'), node.clerk.token(), { mode: 0o600 });
  const profile = {
    organization: ORGANIZATION,
    genesis: join(node.directory, 'genesis.json'),
    url: node.url,
    key: join(keys, NETWORK_FILES.member('clerk')),
    tokenFile: join(cwd, 'token')
  };
  writeFileSync(join(cwd, 'profile.json'), JSON.stringify(profile));
  writeFileSync(join(cwd, 'map.json'), JSON.stringify(MAPPING));
});
afterEach(() => rmSync(cwd, { recursive: true }));

const write = (name: string, lines: readonly string[]): void => writeFileSync(join(cwd, name), `${lines.join('\n')}\n`);
const load = (...args: string[]): Promise<CliRun> => lading(['import', ...args, '--profile', cwd], { cwd });
const counts = (run: CliRun): Record<string, unknown> => JSON.parse(run.stdout) as Record<string, unknown>;
const text = (name: string): string => readFileSync(join(cwd, name), 'utf8');
const status = async (serial: string): Promise<unknown> => (await node.get(`/v1/items/${serial}`)).json['status'];

describe('lading import', () => {
  it('makes events of the rows of a table, and records many with one signature', async () => {
    const rows = Array.from({ length: 40 }, (_, i) => `A${i >> 1},2026-05-01 10:00,A-${i},"a, b"`);
    write('a.csv', [HEADER, ...rows]);
    const heightBefore = node.height;
    const run = await load('a.csv', '--map', 'map.json', '--json');
    expect({ ...run, stdout: '' }).toMatchObject({ code: 0, stderr: '' });
    expect(counts(run)).toMatchObject({ finished: true, events: 20, recorded: 20, assertedLater: 20, refused: 0 });
    expect(node.height - heightBefore).toBe(1);
    const event = await node.get(`/epcis/v2/events/${encodeURIComponent('urn:example:import:A0')}`);
    expect(event.text).toContain('"eventTime":"2026-05-01T10:00:00+02:00"');
    expect([await status('A-0'), await status('A-1'), await status('A-39')]).toEqual(['ACTIVE', 'ACTIVE', 'ACTIVE']);
  });

  it('goes on where it ended, and records nothing twice when it starts over', async () => {
    write('b.csv', [HEADER, 'B1,2026-05-01 10:00,B-1,', 'B2,2026-05-01 10:00,B-2,']);
    expect(counts(await load('b.csv', '--map', 'map.json', '--json'))).toMatchObject({ recorded: 2 });
    const height = node.height;
    expect(counts(await load('b.csv', '--map', 'map.json', '--json'))).toMatchObject({ recorded: 2 });
    expect(node.height).toBe(height);
    // As after a power cut between the ledger's decision and the journal.
    const journal = JSON.parse(text('b.csv.import.json')) as object;
    writeFileSync(join(cwd, 'b.csv.import.json'), JSON.stringify({ ...journal, done: 1, recorded: 1, finished: false }));
    expect(counts(await load('b.csv', '--map', 'map.json', '--json'))).toMatchObject({ events: 2, recorded: 2, refused: 0 });
    expect(counts(await load('b.csv', '--map', 'map.json', '--again', '--json'))).toMatchObject({ recorded: 2, refused: 0 });
    expect((await node.get('/v1/items/B-1')).json['eventCount']).toBe(1);
  });

  it('writes what is refused, by the mapping, the standard or the ledger, to a table of the same columns and why', async () => {
    write('c.csv', [
      HEADER,
      'C1,2026-05-01 10:00,C-1,good',
      'C2,yesterday,C-2,no time',
      'C3,2026-05-01 10:00,C-1,exists',
      'C4,2099-05-01 10:00,C-4,"future, ""far"""',
      'C5,2026-05-01 10:00'
    ]);
    const run = await load('c.csv', '--map', 'map.json', '--json');
    expect(run.code).toBe(6);
    expect(counts(run)).toMatchObject({ events: 5, recorded: 1, refused: 4, refusedFile: 'c.errors.csv' });
    const [header, ...rows] = text('c.errors.csv').trim().split('\r\n');
    expect(header).toBe(`${HEADER},lading_reason`);
    const reasons = rows.map((row) => [row.slice(0, 2), /[A-Z_]{6,}(?=:)/.exec(row)?.[0]]);
    expect(reasons.sort()).toEqual([
      ['C2', 'ROW_INVALID'],
      ['C3', 'DOUBLE_COMMISSION'],
      ['C4', 'EVENT_TIME_FUTURE'],
      ['C5', 'ROW_INVALID']
    ]);
    expect(rows.find((row) => row.startsWith('C4'))).toContain('"future, ""far"""');
    // Corrected, the file is imported alone: its last column is not of the mapping.
    const fixed = [header ?? '', ...rows.filter((row) => row.startsWith('C4')).map((row) => row.replace('2099', '2026'))];
    write('fixed.csv', fixed);
    expect(counts(await load('fixed.csv', '--map', 'map.json', '--json'))).toMatchObject({ recorded: 1, refused: 0 });
    expect(await status('C-4')).toBe('ACTIVE');
  });

  it('imports EPCIS documents, and gives back the refused events of one as a document', async () => {
    const event = (n: number, changes: object = {}): object => ({
      type: 'ObjectEvent',
      eventID: `urn:example:import:D${n}`,
      action: 'ADD',
      bizStep: 'commissioning',
      eventTime: '2026-05-01T10:00:00Z',
      eventTimeZoneOffset: '+00:00',
      epcList: [`https://id.gs1.org/01/04012345111118/21/D-${n}`],
      ...changes
    });
    const document = {
      '@context': ['https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld'],
      type: 'EPCISDocument',
      schemaVersion: '2.0',
      creationDate: '2026-05-02T00:00:00Z',
      epcisBody: { eventList: [event(1), event(2, { action: 'PUT' }), event(3), event(4, { bizStep: 'juggling' })] }
    };
    writeFileSync(join(cwd, 'd.json'), JSON.stringify(document));
    const run = await load('d.json', '--json');
    expect(counts(run)).toMatchObject({ events: 4, recorded: 2, refused: 2, refusedFile: 'd.errors.json' });
    const left = JSON.parse(text('d.errors.json')) as {
      creationDate: string;
      epcisBody: { eventList: readonly { lading_reason: string }[] };
    };
    expect(left.creationDate).toBe(document.creationDate);
    expect(left.epcisBody.eventList.map((one) => one.lading_reason.split(':')[0])).toEqual(['FIELD_VALUE', 'FIELD_VALUE']);
    const fixed = text('d.errors.json').replace('"PUT"', '"ADD"').replace('"juggling"', '"commissioning"');
    writeFileSync(join(cwd, 'fixed.json'), fixed);
    expect(counts(await load('fixed.json', '--json'))).toMatchObject({ recorded: 2, refused: 0 });
    expect(await status('D-2')).toBe('ACTIVE');
  });

  it('imports EPCIS 1.2 in XML', async () => {
    const xml = `<?xml version="1.0" encoding="UTF-8"?>
<epcis:EPCISDocument xmlns:epcis="urn:epcglobal:epcis:xsd:1" schemaVersion="1.2" creationDate="2026-05-02T00:00:00Z">
<EPCISBody><EventList><ObjectEvent><eventTime>2026-05-01T10:00:00Z</eventTime><eventTimeZoneOffset>+00:00</eventTimeZoneOffset>
<epcList><epc>urn:epc:id:sgtin:4012345.011111.E-1</epc></epcList><action>ADD</action>
<bizStep>urn:epcglobal:cbv:bizstep:commissioning</bizStep></ObjectEvent></EventList></EPCISBody></epcis:EPCISDocument>`;
    writeFileSync(join(cwd, 'e.xml'), xml);
    expect(counts(await load('e.xml', '--json'))).toMatchObject({ recorded: 1, refused: 0 });
    expect(await status('E-1')).toBe('ACTIVE');
  });

  it('shows what it would do, and sends nothing', async () => {
    write('f.csv', [HEADER, 'F1,2026-05-01 10:00,F-1,', 'F2,soon,F-2,']);
    const height = node.height;
    const preview = await load('f.csv', '--map', 'map.json', '--preview', '1', '--json');
    expect(JSON.parse(preview.stdout)).toMatchObject([{ where: 'line 2', reason: null, event: { bizStep: 'commissioning' } }]);
    const dry = await load('f.csv', '--map', 'map.json', '--dry-run', '--json');
    expect([dry.code, counts(dry)['refused'], counts(dry)['recorded']]).toEqual([3, 1, 1]);
    expect([node.height, existsSync(join(cwd, 'f.csv.import.json')), existsSync(join(cwd, 'f.errors.csv'))]).toEqual([
      height,
      false,
      false
    ]);
  });

  it('refuses to go on when the file or the mapping has changed', async () => {
    write('g.csv', [HEADER, 'G1,2026-05-01 10:00,G-1,']);
    await load('g.csv', '--map', 'map.json');
    write('g.csv', [HEADER, 'G2,2026-05-01 10:00,G-2,']);
    const run = await load('g.csv', '--map', 'map.json', '--json');
    expect([run.code, (JSON.parse(run.stderr) as { code: string }).code]).toEqual([1, 'IMPORT_CHANGED']);
    const missing = await load('g.csv', '--map', 'map.json', '--again', '--profile', cwd);
    expect(missing.code).toBe(0);
    writeFileSync(join(cwd, 'map.json'), JSON.stringify({ ...MAPPING, event: { ...MAPPING.event, x: '{nowhere}' } }));
    const unmapped = await load('g.csv', '--map', 'map.json', '--again', '--json');
    expect((JSON.parse(unmapped.stderr) as { code: string; what: string }).what).toContain('nowhere');
  });

  it('survives being killed in the middle, without loss and without a double', async () => {
    const rows = Array.from({ length: 300 }, (_, i) => `K${i},2026-05-01 10:00,K-${i},`);
    write('k.csv', [HEADER, ...rows]);
    const args = ['import', 'k.csv', '--map', 'map.json', '--part', '10', '--profile', cwd, '--json'];
    const bin = new URL('../../apps/cli/bin/lading.mjs', import.meta.url).pathname;
    const child = execFile(process.execPath, [bin, ...args], { cwd }, () => undefined);
    const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
    const saved = (): boolean => existsSync(join(cwd, 'k.csv.import.json'));
    for (let at = node.height; (node.height < at + 5 || !saved()) && child.exitCode === null; ) await node.get('/status');
    child.kill('SIGKILL');
    await ended;
    expect(JSON.parse(text('k.csv.import.json'))).toMatchObject({ finished: false });
    expect(counts(await load(...args.slice(1, 6), '--json'))).toMatchObject({ events: 300, recorded: 300, refused: 0 });
    const answers = await Promise.all(['K-0', 'K-150', 'K-299'].map((serial) => node.get(`/v1/items/${serial}`)));
    expect(answers.map(({ json }) => json['eventCount'])).toEqual([1, 1, 1]);
  }, 60_000);
});

describe('lading ask and lading report', () => {
  it('answer questions of auditors for people and for programs, and write the sheet', async () => {
    write('q.csv', [HEADER, 'Q1,2026-05-01 10:00,Q-1,']);
    await load('q.csv', '--map', 'map.json');
    const ask = (...args: string[]): Promise<CliRun> => lading([...args, '--profile', cwd], { cwd });
    const told = await ask('ask', 'custody', 'Q-1', '--at', '2026-05-01T12:00:00Z');
    expect(told.stdout).toMatch(new RegExp(`^holder +${ORGANIZATION}$`, 'm'));
    expect(counts(await ask('ask', 'clones', 'Q-1', '--json'))).toMatchObject({ score: 0, signals: [] });
    expect((await ask('ask', 'balance', 'Q-1')).code).toBe(1);
    expect((await ask('ask', 'corrections', '--json')).code).toBe(0);
    const report = await ask('report', 'fsma204', '--from', '2026-01-01T00:00:00Z', '--out', 'sheet.csv');
    expect([report.code, text('sheet.csv').startsWith('Critical tracking event,')]).toEqual([0, true]);
    expect((await ask('report', 'fsma204', '--out', 'sheet.pdf')).code).toBe(2);
  }, 60_000);
});

describe('lading event follow', () => {
  it('tells what was recorded after a cursor, and where to go on', async () => {
    const args = ['event', 'follow', '--type', 'key', '--after', '0.0', '--profile', cwd];
    const all = await lading([...args, '--count', '2', '-o', 'ndjson'], { cwd });
    const [first, second] = all.stdout.trim().split('\n').map((line) => JSON.parse(line) as { cursor: string; type: string });
    expect([all.code, first?.type, second?.type]).toEqual([0, 'key.add', 'key.add']);
    args[5] = first?.cursor ?? '';
    const rest = await lading([...args, '--count', '1'], { cwd });
    expect(rest.stdout.startsWith(`${second?.cursor ?? ''} `)).toBe(true);
  });
});
