import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseNodeConfig } from '@lading/api';
import { decodeGenesis } from '@lading/ledger';
import { lading } from './runCli.js';

let cwd: string;
beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), 'lading-cli-'));
});
afterEach(() => rmSync(cwd, { recursive: true }));

const run = (...args: string[]) => lading(args, { cwd });
const modeOf = (path: string): string => (statSync(join(cwd, path)).mode & 0o777).toString(8);
const ORGANIZATIONS = ['--organization', 'alpha=Alpha Ltd', '--organization', 'beta=Beta Ltd'];

describe('the command line', () => {
  it('answers 2 to what it does not understand, on stderr, and suggests', async () => {
    for (const args of [
      ['verif'],
      ['verify'],
      ['event', 'submit'],
      ['event', 'list', '--limit', 'many'],
      ['status', '--colour'],
      ['trace', 'X', '-o', 'pdf']
    ]) {
      const { code, stdout, stderr } = await run(...args);
      expect({ args, code, stdout }).toEqual({ args, code: 2, stdout: '' });
      expect(stderr).not.toBe('');
    }
    expect((await run('verif')).stderr).toContain('Did you mean verify?');
  });

  it('helps on stdout, with examples first', async () => {
    const { code, stdout } = await run('event', 'submit', '--help');
    expect(code).toBe(0);
    expect(stdout.startsWith('Examples:\n  lading event submit ')).toBe(true);
  });

  it('says what, why and next when there is no network here', async () => {
    const { code, stdout, stderr } = await run('status');
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(/^✖ There is no network here\n {2}why .*\n {2}next {4}npm start/);
  });

  it('puts failures as JSON on stderr when results are JSON', async () => {
    const { stderr } = await run('status', '--json');
    expect(JSON.parse(stderr)).toMatchObject({ what: 'There is no network here', exitCode: 1 });
  });

  it('names its version as package.json does', async () => {
    const { version } = JSON.parse(readFileSync(new URL('../../apps/cli/package.json', import.meta.url), 'utf8')) as {
      version: string;
    };
    expect(JSON.parse((await run('version', '--json')).stdout)).toMatchObject({
      lading: version,
      node: process.version
    });
  });
});

describe('lading init network', () => {
  it('makes a genesis that nodes accept, a node.json for each organization, and secrets of mode 0600', async () => {
    const { code, stdout, stderr } = await run(
      'init',
      'network',
      'net',
      '--name',
      'Two',
      ...ORGANIZATIONS,
      '--dev-only'
    );
    expect({ code, stderr }).toMatchObject({ code: 0 });
    const genesis = decodeGenesis(new Uint8Array(readFileSync(join(cwd, 'net/genesis.json'))));
    expect(genesis.ok && genesis.value.config.organizations.map(({ id, name }) => [id, name])).toEqual([
      ['alpha', 'Alpha Ltd'],
      ['beta', 'Beta Ltd']
    ]);
    expect(stdout.trim().split('\n')).toEqual(
      ['net/genesis.json', 'net/alpha/node.json', 'net/beta/node.json'].map((path) => join(cwd, path))
    );
    const config = parseNodeConfig(JSON.parse(readFileSync(join(cwd, 'net/beta/node.json'), 'utf8')));
    expect(config.ok && config.value).toMatchObject({
      organization: 'beta',
      http: { port: 4102 },
      peers: { alpha: '127.0.0.1:4201' }
    });
    for (const file of ['keys/validator.json', 'keys/tls.key.pem', 'admin.json', 'token.json', 'members/clerk.json'])
      expect(modeOf(`net/alpha/${file}`)).toBe('600');
    expect(modeOf('net')).toBe('700');
  });

  it('never replaces the keys of an earlier ceremony', async () => {
    await run('init', 'network', 'net', '--name', 'Two', ...ORGANIZATIONS, '--dev-only');
    const before = readFileSync(join(cwd, 'net/alpha/admin.json'));
    const { code, stderr } = await run('init', 'network', 'net', '--name', 'Two', ...ORGANIZATIONS, '--dev-only');
    expect([code, stderr.includes('KEY_FILE_EXISTS')]).toEqual([6, true]);
    expect(readFileSync(join(cwd, 'net/alpha/admin.json'))).toEqual(before);
  });

  it('reads a plan, seals the keys with the passphrase, and names the file and not the passphrase in node.json', async () => {
    writeFileSync(join(cwd, 'pass.txt'), 'correct horse battery\n', { mode: 0o600 });
    const organizations = [
      {
        id: 'alpha',
        members: ['anna'],
        custodyMode: true,
        peer: { host: '0.0.0.0', port: 5000 },
        peerAddress: 'alpha.example:5000'
      },
      { id: 'beta' }
    ];
    writeFileSync(
      join(cwd, 'plan.json'),
      JSON.stringify({ name: 'Sealed', parameters: { profile: 'open' }, organizations })
    );
    const { code, stderr } = await run(
      'init',
      'network',
      'net',
      '--plan',
      'plan.json',
      '--passphrase-file',
      'pass.txt'
    );
    expect({ code, stderr }).toMatchObject({ code: 0 });
    expect(readFileSync(join(cwd, 'net/alpha/members/anna.json'), 'utf8')).toContain('"encrypted"');
    expect(readFileSync(join(cwd, 'net/alpha/node.json'), 'utf8')).toContain(join(cwd, 'pass.txt'));
    expect(readFileSync(join(cwd, 'net/beta/node.json'), 'utf8')).toContain('alpha.example:5000');
    expect(readFileSync(join(cwd, 'net/alpha/node.json'), 'utf8')).not.toContain('horse');
  }, 60_000);

  it('refuses a plan with an unknown field or a bad parameter, and a ceremony without protection', async () => {
    writeFileSync(join(cwd, 'plan.json'), JSON.stringify({ name: 'X', organisations: [] }));
    expect(await run('init', 'network', 'net', '--plan', 'plan.json', '--dev-only')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('"organisations" is not known')
    });
    writeFileSync(
      join(cwd, 'plan.json'),
      JSON.stringify({ name: 'X', parameters: { window: 0 }, organizations: [{ id: 'alpha' }] })
    );
    expect(await run('init', 'network', 'net', '--plan', 'plan.json', '--dev-only')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('NETWORK_PLAN')
    });
    expect(await run('init', 'network', 'net', '--name', 'Two', ...ORGANIZATIONS)).toMatchObject({ code: 2 });
    expect(existsSync(join(cwd, 'net'))).toBe(false);
  });
});

describe('lading key new', () => {
  it('writes mode 0600 and prints the key id that will be registered', async () => {
    const { code, stdout } = await run('key', 'new', 'anna.json', '--owner', 'alpha/anna', '--dev-only');
    expect([code, modeOf('anna.json')]).toEqual([0, '600']);
    expect(stdout).toMatch(/^alpha\/anna#[A-Za-z0-9_-]{43}\n$/);
    expect(await run('key', 'new', 'anna.json', '--owner', 'alpha/anna', '--dev-only')).toMatchObject({ code: 6 });
  });

  it('wants to know how the key is kept', async () => {
    expect(await run('key', 'new', 'anna.json', '--owner', 'alpha/anna')).toMatchObject({ code: 2 });
  });
});

describe('lading event validate', () => {
  const event = {
    type: 'ObjectEvent',
    eventTime: '2026-01-01T10:00:00Z',
    eventTimeZoneOffset: '+00:00',
    action: 'OBSERVE',
    epcList: ['https://id.gs1.org/00/095200010000000010']
  };
  const CONTEXT = 'https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld';

  it('accepts what a node would take, from a file or stdin', async () => {
    writeFileSync(join(cwd, 'e.json'), JSON.stringify({ '@context': [CONTEXT], ...event }));
    expect(await run('event', 'validate', 'e.json')).toMatchObject({ code: 0, stdout: '✔ e.json: 1 valid event\n' });
    expect(
      await lading(['event', 'validate', '-'], { cwd, stdin: readFileSync(join(cwd, 'e.json')), offline: true })
    ).toMatchObject({ code: 0 });
  });

  it('answers 3 with the place and reason of each fault', async () => {
    writeFileSync(
      join(cwd, 'e.json'),
      JSON.stringify({ '@context': [CONTEXT], ...event, action: 'LOOK', eventTimeZoneOffset: 'here' })
    );
    const { code, stdout } = await run('event', 'validate', 'e.json');
    expect(code).toBe(3);
    expect(stdout).toMatch(/^ {2}\/action .*FIELD_/m);
    expect(stdout).toMatch(/^ {2}\/eventTimeZoneOffset /m);
  });
});

describe('lading dev', () => {
  it('says that the demo does not run, and how to run it', async () => {
    for (const args of [
      ['dev', 'status'],
      ['dev', 'stop', '2'],
      ['dev', 'start', '2']
    ]) {
      expect(await run(...args)).toMatchObject({ code: 5, stderr: expect.stringContaining('npm start') });
    }
  });
});
