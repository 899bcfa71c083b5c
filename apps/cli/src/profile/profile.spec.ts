import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CliFailure } from '../failure.js';
import { findDemo, findProfile } from './profile.js';

let folder: string;
const before = process.cwd();
beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'lading-profile-')));
  for (const [id, port] of [
    ['nordic-roast', 4103],
    ['finca-alta', 4101]
  ] as const) {
    const directory = join(folder, '.lading/demo', id);
    mkdirSync(directory, { recursive: true });
    writeFileSync(
      join(directory, 'node.json'),
      JSON.stringify({ organization: id, genesis: 'genesis.json', http: { host: '0.0.0.0', port } })
    );
  }
  writeFileSync(join(folder, '.lading/demo/genesis.json'), '{}');
  mkdirSync(join(folder, 'deep/er'), { recursive: true });
});
afterEach(() => {
  process.chdir(before);
  rmSync(folder, { recursive: true });
});

describe('profiles', () => {
  it('are the demo above the current folder by default, organizations in the order of their ports', () => {
    process.chdir(join(folder, 'deep/er'));
    const profile = findProfile(undefined, null);
    expect(profile.organizations.map(({ id }) => id)).toEqual(['finca-alta', 'nordic-roast']);
    expect(profile).toMatchObject({
      organization: 'finca-alta',
      genesisFile: join(folder, '.lading/demo/genesis.json')
    });
    expect(profile.organizations[0]?.url).toBe('http://127.0.0.1:4101');
  });

  it('of a name are an organization of the demo; --member can choose it too', () => {
    process.chdir(folder);
    expect(findProfile('nordic-roast', null).organization).toBe('nordic-roast');
    expect(findProfile(undefined, 'nordic-roast').organization).toBe('nordic-roast');
    expect(() => findProfile(undefined, 'nobody')).toThrow(CliFailure);
  });

  it('of an organization’s own folder know that organization only', () => {
    const directory = join(folder, '.lading/demo/finca-alta');
    const profile = findProfile(directory, null);
    expect(profile.organizations).toEqual([{ id: 'finca-alta', url: 'http://127.0.0.1:4101', directory }]);
    expect(profile.genesisFile).toBe(join(directory, 'genesis.json'));
  });

  it('of a profile.json name files relative to it', () => {
    const file = {
      organization: 'a',
      genesis: 'g.json',
      url: 'https://a.example',
      others: { b: 'https://b.example' },
      key: 'k.json'
    };
    writeFileSync(join(folder, 'profile.json'), JSON.stringify(file));
    const profile = findProfile(folder, null);
    expect(profile).toMatchObject({
      organization: 'a',
      genesisFile: join(folder, 'g.json'),
      keyFile: join(folder, 'k.json'),
      tokenFile: null
    });
    expect(profile.organizations.map(({ id, url }) => [id, url])).toEqual([
      ['a', 'https://a.example'],
      ['b', 'https://b.example']
    ]);
  });

  it('that are not there say what there is', () => {
    process.chdir(folder);
    expect(() => findProfile('nobody', null)).toThrow('There is no profile "nobody"');
    process.chdir(tmpdir());
    expect(findDemo()).toBeNull();
    expect(() => findProfile(undefined, null)).toThrow('There is no network here');
  });
});
