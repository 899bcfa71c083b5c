import { createHash } from 'node:crypto';
import type { StateDigests, StateEntries } from '@lading/api';
import { keyHash } from '@lading/ledger';
import { LadingClient } from '@lading/sdk';
import { compareNodes, type ComparedNode } from '../../apps/cli/src/audit/compareNodes.js';
import { bytes, objectEvent, serial } from './sampleEvents.js';
import { SingleNode, type Person } from './singleNode.js';

describe('what auditors compare nodes by', () => {
  let node: SingleNode;
  let auditor: Person;

  beforeAll(async () => {
    node = await SingleNode.start({ profile: 'open' });
    for (const n of [1, 2, 3]) await node.postEpcis('/epcis/v2/events', bytes(objectEvent({ epcList: [serial(`C${n}`)] })));
    auditor = await node.newMember('auditor', ['audit']);
  }, 120_000);
  afterAll(() => node.stop(), 60_000);

  const read = async <T>(path: string): Promise<T> => {
    const answer = await node.get(path, auditor);
    expect(answer.status).toBe(200);
    return answer.json as unknown as T;
  };

  async function allEntries(prefix: string): Promise<StateEntries['items']> {
    const items: StateEntries['items'] = [];
    for (let after = ''; ; ) {
      const page = await read<StateEntries>(`/v1/audit/entries?prefix=${prefix}&perPage=7${after}`);
      items.push(...page.items);
      if (page.next === null) return items;
      after = `&after=${page.next}`;
    }
  }

  it('lists every key once in the order of key hashes, and digests them as anybody can', async () => {
    const items = await allEntries('');
    expect(items.length).toBeGreaterThan(20);
    for (const { key, keyHash: hash } of items) expect(hash).toBe(Buffer.from(keyHash(key)).toString('base64url'));
    const { groups, height } = await read<StateDigests>('/v1/audit/state');
    expect(height).toBe(node.height);
    expect(groups.reduce((sum, { count }) => sum + count, 0)).toBe(items.length);
    for (const { byte, count, digest } of groups) {
      const own = items.filter(({ keyHash: hash }) => Buffer.from(hash, 'base64url')[0] === byte);
      const parts = own.flatMap((one) => [Buffer.from(one.keyHash, 'base64url'), Buffer.from(one.valueHash, 'base64url')]);
      expect(own.length).toBe(count);
      expect(digest).toBe(createHash('sha256').update(Buffer.concat(parts)).digest('base64url'));
    }
    const [first] = groups;
    const prefix = (first?.byte ?? 0).toString(16).padStart(2, '0');
    const below = await read<StateDigests>(`/v1/audit/state?prefix=${prefix}`);
    expect(below.groups.reduce((sum, { count }) => sum + count, 0)).toBe(first?.count);
  }, 60_000);

  it('serves the comparison of nodes: a node has nothing that it has not itself', async () => {
    const client = new LadingClient({ urls: [node.url], token: () => Promise.resolve(auditor.token()) });
    const view: ComparedNode = {
      name: node.url,
      head: () => client.status(),
      block: (height) => client.block(height),
      digests: (prefix) => client.stateDigests(prefix),
      entries: (prefix, after) => client.stateEntries(prefix, after)
    };
    const other: ComparedNode = {
      ...view,
      digests: async (prefix) => {
        const { groups, ...rest } = await view.digests(prefix);
        return { ...rest, groups: groups.map((group, i) => (i === 2 ? { ...group, digest: 'x'.repeat(43) } : group)) };
      },
      entries: async (prefix, after) => {
        const page = await view.entries(prefix, after);
        return { ...page, items: page.items.slice(1) };
      }
    };
    const patience = { attempts: 2, pause: () => Promise.resolve() };
    const same = await compareNodes(view, view, patience);
    expect(same).toMatchObject({ height: node.height, stateHeight: node.height, divergence: null });
    const { groups } = await client.stateDigests('');
    const prefix = (groups[2]?.byte ?? 0).toString(16).padStart(2, '0');
    const [first] = (await client.stateEntries(prefix, null)).items;
    expect((await compareNodes(view, other, patience)).divergence).toMatchObject({ part: 'state', key: first?.key });
  }, 60_000);

  it('is for auditors only, and refuses what is no prefix', async () => {
    for (const path of ['/v1/audit/state', '/v1/audit/entries']) {
      expect((await node.get(path)).status).toBe(403);
      for (const query of ['prefix=xy', 'prefix=abc', `prefix=${'00'.repeat(32)}`]) {
        expect((await node.get(`${path}?${query}`, auditor)).json['code']).toBe('PARAMETER_INVALID');
      }
    }
    expect((await node.get('/v1/audit/entries?after=!', auditor)).status).toBe(400);
    expect((await node.get('/v1/audit/entries?perPage=0', auditor)).status).toBe(400);
  }, 60_000);
});
