import { keyHash } from '@lading/ledger';
import { compareNodes } from '../../apps/cli/src/audit/compare/compareNodes.js';
import { Unanswered } from '../../apps/cli/src/audit/compare/types.js';
import { FakeNode } from './comparedLedger.js';

const options = { attempts: 3, pause: () => Promise.resolve(), quick: false };
/** In the order of their hashes, in which keys are told. */
const ordered = (keys: readonly string[]): string[] => [...keys].sort((a, b) => Buffer.compare(keyHash(a), keyHash(b)));
const pair = (keys = 200, blocks = 300): [FakeNode, FakeNode] => [new FakeNode('a', blocks, keys), new FakeNode('b', blocks, keys)];

describe('comparing nodes', () => {
  it('finds nothing where there is nothing; a node that is behind is behind, and compared as far as it goes', async () => {
    const [a, b] = pair();
    const same = await compareNodes([a, b], options);
    expect(same).toMatchObject({ reference: 'a', damage: [] });
    expect(same.comparisons).toMatchObject([{ nodes: ['a', 'b'], heights: [0, 299], divergence: null, state: { height: 299, keys: [] } }]);
    for (let i = 0; i < 7; i++) b.append('same');
    const behind = await compareNodes([a, b], options);
    expect(behind.nodes.map((line) => line.behind)).toEqual([7, 0]);
    const as = { nodes: ['b', 'a'], heights: [0, 299], divergence: null, state: { height: null, keys: [] } };
    expect(behind.comparisons).toMatchObject([as]);
    b.from = 299;
    b.lies.tree = (height, depth, index) => a.tree(height, depth, index);
    expect((await compareNodes([a, b], options)).comparisons[0]?.state).toMatchObject({ height: 299, keys: [] });
  });

  it('names the first height of two histories with few questions, and whose blocks they are', async () => {
    for (const [forkAt, blocks] of [[0, 300], [1, 300], [37, 300], [298, 300], [299, 300], [42, 100], [43, 100], [0, 1]] as const) {
      const a = new FakeNode('a', blocks, 3);
      const b = new FakeNode('b', forkAt, 3);
      while (b.height < blocks - 1) b.append('fork');
      const { comparisons } = await compareNodes([a, b], options);
      expect(comparisons[0]?.divergence).toMatchObject({ height: forkAt, kind: 'fork' });
      expect(comparisons[0]?.divergence?.differences[0]?.said[1]).toContain('by b');
      expect(b.asked.filter((one) => one.startsWith('roots')).length).toBeLessThanOrEqual(2);
    }
  });

  it('finds one edited row in the middle, with all the same after it, and says whose rows contradict themselves', async () => {
    const [a, b] = pair(3);
    const outcome = b.blocks[123]?.outcomes[0];
    if (outcome !== undefined) b.blocks[123]?.outcomes.splice(0, 1, { ...outcome, status: 'REJECTED', code: 'EDITED' });
    const { comparisons, damage } = await compareNodes([a, b], options);
    expect(comparisons[0]?.divergence).toMatchObject({ height: 123, kind: 'rows', differences: [{ part: 'outcomes', index: 0 }] });
    const said = comparisons[0]?.divergence?.differences[0]?.said;
    expect(said).toEqual([expect.stringMatching(/^APPLIED/), expect.stringMatching(/^REJECTED EDITED/)]);
    expect(damage).toMatchObject([{ node: 'b', table: 'outcome', key: '123' }]);
    expect((await compareNodes([a, b], { ...options, quick: true })).comparisons[0]?.divergence).toBeNull();
    const [c, d] = pair(3);
    Object.assign(d.blocks[5] ?? {}, { encodedHash: 'x'.repeat(43) });
    const edited = (await compareNodes([c, d], options)).comparisons[0]?.divergence;
    expect(edited).toMatchObject({ height: 5, kind: 'rows', differences: [{ part: 'blockRow' }] });
    d.unreadable.add(5);
    expect((await compareNodes([c, d], options)).damage).toMatchObject([{ node: 'b', table: 'block', key: '5' }]);
    Object.assign(d.blocks[4] ?? {}, { stateRoot: 'y'.repeat(43) });
    expect((await compareNodes([c, d], options)).comparisons[0]?.divergence).toMatchObject({ height: 4, kind: 'execution' });
  });

  it('walks to the keys that differ, are missing, or are too many, in the order of their hashes', async () => {
    const changes: readonly (readonly [string, (node: FakeNode) => unknown])[] = [
      ['provenance/item/9', (node) => node.values.set('provenance/item/9', 'x')],
      ['provenance/item/150', (node) => node.values.delete('provenance/item/150')],
      ['core/smuggled', (node) => node.values.set('core/smuggled', 'x')]
    ];
    for (const part of [changes.slice(0, 1), changes.slice(1, 2), changes.slice(2), changes]) {
      const [a, b] = pair();
      for (const [, change] of part) change(b);
      b.sealState();
      const { comparisons, damage } = await compareNodes([a, b], options);
      expect(comparisons[0]?.divergence).toMatchObject({ height: 299, kind: 'execution', differences: [{ part: 'stateRoot' }] });
      expect(comparisons[0]?.state?.keys.map(({ key }) => key)).toEqual(ordered(part.map(([key]) => key)));
      expect(damage).toEqual([]);
    }
    const [a, b] = pair();
    for (let i = 0; i < 100; i++) b.values.set(`provenance/item/${i}`, 'other');
    const { state } = (await compareNodes([a, b], options)).comparisons[0] ?? {};
    const all = ordered(Array.from({ length: 100 }, (_, i) => `provenance/item/${i}`));
    expect([state?.more, state?.keys.map(({ key }) => key)]).toEqual([true, all.slice(0, 16)]);
  });

  it('believes no hash that it can compute: root, nodes and entries that do not fit are damage of that node', async () => {
    const lie = async (change: (b: FakeNode, a: FakeNode) => void): Promise<string> => {
      const [a, b] = pair(20, 3);
      b.values.set('provenance/item/1', 'other');
      b.sealState();
      change(b, a);
      const { damage } = await compareNodes([a, b], options);
      expect(damage.every(({ node }) => node === 'b')).toBe(true);
      return damage.map(({ what }) => what).join('; ');
    };
    expect(await lie((b) => void Object.assign(b.blocks[2] ?? {}, { stateRoot: 'z'.repeat(43) }))).toContain('give the state root');
    const smaller = new FakeNode('b', 3, 19);
    expect(await lie((b) => void (b.lies.tree = smaller.tree.bind(smaller)))).toContain('give the state root');
    const swapped = (b: FakeNode): void => {
      const honest = new FakeNode('b', 3, 20);
      honest.values.set('provenance/item/1', 'other');
      b.lies.tree = async (height, depth, index) => {
        const answer = await honest.tree(height, depth, index);
        return depth === 0 ? { ...answer, hashes: [...answer.hashes].reverse() } : answer;
      };
    };
    expect(await lie(swapped)).toContain('do not give its hash');
    const foreign = new FakeNode('b', 3, 20);
    expect(await lie((b) => void (b.lies.buckets = foreign.buckets.bind(foreign)))).toContain('not what the state tree was made of');
    const value = async (height: number, buckets: readonly number[]) => {
      const answer = await foreign.buckets(height, buckets);
      const changed = answer.buckets.map((one) => ({ ...one, entries: one.entries.map((entry) => ({ ...entry, value: 'AAAA' })) }));
      return { ...answer, buckets: changed };
    };
    expect(await lie((b) => void (b.lies.buckets = value))).toContain('value_hash is not the hash of the value');
    const found = { height: 2, rows: 1, findings: [{ key: 'k', what: 'its own finding' }], next: null };
    expect(await lie((b) => void (b.lies.rows = () => Promise.resolve(found)))).toContain('its own finding');
  });

  it('where a stopped node and the others know no common state, tells as candidates what it has changed since its checkpoint', async () => {
    const [a, b] = pair(50, 10);
    b.from = 5;
    b.values.set('provenance/item/7', 'diverged');
    b.changed.push(...ordered(['provenance/item/7', 'provenance/item/8']));
    b.blocks.pop();
    b.append('same', 'OTHER_OUTCOME');
    b.sealState();
    for (let i = 0; i < 4; i++) a.append('same');
    a.values.set('provenance/item/9', 'changed later, by others');
    const [found] = (await compareNodes([a, b], options)).comparisons;
    expect(found?.divergence).toMatchObject({ height: 9, kind: 'execution' });
    expect(found?.divergence?.differences.map(({ part }) => part).sort()).toEqual(['outcomeRoot', 'outcomes', 'stateRoot']);
    expect(found?.state).toMatchObject({ height: null, windows: [[13, 13], [5, 9]] });
    expect(found?.state?.keys.map(({ key }) => key)).toEqual(['provenance/item/7']);
  });

  it('calls neither a node that is away nor one of another network a divergence, and compares the others', async () => {
    const nodes = [new FakeNode('a', 20, 3), new FakeNode('b', 20, 3), new FakeNode('c', 20, 3), new FakeNode('d', 30, 3)];
    const [, b, c, d] = nodes;
    if (b === undefined || c === undefined || d === undefined) throw new Error('four nodes');
    b.away = new Unanswered('b', 'NODE_UNREACHABLE', 'nobody listens', false);
    c.away = new Unanswered('c', 'ROLE_MISSING', 'no auditor', true);
    const { comparisons, ...rest } = await compareNodes(nodes, options);
    expect(rest.nodes.map(({ state }) => state)).toEqual(['answers', 'unreachable', 'notAllowed', 'answers']);
    expect(comparisons).toMatchObject([{ nodes: ['d', 'a'], divergence: null }]);
    d.chainId = 'another';
    const other = await compareNodes(nodes, options);
    expect(other.nodes.map(({ state }) => state)).toEqual(['otherNetwork', 'unreachable', 'notAllowed', 'answers']);
    expect(other.comparisons).toEqual([]);
    for (const node of nodes) node.away = new Unanswered(node.name, 'NODE_UNREACHABLE', '', false);
    expect(await compareNodes(nodes, options)).toMatchObject({ reference: null, comparisons: [] });
  });

  it('says where it ended when a node goes away on the way, or says what is no answer', async () => {
    const [a, b] = pair(5, 20);
    b.lies.tree = () => Promise.reject(new Unanswered('b', 'NODE_UNREACHABLE', 'gone', false));
    const gone = { divergence: null, state: null, fault: { node: 'b', code: 'NODE_UNREACHABLE' } };
    expect((await compareNodes([a, b], options)).comparisons).toMatchObject([gone]);
    b.history = () => Promise.resolve({ height: 1, part: 'roots', from: 0, to: 9, groups: [{ from: -3, to: 1, count: 1, digest: 'x' }] });
    expect((await compareNodes([a, b], options)).comparisons).toMatchObject([{ fault: { node: 'b', code: 'ANSWER_INVALID' } }]);
  });

  it('compares what both hold where one began from a snapshot', async () => {
    const [a, b] = pair(5, 50);
    b.historyFrom = 30;
    Object.assign(b.blocks[10] ?? {}, { blockHash: 'q'.repeat(43) });
    expect((await compareNodes([a, b], options)).comparisons).toMatchObject([{ heights: [30, 49], divergence: null }]);
  });
});
