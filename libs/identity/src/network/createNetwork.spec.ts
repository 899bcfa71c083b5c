import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decodeGenesis } from '@lading/ledger';
import { toHex } from '@lading/kernel';
import { FileSigner } from '../keys/keystore.js';
import { createNetwork, type NetworkPlan, type OrganizationPlan } from './createNetwork.js';

const organization = (id: string, n: number): OrganizationPlan => ({
  id,
  name: `Organization ${id}`,
  gln: '',
  companyPrefixes: [],
  custodyMode: n === 0,
  http: { host: '127.0.0.1', port: 4100 + n },
  peer: { host: '127.0.0.1', port: 4200 + n },
  peerAddress: `127.0.0.1:${4200 + n}`,
  publicUrl: `http://127.0.0.1:${4100 + n}`,
  members: ['ana']
});

describe('the key ceremony', () => {
  let directory: string;
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'lading-ceremony-'));
  });
  afterEach(() => rm(directory, { recursive: true, force: true }));

  const plan = (ids: readonly string[]): NetworkPlan => ({
    directory,
    name: 'test',
    constitution: 'none',
    parameters: { profile: 'custody' },
    organizations: ids.map(organization),
    protection: { devOnly: true },
    timeMs: Date.UTC(2026, 10, 1)
  });

  it('writes a genesis that names the keys in the files, which only their owner can read', async () => {
    const { genesisBytes } = await createNetwork(plan(['b', 'a', 'c', 'd']));
    const genesis = decodeGenesis(genesisBytes);
    if (!genesis.ok) throw new Error(genesis.detail);
    expect(genesis.value.config.organizations.map(({ id }) => id)).toEqual(['a', 'b', 'c', 'd']);
    for (const config of genesis.value.config.organizations) {
      const signer = await FileSigner.open(join(directory, config.id, 'keys/validator.json'));
      expect(toHex(signer.publicKey)).toBe(toHex(config.validatorKey));
      for (const file of ['keys/validator.json', 'keys/tls.key.pem', 'admin.json', 'token.json', 'members/ana.json'])
        expect((await stat(join(directory, config.id, file))).mode & 0o077).toBe(0);
    }
    const node = JSON.parse(await readFile(join(directory, 'a/node.json'), 'utf8')) as { peers: object; keys: object };
    expect(Object.keys(node.peers).sort()).toEqual(['b', 'c', 'd']);
    expect(node.keys).not.toHaveProperty('service');
  });

  it('never replaces the keys of an earlier ceremony', async () => {
    await createNetwork(plan(['a', 'b', 'c', 'd']));
    await expect(createNetwork(plan(['a', 'b', 'c', 'd']))).rejects.toMatchObject({ code: 'KEY_FILE_EXISTS' });
  });

  it('refuses a plan that is no network', async () => {
    await expect(createNetwork(plan([]))).rejects.toMatchObject({ code: 'NETWORK_PLAN' });
  });
});
