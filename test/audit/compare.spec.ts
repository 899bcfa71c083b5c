import { createHash } from 'node:crypto';
import { compareNodes, type ComparedNode } from '../../apps/cli/src/audit/compareNodes.js';

const sha256 = (text: string | Buffer): Buffer => createHash('sha256').update(text).digest();
const hash = (text: string): string => sha256(text).toString('base64url');

/** A node with a history and a state of its own. */
class FakeNode implements ComparedNode {
  readonly asked: number[] = [];
  chainId = 'one';
  readonly state = new Map<string, string>();
  /** From this height on its blocks, or its outcomes and state, are others. */
  forkAt = Infinity;
  stateForkAt = Infinity;

  constructor(
    readonly name: string,
    public height: number,
    keys: number
  ) {
    for (let i = 0; i < keys; i++) this.state.set(`provenance/item/${i}`, `value ${i}`);
  }

  head() {
    return Promise.resolve({ height: this.height, chainId: this.chainId });
  }

  block(height: number) {
    this.asked.push(height);
    const of = (what: string, from: number): string => hash(`${what} ${height}${height >= from ? ` of ${this.name}` : ''}`);
    const both = Math.min(this.forkAt, this.stateForkAt);
    return Promise.resolve({
      ...{ height, blockHash: of('block', this.forkAt), parentHash: of('parent', this.forkAt) },
      ...{ stateRoot: of('state', both), outcomeRoot: of('outcomes', this.forkAt), proposer: 'alpha', signers: ['alpha', 'beta'] }
    });
  }

  #entries(prefix: string) {
    return [...this.state]
      .map(([key, value]) => ({ key, hash: sha256(key), valueHash: sha256(value) }))
      .filter((entry) => entry.hash.toString('hex').startsWith(prefix))
      .sort((a, b) => Buffer.compare(a.hash, b.hash));
  }

  digests(prefix: string) {
    const groups = new Map<number, Buffer[]>();
    for (const entry of this.#entries(prefix)) {
      const byte = entry.hash[prefix.length / 2] ?? 0;
      groups.set(byte, [...(groups.get(byte) ?? []), entry.hash, entry.valueHash]);
    }
    const shown = [...groups].map(([byte, parts]) => {
      return { byte, count: parts.length / 2, digest: sha256(Buffer.concat(parts)).toString('base64url') };
    });
    return Promise.resolve({ height: this.height, prefix, groups: shown });
  }

  entries(prefix: string, after: string | null) {
    const all = this.#entries(prefix).filter((entry) => {
      return after === null || Buffer.compare(entry.hash, Buffer.from(after, 'base64url')) > 0;
    });
    const items = all.slice(0, 3).map((entry) => {
      return { key: entry.key, keyHash: entry.hash.toString('base64url'), valueHash: entry.valueHash.toString('base64url') };
    });
    const next = all.length > 3 ? (items.at(-1)?.keyHash ?? null) : null;
    return Promise.resolve({ height: this.height, prefix, items, next });
  }
}

const patience = { attempts: 3, pause: () => Promise.resolve() };
/** First of the keys by the order of their hashes. */
const firstOf = (keys: readonly string[]): string =>
  [...keys].sort((a, b) => Buffer.compare(sha256(a), sha256(b)))[0] as string;

describe('comparing two nodes', () => {
  const pair = (keys = 5000): [FakeNode, FakeNode] => [new FakeNode('a', 1000, keys), new FakeNode('b', 1000, keys)];

  it('finds nothing where there is nothing, also when one is ahead', async () => {
    const [a, b] = pair(300);
    expect(await compareNodes(a, b, patience)).toEqual({ nodes: ['a', 'b'], height: 1000, stateHeight: 1000, divergence: null });
    b.height = 1007;
    expect(await compareNodes(a, b, patience)).toEqual({ nodes: ['a', 'b'], height: 1000, stateHeight: null, divergence: null });
  });

  it('names the first height of two histories, with few questions, and both blocks with their signers', async () => {
    for (const forkAt of [0, 1, 37, 999, 1000]) {
      const [a, b] = pair(10);
      b.forkAt = forkAt;
      const { divergence, height } = await compareNodes(a, b, patience);
      expect(divergence).toMatchObject({ part: 'block', height: forkAt, key: null });
      expect(divergence?.what).toContain('committed by alpha, beta');
      expect(height).toBe(forkAt - 1);
      expect(b.asked.length).toBeLessThanOrEqual(13);
    }
  });

  it('names the first height whose state differs, and the first key', async () => {
    const [a, b] = pair();
    b.stateForkAt = 512;
    b.state.set('provenance/item/77', 'another');
    const { divergence } = await compareNodes(a, b, patience);
    expect(divergence).toMatchObject({ part: 'state', height: 512, key: 'provenance/item/77' });
  });

  it('names the first key among several that differ, are missing, or are too many', async () => {
    const changes: readonly (readonly [string, (node: FakeNode) => unknown])[] = [
      ['provenance/item/9', (node) => node.state.set('provenance/item/9', 'x')],
      ['provenance/item/4000', (node) => node.state.delete('provenance/item/4000')],
      ['core/smuggled', (node) => node.state.set('core/smuggled', 'x')]
    ];
    for (const part of [changes.slice(0, 1), changes.slice(1, 2), changes.slice(2), changes]) {
      const [a, b] = pair();
      for (const [, change] of part) change(b);
      const { divergence } = await compareNodes(a, b, patience);
      expect(divergence).toMatchObject({ part: 'state', height: null, key: firstOf(part.map(([key]) => key)) });
    }
  });

  it('does not take two heights for two states: it waits until the nodes meet', async () => {
    const [a, b] = pair(50);
    a.height = 1001;
    a.state.set('provenance/item/1', 'newer');
    const meet = (): Promise<void> => {
      b.height = 1001;
      b.state.set('provenance/item/1', 'newer');
      return Promise.resolve();
    };
    expect((await compareNodes(a, b, { attempts: 3, pause: meet })).divergence).toBeNull();
  });

  it('says when they belong to different networks', async () => {
    const [a, b] = pair(1);
    b.chainId = 'another';
    expect((await compareNodes(a, b, patience)).divergence).toMatchObject({ part: 'chain' });
  });
});
