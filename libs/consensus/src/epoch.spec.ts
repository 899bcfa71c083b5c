import { equalBytes, toHex, ZERO_HASH } from '@lading/kernel';
import type { OrganizationId } from '@lading/kernel';
import { configHash, successorConfig } from '@lading/ledger';
import type { EpochConfig } from '@lading/ledger';
import { keyOfNode, MiniNetwork } from './miniNetwork.test-kit.js';
import type { MiniNode } from './miniNetwork.test-kit.js';
import { Bench, shape } from './network.test-kit.js';
import { summarize } from './summary.js';

const epochsOf = (net: MiniNetwork): number[] => net.nodes.map((node) => node.core.epoch);
const header = (node: MiniNode, height: number) => node.database[height]?.block.header;

/** The next config with other validators: indexes of nodes of the network, by id in order. */
function withValidators(config: EpochConfig, indexes: readonly number[]): EpochConfig {
  const [pattern] = config.organizations;
  if (pattern === undefined) throw new Error('no organization');
  const organizations = indexes.map((index) => ({
    ...pattern, id: `org${index}` as OrganizationId, validatorKey: keyOfNode(index), adminKey: keyOfNode(index)
  }));
  return { ...successorConfig(config), organizations };
}

describe('The end of an epoch', () => {
  it('N1, P1: the last height ends the epoch, with an empty block when nobody trades, and names the same config again', () => {
    const net = new MiniNetwork(4, { epochBlocks: 3 });
    net.work(2);
    expect(net.heights()).toEqual([3, 3, 3, 3]);
    const end = header(net.node(1), 3);
    expect(end).toMatchObject({ epochEnd: true, refCount: 0, epoch: 0 });
    expect(toHex(end?.nextConfigHash ?? ZERO_HASH)).toBe(toHex(configHash(successorConfig(net.config))));
    expect(header(net.node(1), 2)).toMatchObject({ epochEnd: false, nextConfigHash: ZERO_HASH });
    net.work(2);
    expect(header(net.node(2), 4)).toMatchObject({ epoch: 1, originView: 0, height: 4 });
    expect(epochsOf(net)).toEqual([2, 2, 2, 2]);
  });

  it('N1: a config transaction ends it at once, and only the first effective one of a block counts', () => {
    const net = new MiniNetwork(4);
    const first = { ...successorConfig(net.config), parameters: { ...net.config.parameters, turnBlocks: 7 } };
    const second = { ...successorConfig(net.config), parameters: { ...net.config.parameters, turnBlocks: 9 } };
    // Both are held before the leader may propose.
    net.node(0).slow = true;
    net.node(1).author(first);
    net.node(2).author(second);
    net.settle();
    net.node(0).slow = false;
    net.node(0).execute();
    net.run(50);
    expect(net.node(3).config.parameters.turnBlocks).toBe(7);
    expect(epochsOf(net)).toEqual([1, 1, 1, 1]);
  });

  it('P2, P3, N1: a proposal whose epochEnd or nextConfigHash is not what its batches say is not prepared', () => {
    const next = ({ config }: Bench): EpochConfig =>
      ({ ...successorConfig(config), parameters: { ...config.parameters, turnBlocks: 9 } });
    const tries: [string, boolean, Parameters<Bench['block']>[2] | null][] = [
      ['ends although nothing says so', false, { epochEnd: true, nextConfigHash: configHash(next(new Bench(1))) }],
      ['does not end although a batch says so', true, {}],
      ['names another config', true, { epochEnd: true, nextConfigHash: configHash(successorConfig(new Bench(1).config)) }],
      ['names none', true, { epochEnd: true, nextConfigHash: ZERO_HASH }],
      ['is right', true, null]
    ];
    for (const [what, changes, fields] of tries) {
      const bench = new Bench(1);
      const batch = { ...bench.batch(1, 0), ...(changes ? { nextConfig: next(bench) } : {}) };
      bench.do({ kind: 'BatchStored', batch });
      const right = { epochEnd: true, nextConfigHash: configHash(next(bench)) };
      const outputs = bench.receive(bench.proposal(bench.block(bench.genesis, [batch], fields ?? right)));
      expect([what, shape(outputs).includes('Sign PREPARE')]).toEqual([what, fields === null]);
    }
  });

  it('N1: nothing follows the block that ends the epoch: a second proposal is not accepted, and nobody suspects while it executes', () => {
    const net = new MiniNetwork(4, { epochBlocks: 1 });
    for (const node of net.nodes) node.slow = true;
    net.node(0).author();
    net.node(1).author();
    net.run(20_000);
    expect(net.nodes.map((node) => node.core.ending?.block.header.height)).toEqual([1, 1, 1, 1]);
    expect(net.nodes.map((node) => summarize(node.core).view)).toEqual([0, 0, 0, 0]);
    expect(net.nodes.map((node) => node.core.peers[node.index]?.suspect)).toEqual([-1, -1, -1, -1]);
    expect(summarize(net.node(0).core).outstanding).toBe(false);
  });
});

describe('The start of an epoch', () => {
  it('N2: is told first, then persisted, then its base is checkpointed by the new set; lanes begin anew', () => {
    const net = new MiniNetwork(4, { epochBlocks: 3 });
    net.work(1);
    net.node(3).log = [];
    net.work(1);
    const from = net.node(3).log.indexOf('EpochEntered');
    expect(net.node(3).log.slice(from, from + 3)).toEqual(['EpochEntered', 'Persist Safety', 'Sign CHECKPOINT']);
    expect(net.node(3).entered).toMatchObject([{ epoch: 1, self: 3, start: 3, leaders: [0, 1, 2, 3] }]);
    const highCert = { epoch: 0, kind: 'C', height: 3 };
    expect(net.node(3).safety).toMatchObject({ epoch: 1, view: 0, mode: 'NORMAL', base: { height: 3 }, highCert });
    expect(net.node(3).core.stable).toMatchObject({ height: 3, epoch: 1 });
    expect(net.node(3).core.committed.cursors.map((cursor) => cursor.nextSeq)).toEqual([0, 0, 0, 0]);
    net.work(1, [2]);
    expect(net.node(0).database[4]?.block.refs).toMatchObject([{ lane: 2, seq: 0 }]);
  });

  it('N2, M3: a view change in the first view of an epoch starts from its base, which ranks below what is prepared in it', () => {
    const net = new MiniNetwork(4, { epochBlocks: 3, turnBlocks: 1 });
    // Views have passed in epoch 0: its last certificate has a higher view than any in epoch 1 for a while.
    net.work(2);
    expect(net.node(0).safety?.highCert).toMatchObject({ epoch: 0, view: 2 });
    net.away.add(net.node(1));
    net.node(2).author();
    net.run(4_000);
    // The leader of (1, 0) is node 1: it is gone. The others leave its view and go on.
    expect(net.node(0).height).toBe(4);
    expect(header(net.node(0), 4)).toMatchObject({ epoch: 1, originView: 1, proposer: 2 });
    expect(net.node(3).core.newViews.get(1)).toMatchObject({ top: null, statements: [{ certEpoch: 0, certView: 2 }, {}, {}] });
  });

  it('N2, P2: a base that ended a turn in view 0 of the old epoch does not end one in view 0 of the new', () => {
    const net = new MiniNetwork(4, { epochBlocks: 3, turnBlocks: 3 });
    net.work(2);
    expect(header(net.node(0), 3)).toMatchObject({ turnEnd: true, epochEnd: true, originView: 0 });
    net.work(1);
    expect(header(net.node(0), 4)).toMatchObject({ epoch: 1, originView: 0, proposer: 1 });
    expect(net.nodes.map((node) => node.core.view)).toEqual([0, 0, 0, 0]);
  });

  it('N2: with a wider window it refers to state roots from before the last window of the old epoch', () => {
    const net = new MiniNetwork(4, { window: 1 });
    net.work(7);
    net.node(0).author({ ...successorConfig(net.config), parameters: { ...net.config.parameters, window: 6 } });
    net.run(50);
    net.work(2);
    expect(header(net.node(3), 9)).toMatchObject({ epoch: 1, executedHeight: 3 });
    expect(net.heights()).toEqual([10, 10, 10, 10]);
  });

  it('N2: batches of the old epoch are no longer ordered, and those of another epoch are not taken', () => {
    const net = new MiniNetwork(4, { epochBlocks: 1 });
    const old = net.node(3).author();
    net.run(50);
    net.node(0).input({ kind: 'BatchStored', batch: { ...old, ref: { ...old.ref, seq: 0 } } });
    expect(net.node(0).core.lanes.every((lane) => lane.stored.size === 0)).toBe(true);
    expect(net.heights()).toEqual([1, 1, 1, 1].map(() => net.node(0).height));
  });
});

describe('Validators that come and go', () => {
  it('N4, N3: a new organization observes, by asking, and votes from the epoch whose config has its key', () => {
    const net = new MiniNetwork(4);
    net.work(3);
    const joining = net.add(keyOfNode(4));
    net.run(3_000);
    expect(summarize(joining.core)).toMatchObject({ observer: true, mode: 'OBSERVER', committedHeight: 3 });
    expect(joining.safety).toBeNull();
    net.node(2).author(withValidators(net.config, [0, 1, 2, 3, 4]));
    net.run(3_000);
    expect(joining.entered).toMatchObject([{ epoch: 1, self: 4, start: 4 }]);
    expect(summarize(joining.core)).toMatchObject({ observer: false, mode: 'NORMAL' });
    joining.author();
    net.run(100);
    expect(net.heights()).toEqual([5, 5, 5, 5, 5]);
    expect(joining.database[5]?.block.refs).toMatchObject([{ lane: 4, seq: 0 }]);
    // Quorums are those of the new set: 4 of 5.
    expect(joining.database[5]?.proof?.certificate.signers.length).toBe(4);
  });

  it('N4: a removed validator observes: it follows, signs nothing, and may come back later', () => {
    const net = new MiniNetwork(5);
    net.work(1);
    net.node(0).author(withValidators(net.config, [0, 1, 3, 4]));
    net.run(100);
    const removed = net.node(2);
    expect(removed.entered).toMatchObject([{ epoch: 1, self: null }]);
    removed.log = [];
    net.work(2);
    net.run(3_000);
    expect(removed.height).toBe(4);
    expect(removed.log.filter((kind) => kind.startsWith('Sign') || kind.startsWith('Persist'))).toEqual([]);
    net.node(0).author(withValidators(net.node(0).config, [0, 1, 2, 3, 4]));
    net.run(3_000);
    expect(removed.entered.at(-1)).toMatchObject({ epoch: 2, self: 2 });
    net.work(1, [2]);
    expect(new Set(net.heights())).toEqual(new Set([6]));
  });

  it('N3, N5: a validator whose key changes goes on with the new key only', () => {
    const net = new MiniNetwork(4);
    net.work(1);
    // Node 3 was wiped: it starts with another key, which no config has yet.
    net.node(3).up = false;
    const anew = net.add(keyOfNode(9));
    net.run(3_000);
    expect(summarize(anew.core)).toMatchObject({ observer: true, committedHeight: 1 });
    const next = withValidators(net.config, [0, 1, 2, 3]);
    const replaced = next.organizations.map((one, index) => (index === 3 ? { ...one, validatorKey: keyOfNode(9) } : one));
    net.node(0).author({ ...next, organizations: replaced });
    net.run(3_000);
    expect(anew.entered).toMatchObject([{ epoch: 1, self: 3 }]);
    net.away.add(net.node(2));
    net.work(1);
    expect(anew.height).toBe(3);
    expect(anew.database[3]?.proof?.certificate.signers).toContain(3);
  });

  it('N3, S4: a node that was away through several epochs passes through them in order, each under its own validators', () => {
    const net = new MiniNetwork(5, { epochBlocks: 3 });
    net.away.add(net.node(4));
    net.work(4);
    net.node(0).author(withValidators(net.node(0).config, [0, 1, 2, 4]));
    net.run(100);
    net.work(5);
    expect(net.node(4).height).toBe(0);
    expect(net.node(0).core.epoch).toBeGreaterThanOrEqual(3);
    net.away.clear();
    net.run(8_000);
    expect(net.node(4).height).toBe(net.node(0).height);
    expect(net.node(4).entered.map(({ epoch }) => epoch)).toEqual(net.node(0).entered.map(({ epoch }) => epoch));
    net.work(1);
    expect(net.node(4).core.view).toBe(net.node(0).core.view);
    expect(net.node(4).alarms).toEqual([]);
  });

  it('N3: two nodes in different epochs do not confuse each other', () => {
    const net = new MiniNetwork(4, { epochBlocks: 3 });
    net.node(3).slow = true;
    net.work(2);
    expect(epochsOf(net)).toEqual([1, 1, 1, 0]);
    net.work(1);
    net.run(2_000);
    expect(net.node(3).core).toMatchObject({ epoch: 0, view: 0, halted: null });
    net.node(3).slow = false;
    net.node(3).execute();
    net.run(2_000);
    expect(epochsOf(net)).toEqual([1, 1, 1, 1]);
    expect(net.node(3).height).toBe(4);
  });
});

describe('Starting in the middle of an epoch change', () => {
  it('N5, B2: the last block was committed and not executed: it is committed again from the log, and the epoch is entered', () => {
    const net = new MiniNetwork(4, { epochBlocks: 3 });
    net.work(1);
    for (const node of net.nodes) node.slow = true;
    net.node(0).author();
    net.run(20);
    expect(net.node(2).core.ending).not.toBeNull();
    for (const node of net.nodes) {
      node.slow = false;
      node.restart();
    }
    net.run(3_000);
    expect(epochsOf(net)).toEqual([1, 1, 1, 1]);
    expect(net.heights()).toEqual([3, 3, 3, 3]);
  });

  it('N5: the last block was executed, and the record is still of the old epoch: a new one is written before anything is signed', () => {
    const net = new MiniNetwork(4, { epochBlocks: 3 });
    net.work(1);
    const old = net.node(2).safety;
    net.work(1);
    const node = net.node(2);
    node.log = [];
    node.safety = old;
    node.restart();
    expect(node.core).toMatchObject({ epoch: 1, view: 0, base: { height: 3 }, lastPrepared: null });
    expect(node.log.find((kind) => kind.startsWith('Persist') || kind.startsWith('Sign'))).toBe('Persist Safety');
    net.work(2, [2]);
    expect(new Set(net.heights()).size).toBe(1);
  });

  it('N5, B1: a record of a later epoch than the head is in does not start', () => {
    const net = new MiniNetwork(4, { epochBlocks: 1 });
    net.work(1);
    const node = net.node(1);
    node.database.length = 1;
    expect(() => node.restart()).toThrow('safety record');
  });

  it('N5: after blocks of the new epoch it goes on in its view, with the views of the epoch so far (L2)', () => {
    const net = new MiniNetwork(4, { epochBlocks: 4, turnBlocks: 1 });
    net.work(5);
    expect(net.node(1).core).toMatchObject({ epoch: 1, view: 2 });
    const before = [...net.node(1).core.views.values()];
    for (const node of net.nodes) node.restart();
    expect([...net.node(1).core.views.values()]).toEqual(before);
    net.work(1);
    expect(new Set(net.heights())).toEqual(new Set([8]));
    expect(epochsOf(net)).toEqual([2, 2, 2, 2]);
  });
});

describe('Leaders of the next epoch', () => {
  it('L2: leave out who failed in the last one, on every node alike, and take it back an epoch later', () => {
    const net = new MiniNetwork(4, { epochBlocks: 3, turnBlocks: 2 });
    net.away.add(net.node(0));
    net.node(1).author();
    net.run(3_000);
    net.work(1, [1]);
    net.away.clear();
    net.run(3_000);
    expect(epochsOf(net)).toEqual([1, 1, 1, 1]);
    expect(net.nodes.map((node) => node.core.leaders)).toEqual([[1, 2, 3], [1, 2, 3], [1, 2, 3], [1, 2, 3]]);
    net.node(3).restart();
    expect(net.node(3).core.leaders).toEqual([1, 2, 3]);
    net.work(2, [1]);
    net.run(1_000);
    expect(net.nodes.map((node) => node.core.leaders.length)).toEqual([4, 4, 4, 4]);
    const chains = net.nodes.map((node) => node.database.map(({ block }) => toHex(block.blockHash)).join());
    expect(new Set(chains).size).toBe(1);
    expect(equalBytes(net.genesis.blockHash, net.node(0).database[0]?.block.blockHash ?? ZERO_HASH)).toBe(true);
  });
});

describe('The smallest networks', () => {
  it.each([1, 2, 3])('N1, N2: %i validators pass through epochs, and grow by one', (n) => {
    const net = new MiniNetwork(n, { epochBlocks: 3, turnBlocks: 2 });
    net.work(5, [n - 1]);
    expect(net.node(0).core.epoch).toBeGreaterThanOrEqual(2);
    const joining = net.add(keyOfNode(n));
    net.run(4_000);
    net.node(0).author(withValidators(net.node(0).config, Array.from({ length: n + 1 }, (_, index) => index)));
    net.run(4_000);
    joining.author();
    net.run(4_000);
    expect(new Set(net.heights()).size).toBe(1);
    expect(joining.database.at(-1)?.block.header.epoch ?? 0).toBeGreaterThanOrEqual(3);
  });
});
