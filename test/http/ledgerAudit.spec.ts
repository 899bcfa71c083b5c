import { createHash } from 'node:crypto';
import type { HeightRowsView, HistoryDigests, StateBuckets, StateRowsView, StateWindowView, TreeHashesView } from '@lading/api';
import { bucketOf, keyHash, valueHash } from '@lading/ledger';
import { withClient } from '@lading/storage';
import { askedNode } from '../../apps/cli/src/audit/compare/askedNode.js';
import { compareNodes } from '../../apps/cli/src/audit/compare/compareNodes.js';
import { tamper } from '../fixtures/postgres.js';
import { bytes, objectEvent, serial } from './sampleEvents.js';
import { SingleNode, type Person } from './singleNode.js';

const sha256 = (...parts: readonly Uint8Array[]): Buffer => createHash('sha256').update(Buffer.concat(parts)).digest();
const u64 = (value: number): Buffer => {
  const buffer = Buffer.alloc(8);
  buffer.writeBigUInt64BE(BigInt(value));
  return buffer;
};

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
    expect([path, answer.status]).toEqual([path, 200]);
    return answer.json as unknown as T;
  };
  const item = (name: string): string => `provenance/item/https://id.gs1.org/01/04012345111118/21/${name}`;
  const asked = (name: string) => ({ ...askedNode(node.url, 10_000, () => Promise.resolve(auditor.token())), name });
  const options = { quick: false, attempts: 2, pause: () => Promise.resolve() };
  const compared = () => compareNodes([asked('one'), asked('other')], options);

  it('digests rows of the history as anybody can who has them, in groups of one size', async () => {
    const { height } = node;
    const { groups } = await read<HistoryDigests>(`/v1/audit/history?part=roots&from=0&to=${height}`);
    expect(groups.reduce((sum, { count }) => sum + count, 0)).toBe(height + 1);
    for (const { from, to, digest } of groups) {
      const rows: Buffer[] = [];
      for (let at = from; at <= to; at++) {
        const { block } = await read<HeightRowsView>(`/v1/audit/history/${at}`);
        const hashes = [block?.blockHash, block?.outcomeRoot, block?.stateRoot].map((text) => sha256(Buffer.from(text ?? '', 'base64url')));
        rows.push(Buffer.concat([u64(at), ...hashes]));
      }
      expect(digest).toBe(sha256(...rows).toString('base64url'));
    }
    for (const part of ['blocks', 'batches', 'transactions', 'outcomes']) {
      const whole = await read<HistoryDigests>(`/v1/audit/history?part=${part}&from=0&to=200`);
      expect(whole.groups.length).toBeGreaterThan(0);
      expect(whole.groups.every(({ from, to }) => from % 4 === 0 && to === Math.min(200, from + 3))).toBe(true);
    }
  }, 60_000);

  it('shows the state tree down to the keys and values of a bucket', async () => {
    const window = await read<StateWindowView>('/v1/audit/tree');
    expect(window.to).toBe(node.height);
    const bucket = bucketOf(keyHash(item('C1')), window.depth);
    const root = await read<TreeHashesView>(`/v1/audit/tree/${window.to}/0/0`);
    expect(root.hashes.length).toBe(256);
    const at = `/v1/audit/buckets/${window.to}?buckets=${bucket}`;
    const found = (await read<StateBuckets>(at)).buckets[0]?.entries.find(({ key }) => key === item('C1'));
    expect(found?.valueHash).toBe(Buffer.from(valueHash(Buffer.from(found?.value ?? '', 'base64url'))).toString('base64url'));
  }, 60_000);

  it('shows the state after an older height, too, while that is held: with the values that later blocks have overwritten', async () => {
    const window = await read<StateWindowView>('/v1/audit/tree');
    const bucket = bucketOf(keyHash(item('C2')), window.depth);
    const at = `/v1/audit/buckets/${window.to}?buckets=${bucket}`;
    const [before, root] = [await read<StateBuckets>(at), await read<TreeHashesView>(`/v1/audit/tree/${window.to}/0/0`)];
    await node.postEpcis('/epcis/v2/events', bytes(objectEvent({ epcList: [serial('C2')], action: 'OBSERVE', bizStep: 'inspecting' })));
    expect(node.height).toBeGreaterThan(window.to);
    expect(await read(at)).toEqual(before);
    expect(await read(`/v1/audit/tree/${window.to}/0/0`)).toEqual(root);
    const now = await read<StateBuckets>(`/v1/audit/buckets/${node.height}?buckets=${bucket}`);
    expect(now.buckets[0]?.entries).not.toEqual(before.buckets[0]?.entries);
    for (const height of [window.from - 1, node.height + 1]) {
      expect((await node.get(`/v1/audit/tree/${height}/0/0`, auditor)).json['code']).toBe('STATE_NOT_HELD');
    }
  }, 60_000);

  it('holds its rows of the state against its tree: an edited, removed or added row is named', async () => {
    const rows = async (): Promise<readonly { key: string; what: string }[]> => {
      const findings = [];
      for (let bucket: number | null = 0; bucket !== null; ) {
        const page: StateRowsView = await read(`/v1/audit/rows?bucket=${bucket}`);
        findings.push(...page.findings);
        bucket = page.next;
      }
      return findings;
    };
    expect(await rows()).toEqual([]);
    const { adminUrl } = node.database;
    const hex = Buffer.from(item('C3')).toString('hex');
    const where = `WHERE key = '\\x${hex}'`;
    const original = await withClient(adminUrl, async (client) => {
      return (await client.query(`SELECT * FROM ledger.state ${where}`)).rows[0] as object;
    });
    expect(original).toBeDefined();
    const edits = [
      [`UPDATE ledger.state SET value = value || '\\x00' ${where}`, 'value_hash is not the hash of the value'],
      [`UPDATE ledger.state SET value_hash = sha256(value_hash) ${where}`, 'not what the state tree was made of'],
      [`DELETE FROM ledger.state ${where}`, 'and the table no row']
    ] as const;
    for (const [edit, what] of edits) {
      await tamper(adminUrl, [edit]);
      expect((await rows()).map((one) => one.what).join('; ')).toContain(what);
      const damaged = await compared();
      expect(damaged.damage.some((one) => one.table === 'state' && one.what.includes(what))).toBe(true);
      await withClient(adminUrl, async (client) => {
        await client.query(`DELETE FROM ledger.state ${where}`);
        const names = Object.keys(original);
        await client.query(
          `INSERT INTO ledger.state (${names.join(', ')}) VALUES (${names.map((_, i) => `$${i + 1}`).join(', ')})`,
          Object.values(original)
        );
      });
      expect(await rows()).toEqual([]);
    }
  }, 90_000);

  it('serves the comparison of nodes: a node has nothing that it has not itself', async () => {
    const found = await compared();
    expect(found.nodes.map(({ state }) => state)).toEqual(['answers', 'answers']);
    const same = { heights: [0, node.height], divergence: null, state: { height: node.height, keys: [] }, fault: null };
    expect(found.comparisons).toMatchObject([same]);
    expect(found.damage).toEqual([]);
  }, 60_000);

  it('is for auditors only, and refuses what is no question', async () => {
    const paths = ['history?part=roots&from=0&to=0', 'history/1', 'tree', 'tree/1/0/0', 'buckets/1?buckets=1', 'changes', 'rows?bucket=0'];
    for (const path of paths) expect([path, (await node.get(`/v1/audit/${path}`)).status]).toEqual([path, 403]);
    const wrong = [
      'history?part=x&from=0&to=0',
      'history?part=roots&from=2&to=1',
      `history?part=outcomes&from=0&to=1024`,
      'history/x',
      'tree/1/20/0',
      'tree/1/2/4',
      'buckets/1',
      'buckets/1?buckets=1048576',
      `buckets/1?buckets=${Array.from({ length: 65 }, (_, i) => i).join(',')}`,
      'rows?bucket=1048576',
      'rows'
    ];
    for (const path of wrong) {
      expect([path, (await node.get(`/v1/audit/${path}`, auditor)).json['code']]).toEqual([path, 'PARAMETER_INVALID']);
    }
  }, 60_000);
});
