import type { Height } from '@lading/kernel';
import { faults, quorum } from '@lading/ledger';
import { heldMessages, memoryBounds } from './memory.js';
import type { Message, Status } from './message.js';
import { decodeMessage } from './messageCodec.js';
import { encodeMessage } from './messageEncoding.js';
import { MiniNetwork } from './miniNetwork.test-kit.js';
import { Bench, shape, verifyToy } from './network.test-kit.js';
import { summarize } from './summary.js';
import { verifyMessage } from './verifyMessage.js';

const sizes = Array.from({ length: 31 }, (_, i) => i + 1);
const upTo = (count: number): number[] => Array.from({ length: count }, (_, i) => i);

describe('Every number of validators from 1 to 31', () => {
  it.each(sizes)('Q1, M2: of %i, exactly q votes prepare, commit and change views; one less does nothing', (n) => {
    const q = quorum(n);
    const bench = new Bench(0, n);
    expect(shape(bench.do({ kind: 'BatchStored', batch: bench.batch(0, 0) }))).toContain('Sign PRE-PREPARE');
    const block = bench.state.accepted.get(1)?.block;
    if (block === undefined) throw new Error('no block');
    // The highest signers: bits above 31 must not be lost.
    const voters = upTo(n).slice(n - q);
    for (const type of ['PREPARE', 'COMMIT'] as const) {
      for (const [count, signer] of voters.entries()) {
        const outputs = shape(bench.receive(bench.vote(type, block, signer)));
        const effect = type === 'PREPARE' ? 'Sign COMMIT' : 'Commit';
        expect([type, count + 1, outputs.includes(effect)]).toEqual([type, count + 1, count + 1 === q]);
      }
    }
    expect(bench.state.highCert).toMatchObject({ kind: 'C', signers: voters });
    const proof = { certificate: bench.certificate('C', block, voters), descendants: [] };
    const answer: Message = { type: 'BLOCKS', blocks: [{ block, proof }], checkpoint: null };
    expect(verifyMessage(answer, bench.config, verifyToy)).toBe(true);
    const fewer = { ...proof, certificate: bench.certificate('C', block, voters.slice(1)) };
    expect(verifyMessage({ ...answer, blocks: [{ block, proof: fewer }] }, bench.config, verifyToy)).toBe(false);
    const leaving = new Bench(n - 1, n);
    const others = upTo(n - 1);
    for (const peer of others.slice(0, faults(n))) leaving.receive({ type: 'SUSPECT', epoch: 0, view: 0 }, peer);
    expect(leaving.state.mode).toBe('NORMAL');
    for (const peer of others.slice(0, q - 1)) leaving.receive({ type: 'SUSPECT', epoch: 0, view: 0 }, peer);
    expect(leaving.state.mode).toBe(q === 1 ? 'NORMAL' : 'CHANGING');
  });

  it.each([1, 2, 3, 4, 31])('Q1, S1: %i whole nodes order, commit and checkpoint; their STATUS names every one of them', (n) => {
    const net = new MiniNetwork(n, { turnBlocks: 2 });
    net.work(3, [n - 1]);
    net.run(500);
    expect(new Set(net.heights())).toEqual(new Set([3]));
    expect(summarize(net.node(n - 1).core)).toMatchObject({ view: 1, stableCheckpoint: 3 });
    expect(net.nodes.flatMap((node) => node.alarms)).toEqual([]);
  }, 60_000);

  it('M6: a bitmap of 31 validators has bit 30, and no 32nd', () => {
    const bench = new Bench(0, 31);
    const status: Status = {
      type: 'STATUS', epoch: 0, view: 0, mode: 'NORMAL', suspect: -1, committedHeight: 0 as Height,
      committedHash: bench.genesis.blockHash, executedHeight: 0 as Height, stableCheckpoint: 0 as Height,
      window: [{ height: 1 as Height, hasProposal: false, prepares: 2 ** 31 - 1, commits: 2 ** 30 }], laneTips: upTo(31).map(() => 0)
    };
    expect(decodeMessage(encodeMessage(status), bench.config)).toEqual({ ok: true, value: status });
    const beyond = { ...status, window: [{ height: 1 as Height, hasProposal: false, prepares: 2 ** 31, commits: 0 }] };
    expect(decodeMessage(encodeMessage(beyond), bench.config).ok).toBe(false);
  });
});

describe('What peers can make a node hold', () => {
  it('M1: stays within its bounds whatever they send: views, heights, hashes, suspicions, evidence, answers', () => {
    const bench = new Bench(1);
    const block = bench.block(bench.genesis, [bench.batch(1, 0)]);
    const rival = bench.block(bench.genesis, [bench.batch(1, 0)], { timestampMs: 1 });
    const prepared = bench.certificate('P', block, [0, 2, 3]);
    for (let height = 1; height < 300; height++) {
      const at = height as Height;
      const placed = { ...block, header: { ...block.header, height: at } };
      for (const view of [0, 1, 2, 3, 4_000_000_000]) {
        for (const type of ['PREPARE', 'COMMIT'] as const) {
          bench.receive({ ...bench.vote(type, block, 2, view), height: at });
          bench.receive({ ...bench.vote(type, rival, 2, view), height: at });
        }
        bench.receive({ ...bench.proposal(block, view), block: placed });
        bench.receive({ type: 'SUSPECT', epoch: 0, view: view + height }, 2);
      }
      bench.receive({ ...bench.viewChange(height, 3, prepared) });
      const roots = { blockHash: block.blockHash, stateRoot: block.blockHash };
      bench.receive(bench.sign({ type: 'CHECKPOINT', epoch: 0, height: at, ...roots, signer: 3 }));
      bench.receive({ ...bench.viewChange(height, 2), highCert: { ...bench.certificate('C', block, [0, 2, 3]), height: at } });
      bench.receive({ type: 'PROPOSALS', blocks: [rival] }, 2);
      const proof = { certificate: { ...prepared, height: at }, descendants: [] };
      bench.receive({ type: 'BLOCKS', blocks: [{ block: placed, proof }], checkpoint: null }, 3);
      const held = heldMessages(bench.state);
      const bounds = memoryBounds(bench.state);
      for (const name of Object.keys(held) as (keyof typeof held)[]) expect([name, held[name] <= bounds[name]]).toEqual([name, true]);
    }
    expect(heldMessages(bench.state)).toMatchObject({ checkpointsOfOne: 2, peers: 4 });
  });

  it('M1: votes of the view before are forgotten when a view is entered', () => {
    const bench = new Bench(3);
    const block = bench.block(bench.genesis, [bench.batch(1, 0)]);
    bench.receive(bench.vote('PREPARE', block, 2));
    bench.receive(bench.newView(1, [0, 1, 2].map((signer) => bench.viewChange(1, signer)), null));
    expect([...bench.state.slots.keys()]).toEqual([]);
    bench.receive(bench.vote('PREPARE', block, 2, 0));
    bench.receive(bench.vote('PREPARE', block, 2, 2));
    bench.receive(bench.vote('PREPARE', block, 2, 3));
    expect([...bench.state.slots.keys()]).toEqual(['2:1']);
  });
});
