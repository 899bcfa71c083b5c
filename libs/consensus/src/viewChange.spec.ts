import { ZERO_HASH } from '@lading/kernel';
import type { Height } from '@lading/kernel';
import { CompactRange, leafHash } from '@lading/ledger';
import type { Status } from './message.js';
import { Bench, GENESIS_ROOT, shape, START_MS } from './network.test-kit.js';
import type { Output, PersistRecord } from './output.js';

const suspect = (bench: Bench, peer: number, view = 0): readonly Output[] =>
  bench.receive({ type: 'SUSPECT', epoch: 0, view }, peer);
const safetyOf = (outputs: readonly Output[]): Extract<PersistRecord, { kind: 'Safety' }>['safety'] | undefined =>
  outputs.flatMap((output) => (output.kind === 'Persist' && output.record.kind === 'Safety' ? [output.record.safety] : [])).at(-1);
const give = (bench: Bench, lane: number, seq = 0, previous = ZERO_HASH): ReturnType<Bench['batch']> => {
  const batch = bench.batch(lane, seq, previous);
  bench.do({ kind: 'BatchStored', batch });
  return batch;
};

describe('Leaving a view', () => {
  it('V1, T1: suspects after T_prog with work outstanding, and goes on voting', () => {
    const bench = new Bench(1, 4, { inclusionTimeoutMs: 30_000 });
    const batch = give(bench, 1);
    expect(shape(bench.wait(999))).toEqual([]);
    expect(shape(bench.wait(1))).toEqual(['Broadcast SUSPECT']);
    const block = bench.block(bench.genesis, [batch]);
    expect(shape(bench.receive(bench.proposal(block)))).toContain('Sign PREPARE');
  });

  it('T1: does not suspect a leader that has nothing to do', () => {
    expect(shape(new Bench(1).wait(3_900))).toEqual([]);
  });

  it('T2: forwards a head to the leader after a third of T_incl and gives the leader up after all of it', () => {
    const bench = new Bench(2, 4, { baseTimeoutMs: 60_000 });
    give(bench, 3);
    expect(bench.wait(1_000).find((output) => output.kind === 'SendPayload')).toMatchObject({ to: 0, refs: [{ lane: 3, seq: 0 }] });
    // Again, for frames are lost.
    expect(shape(bench.wait(999))).toEqual([]);
    expect(shape(bench.wait(1))).toEqual(['SendPayload']);
    expect(shape(bench.wait(999))).toEqual([]);
    expect(shape(bench.wait(1))).toEqual(['SendPayload', 'Broadcast SUSPECT']);
  });

  it('T3: suspects a leader without STATUS after four times T_prog', () => {
    const bench = new Bench(1);
    bench.wait(3_999);
    expect(bench.state.peers[1]?.suspect).toBe(-1);
    expect(shape(bench.wait(1))).toEqual(['Broadcast SUSPECT']);
  });

  describe('T6: a leader whose connection was closed', () => {
    const lose = (bench: Bench, peer = 0): readonly Output[] => bench.do({ kind: 'Link', peer, up: false });

    it('is given up after a fifth of T_base while work waits, long before T_prog', () => {
      const bench = new Bench(1, 4, { inclusionTimeoutMs: 30_000 });
      give(bench, 1);
      expect(lose(bench)).toContainEqual({ kind: 'SetTimer', name: 'link', atMs: bench.nowMs + 200 });
      expect(shape(bench.wait(199))).toEqual([]);
      // Told again, it has not been lost again.
      lose(bench);
      expect(shape(bench.wait(1))).toEqual(['Broadcast SUSPECT']);
      expect(shape(bench.wait(300))).not.toContain('Broadcast SUSPECT');
    });

    it('is kept when it comes back in time, and others may be lost', () => {
      const bench = new Bench(1, 4, { inclusionTimeoutMs: 30_000 });
      give(bench, 1);
      lose(bench);
      lose(bench, 3);
      lose(bench, 9);
      bench.wait(199);
      bench.do({ kind: 'Link', peer: 0, up: true });
      expect(shape(bench.wait(500))).not.toContain('Broadcast SUSPECT');
    });

    it('is not missed by an idle network, and given up at once when it is needed', () => {
      const bench = new Bench(1, 4, { inclusionTimeoutMs: 30_000 });
      lose(bench);
      expect(shape(bench.wait(1_000))).not.toContain('Broadcast SUSPECT');
      give(bench, 1);
      expect(shape(bench.wait(0))).toContain('Broadcast SUSPECT');
    });

    it('of the next view gets twice the time, from the change on', () => {
      const bench = new Bench(3, 4, { inclusionTimeoutMs: 30_000 });
      give(bench, 2);
      lose(bench, 1);
      bench.wait(900);
      suspect(bench, 0);
      expect(shape(suspect(bench, 1))).toContain('Sign VIEW-CHANGE');
      expect(shape(bench.wait(399))).not.toContain('Broadcast SUSPECT');
      expect(shape(bench.wait(1))).toContain('Broadcast SUSPECT');
    });
  });

  it('T5: goes on counting when the clock is set back an hour', () => {
    const bench = new Bench(1, 4, { inclusionTimeoutMs: 30_000 });
    give(bench, 1);
    bench.wait(500);
    bench.nowMs -= 3_600_000;
    const outputs = bench.wait(0);
    expect(outputs).toContainEqual({ kind: 'SetTimer', name: 'progress', atMs: bench.nowMs + 500 });
    expect(shape(bench.wait(499))).toEqual([]);
    expect(shape(bench.wait(1))).toEqual(['Broadcast SUSPECT']);
  });

  it('V2: joins f+1 suspicions; q of them start the change', () => {
    const bench = new Bench(3);
    expect(shape(suspect(bench, 0))).toEqual([]);
    expect(shape(suspect(bench, 0, 0))).toEqual([]);
    expect(shape(suspect(bench, 1))).toEqual(['Broadcast SUSPECT', 'Persist Safety', 'Sign VIEW-CHANGE']);
  });

  it('V3, D4: freezes its VIEW-CHANGE, on disk before it is signed; what is learnt later does not change it', () => {
    const bench = new Bench(3);
    const block = bench.block(bench.genesis, [give(bench, 1)]);
    bench.receive(bench.proposal(block));
    for (const signer of [0, 1, 2]) bench.receive(bench.vote('PREPARE', block, signer));
    suspect(bench, 0);
    const outputs = suspect(bench, 1);
    const frozen = outputs.find((output) => output.kind === 'SignBroadcast');
    expect(frozen).toMatchObject({ message: { newView: 1, certHeight: 1, certKind: 'P' } });
    expect(safetyOf(outputs)).toMatchObject({ view: 1, mode: 'CHANGING' });
    const { ownViewChange } = safetyOf(outputs) ?? {};
    for (const signer of [0, 1, 2]) bench.receive(bench.vote('COMMIT', block, signer));
    expect(bench.state.highCert?.kind).toBe('C');
    const safety = safetyOf(outputs);
    const again = bench.restart({ safety: safety ?? null });
    expect(again.find((output) => output.kind === 'SignBroadcast')).toMatchObject({ message: { certHeight: 1, certKind: 'P' } });
    expect(ownViewChange?.length).toBeGreaterThan(100);
  });

  it('V3: votes in no older view while it changes', () => {
    const bench = new Bench(3);
    const block = bench.block(bench.genesis, [give(bench, 1)]);
    suspect(bench, 0);
    suspect(bench, 1);
    expect(shape(bench.receive(bench.proposal(block)))).toEqual([]);
  });

  it('V7, T4: the timer doubles with every change and is back to T_base after a commit', () => {
    const bench = new Bench(3);
    suspect(bench, 0);
    suspect(bench, 1);
    expect(shape(bench.wait(1_999))).toEqual([]);
    expect(shape(bench.wait(1))).toEqual(['Broadcast SUSPECT']);
    expect(bench.state.backoff).toBe(1);
    const block = bench.block(bench.genesis, [give(bench, 1)]);
    const proof = { certificate: bench.certificate('C', block, [0, 1, 2]), descendants: [] };
    bench.receive({ type: 'BLOCKS', checkpoint: null, blocks: [{ block, proof }] }, 0);
    expect(bench.state.backoff).toBe(0);
  });
});

describe('Opening a view', () => {
  it('V4, V5, D5: the leader takes the highest certificate of q statements, persists, then signs NEW-VIEW', () => {
    const bench = new Bench(1);
    const block = bench.block(bench.genesis, [give(bench, 1)]);
    bench.receive(bench.proposal(block));
    bench.receive(bench.viewChange(1, 0, bench.certificate('P', block, [0, 2, 3])));
    bench.receive(bench.viewChange(1, 2));
    // V4: the two count as suspicions; with its own, q of them make it change too.
    expect(bench.state).toMatchObject({ view: 1, mode: 'CHANGING' });
    const outputs = bench.receive(bench.viewChange(1, 3));
    expect(shape(outputs)).toEqual(['Persist Safety', 'Sign NEW-VIEW', 'Persist Safety', 'Sign PREPARE']);
    const message = { top: { height: 1, kind: 'P' }, statements: [{ signer: 0 }, { signer: 2 }, { signer: 3 }] };
    expect(outputs.find((output) => output.kind === 'SignBroadcast')).toMatchObject({ message });
    expect(safetyOf(outputs)).toMatchObject({ view: 1, mode: 'NORMAL', base: { height: 1 }, lastPrepared: { view: 1, height: 1 } });
  });

  it('V6, D5: a NEW-VIEW proposes the prepared block again, to be voted on in the new view', () => {
    const bench = new Bench(3);
    const block = bench.block(bench.genesis, [give(bench, 1)]);
    bench.receive(bench.proposal(block));
    const top = bench.certificate('P', block, [0, 1, 2]);
    const statements = [bench.viewChange(1, 0), bench.viewChange(1, 1, top), bench.viewChange(1, 2)];
    const outputs = bench.receive(bench.newView(1, statements, top));
    expect(shape(outputs)).toEqual(['Persist Safety', 'Sign PREPARE']);
    expect(outputs.at(-1)).toMatchObject({ message: { view: 1, height: 1, blockHash: block.blockHash } });
    // One for each view: a second is refused, and it is evidence.
    const second = bench.newView(1, statements.map((statement) => ({ ...statement, committedHash: block.blockHash })), top);
    expect(shape(bench.receive(second))).toEqual(['Broadcast EVIDENCE', 'Evidence']);
  });

  it('F2: fetches a base that it does not hold by hash, from f+1 signers, and keeps only what leads to it', () => {
    const bench = new Bench(3);
    const block = bench.block(bench.genesis, [give(bench, 1)]);
    const top = bench.certificate('P', block, [0, 1, 2]);
    const outputs = bench.receive(bench.newView(1, [bench.viewChange(1, 0, top), bench.viewChange(1, 1), bench.viewChange(1, 2)], top));
    const message = { type: 'FETCH-PROPOSAL', hash: block.blockHash };
    const asked = outputs.filter((output) => output.kind === 'Send');
    expect(asked).toMatchObject([{ to: 0, message }, { to: 1, message }]);
    const stranger = bench.block(bench.genesis, [bench.batch(1, 0)], { timestampMs: START_MS + 9 });
    bench.receive({ type: 'PROPOSALS', blocks: [stranger] }, 1);
    expect(bench.state.known.size).toBe(0);
    expect(shape(bench.receive({ type: 'PROPOSALS', blocks: [block] }, 1))).toEqual(['Persist Block', 'Persist Safety', 'Sign PREPARE']);
  });

  it('P7: what the new view did not choose is proposed again by its leader', () => {
    const bench = new Bench(1);
    const batch = give(bench, 1);
    bench.receive(bench.proposal(bench.block(bench.genesis, [batch])));
    for (const peer of [0, 2]) bench.receive(bench.viewChange(1, peer));
    const outputs = bench.receive(bench.viewChange(1, 3));
    const proposal = outputs.find((output) => output.kind === 'SignBroadcast' && output.message.type === 'PRE-PREPARE');
    expect(proposal).toMatchObject({ message: { view: 1, block: { refs: [batch.ref], header: { height: 1, originView: 1 } } } });
  });

  it('S3: a peer in an earlier view is sent what opened this one', () => {
    const bench = new Bench(3);
    const opened = bench.newView(1, [0, 1, 2].map((signer) => bench.viewChange(1, signer)), null);
    bench.receive(opened);
    const outputs = bench.receive({
      type: 'STATUS', epoch: 0, view: 0, mode: 'NORMAL', suspect: -1, committedHeight: 0 as Height,
      committedHash: bench.genesis.blockHash, executedHeight: 0 as Height, stableCheckpoint: 0 as Height, window: [],
      laneTips: [0, 0, 0, 0]
    }, 2);
    expect(outputs).toContainEqual({ kind: 'Send', to: 2, message: opened });
  });
});

describe('Starting again', () => {
  it('B2: sends again the votes that its records allow, and nothing else', () => {
    const bench = new Bench(1);
    const batch = give(bench, 1);
    const block = bench.block(bench.genesis, [batch]);
    const records = [...bench.receive(bench.proposal(block))];
    for (const signer of [0, 1, 3]) records.push(...bench.receive(bench.vote('PREPARE', block, signer)));
    const outputs = bench.restart({ safety: safetyOf(records) ?? null, proposals: [block], batches: [batch] });
    expect(shape(outputs)).toEqual(['Sign COMMIT', 'Sign PREPARE']);
    const rival = bench.block(bench.genesis, [batch], { timestampMs: START_MS + 3 });
    expect(shape(bench.receive(bench.proposal(rival)))).toEqual([]);
  });

  it('P2: does not prepare beside what its record says it prepared in this view, even when that block is gone', () => {
    const bench = new Bench(1);
    const batch = give(bench, 1);
    const records = bench.receive(bench.proposal(bench.block(bench.genesis, [batch])));
    bench.restart({ safety: safetyOf(records) ?? null, batches: [batch] });
    const rival = bench.block(bench.genesis, [batch], { timestampMs: START_MS + 3 });
    expect(shape(bench.receive(bench.proposal(rival)))).toEqual([]);
  });

  it('P2, P5: stays mute for the view when another chain than the one it prepared is committed', () => {
    const bench = new Bench(1);
    const one = give(bench, 1);
    const two = give(bench, 1, 1, one.ref.batchHash);
    bench.receive(bench.proposal(bench.block(bench.genesis, [one])));
    const rival = bench.block(bench.genesis, [one], { timestampMs: START_MS + 3 });
    for (const signer of [0, 2, 3]) bench.receive(bench.vote('COMMIT', rival, signer));
    bench.receive({ type: 'PROPOSALS', blocks: [rival] }, 0);
    const proof = { certificate: bench.certificate('C', rival, [0, 2, 3]), descendants: [] };
    bench.receive({ type: 'BLOCKS', checkpoint: null, blocks: [{ block: rival, proof }] }, 0);
    expect(bench.state.committed.block.blockHash).toEqual(rival.blockHash);
    const next = bench.block(rival, [two], { timestampMs: START_MS + 4 }, [bench.genesis, rival]);
    expect(shape(bench.receive(bench.proposal(next)))).toEqual([]);
  });

  it('B2, P2: a leader proposes its block again rather than another one at the same height', () => {
    const bench = new Bench(0);
    const batch = bench.batch(1, 0);
    const outputs = bench.do({ kind: 'BatchStored', batch });
    const block = outputs.flatMap((output) => {
      return output.kind === 'Persist' && output.record.kind === 'Block' ? [output.record.block] : [];
    });
    bench.nowMs += 50;
    const again = bench.restart({ safety: safetyOf(outputs) ?? null, proposals: block, batches: [batch, bench.batch(2, 0)] });
    const proposals = again.flatMap((output) => {
      return output.kind === 'SignBroadcast' && output.message.type === 'PRE-PREPARE' ? [output.message.block] : [];
    });
    expect(proposals[0]?.blockHash).toEqual(block[0]?.blockHash);
    expect(proposals.slice(1).every((later) => later.header.height === 2)).toBe(true);
  });

  it('B1: records that do not fit together are not started from', () => {
    const bench = new Bench(1);
    expect(() => bench.restart({ cursors: [] })).toThrow('one cursor for each lane');
    expect(() => bench.restart({ history: bench.fresh.history.append(ZERO_HASH) })).toThrow('history');
  });

  it('H1: a halted node still serves blocks', () => {
    const bench = new Bench(1);
    bench.state.halted = 'test';
    bench.state.executed = 5;
    expect(shape(bench.receive({ type: 'FETCH-BLOCKS', from: 1 as Height, to: 9 as Height }, 2))).toEqual(['ServeBlocks']);
  });

  it('S3: after a restart, a peer in the view before gets the block that ended the turn with its own certificate', () => {
    const bench = new Bench(1, 4, { turnBlocks: 1 });
    const [one, two] = [bench.batch(1, 0), bench.batch(2, 0)];
    const ending = bench.block(bench.genesis, [one], { turnEnd: true });
    const above = bench.block(ending, [two], { originView: 1, proposer: 1 }, [bench.genesis, ending]);
    const own = bench.certificate('C', ending, [0, 2, 3]);
    const chain = [bench.genesis, ending, above];
    const history = chain.reduce((range, { blockHash }) => range.append(leafHash(blockHash)), CompactRange.empty());
    const recent = chain.map(({ header, blockHash }) => ({ height: header.height, blockHash, stateRoot: GENESIS_ROOT }));
    const base = { height: ending.header.height, hash: ending.blockHash };
    const safety = {
      epoch: 0, view: 1, mode: 'NORMAL', base, baseProof: own, lastPrepared: null, highCert: null, ownViewChange: null
    } as const;
    const proof = { certificate: bench.certificate('C', above, [0, 2, 3], 1), descendants: [] };
    bench.restart({ safety, history, recent, head: { block: above, proof } });
    const status: Status = {
      type: 'STATUS', epoch: 0, view: 0, mode: 'NORMAL', suspect: -1, committedHeight: 2 as Height, committedHash: above.blockHash,
      executedHeight: 2 as Height, stableCheckpoint: 0 as Height, window: [], laneTips: [0, 0, 0, 0]
    };
    const served = bench.receive(status, 3).find(({ kind }) => kind === 'ServeBlocks');
    expect(served).toEqual({ kind: 'ServeBlocks', to: 3, from: 1, until: 1, own });
    // What the peer makes of it: the turn is over.
    const peer = new Bench(3, 4, { turnBlocks: 1 });
    peer.restart({ history, recent, head: { block: above, proof } });
    expect(peer.state.view).toBe(0);
    const descendant = { certificate: proof.certificate, descendants: [above.header] };
    peer.receive({ type: 'BLOCKS', blocks: [{ block: ending, proof: descendant }], checkpoint: null }, 1);
    expect(peer.state.view).toBe(0);
    peer.receive({ type: 'BLOCKS', blocks: [{ block: ending, proof: { certificate: own, descendants: [] } }], checkpoint: null }, 1);
    expect(peer.state.view).toBe(1);
  });

  it('S2, M1: a height that a STATUS claims costs nothing, however far off it is', () => {
    const bench = new Bench(0);
    const batch = bench.batch(1, 0);
    bench.do({ kind: 'BatchStored', batch });
    const status = (committedHeight: number): Status => ({
      type: 'STATUS', epoch: 0, view: 0, mode: 'NORMAL', suspect: -1, committedHeight: committedHeight as Height,
      committedHash: bench.genesis.blockHash, executedHeight: 0 as Height, stableCheckpoint: 0 as Height, window: [],
      laneTips: [0, 0, 0, 0]
    });
    // A node that counted up to it would not come back from this.
    expect(shape(bench.receive(status(Number.MAX_SAFE_INTEGER), 3))).not.toContain('Send PRE-PREPARE');
    bench.nowMs += 1_000;
    expect(shape(bench.receive(status(Number.MAX_SAFE_INTEGER - 2 * bench.config.parameters.window), 2))).not.toContain('Send PRE-PREPARE');
  });
});
