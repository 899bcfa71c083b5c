import { jest } from '@jest/globals';
import { decodeMessage } from '@lading/consensus';
import { CHANNEL, decodeManifest } from '@lading/engine';
import { encodeUtf8, toHex, type Hash, type Height } from '@lading/kernel';
import { verifyReceipt } from '@lading/verifier';
import { encodeManifest } from '../../libs/engine/src/snapshot/manifest.js';
import { decodeAnswer, decodeQuestion, encodeAnswer, encodeQuestion } from '../../libs/engine/src/snapshot/wire.js';
import { Cluster, emptyDisk } from './fakes/cluster.js';
import type { Disk } from './fakes/cluster.js';
import { baseOf, diskOf, nameFifth, putMany, withFifth, withoutDatabase } from './fakes/newcomer.js';

// Whole networks with real signatures, on machines that have other things to do.
jest.setTimeout(120_000);

const caughtUp = (cluster: Cluster, index: number): Promise<boolean> =>
  cluster.world.until(() => cluster.head(index) === cluster.head(0), 20_000);

const quiet = (cluster: Cluster): void => {
  for (const index of cluster.up) {
    expect([index, cluster.at(index).fatal, cluster.at(index).alarms, cluster.at(index).invalid]).toEqual([index, [], [], []]);
  }
  expect([...cluster.doubled]).toEqual([]);
};

describe('a node with an empty database that begins from a snapshot (spec S7)', () => {
  it('has the state of the others without their old blocks, and votes again when its safety log is whole', async () => {
    const cluster = await Cluster.started();
    await putMany(cluster, 'before', 8, [0, 1, 2, 3]);
    await withoutDatabase(cluster, 20);
    await cluster.start(3, { minimumLag: 10 });
    expect(baseOf(cluster, 3)).toBeGreaterThan(10);
    await putMany(cluster, 'after', 3);
    expect(await cluster.converged()).toBe(true);
    expect(diskOf(cluster, 3).database.blockRows.has(5)).toBe(false);
    expect([...diskOf(cluster, 3).database.stateRows.keys()].sort()).toEqual([...diskOf(cluster, 0).database.stateRows.keys()].sort());
    expect(await cluster.world.until(() => cluster.at(3).node.status().mode === 'NORMAL', 20_000)).toBe(true);
    cluster.kill(1);
    await cluster.put(3, 'mine', 'x');
    quiet(cluster);
  });

  it('starts again from its base, and from a base with blocks above it', async () => {
    const cluster = await Cluster.started();
    await withoutDatabase(cluster, 20);
    await cluster.start(3, { minimumLag: 10 });
    const base = baseOf(cluster, 3);
    cluster.kill(3);
    await cluster.start(3);
    await cluster.put(0, 'more', 'x');
    expect(await caughtUp(cluster, 3)).toBe(true);
    cluster.kill(3);
    await cluster.start(3);
    await cluster.put(3, 'mine', 'x');
    expect([await cluster.converged(), baseOf(cluster, 3)]).toEqual([true, base]);
    quiet(cluster);
  });

  it('says that it does not hold the history, and proves what it holds from genesis alone', async () => {
    const cluster = await Cluster.started({ parameters: { epochBlocks: 6 } });
    const early = cluster.toy(1, 'toy.put', 'early', 'x', { jti: 'early' });
    await cluster.commit(1, early);
    await withoutDatabase(cluster, 20);
    await cluster.start(3, { minimumLag: 10 });
    expect(await cluster.world.until(() => cluster.at(3).node.status().mode === 'NORMAL', 20_000)).toBe(true);
    const { node } = cluster.at(3);
    expect(await node.receipt(early.txId)).toMatchObject({ ok: false, code: 'HISTORY_NOT_HELD' });
    const late = await cluster.put(3, 'late', 'x');
    await cluster.world.until(() => node.status().certifiedHeight >= late.height, 20_000);
    const receipt = await cluster.world.wait(node.receipt(late.txId));
    if (!receipt.ok) throw new Error(receipt.code);
    const report = verifyReceipt(encodeUtf8(receipt.value) ?? new Uint8Array(), cluster.network.genesisBytes);
    expect(report).toMatchObject({ proven: true });
    const again = cluster.toy(3, 'toy.put', 'early', 'x', { jti: 'old' });
    expect(await cluster.world.wait(node.submit(again, 10_000))).toMatchObject({ outcome: { status: 'APPLIED' } });
    quiet(cluster);
  });

  it('refuses to tell the first outcome of a jti that was used before its base', async () => {
    const cluster = await Cluster.started();
    const key = cluster.organizations[3]?.admin;
    const early = cluster.toy(3, 'toy.put', 'early', 'x', { jti: 'early' });
    await cluster.commit(3, early);
    await withoutDatabase(cluster, 12);
    await cluster.start(3, { minimumLag: 5 });
    expect(await cluster.world.until(() => cluster.at(3).node.status().mode === 'NORMAL', 20_000)).toBe(true);
    const retry = cluster.toy(3, 'toy.put', 'early', 'x', { jti: 'early', ...(key === undefined ? {} : { key }) });
    expect(await cluster.world.wait(cluster.at(3).node.submit(retry, 10_000))).toMatchObject({ code: 'HISTORY_NOT_HELD' });
  });

  it('goes on through epochs with the leaders of the others, and stores the same views of the epoch it began in', async () => {
    const cluster = await Cluster.started({ parameters: { epochBlocks: 7 } });
    await putMany(cluster, 'before', 4, [0, 1, 2, 3]);
    await withoutDatabase(cluster, 11);
    await cluster.start(3, { minimumLag: 10 });
    expect(cluster.at(3).node.status().epoch).toBeGreaterThan(1);
    await putMany(cluster, 'after', 9);
    expect(await cluster.converged()).toBe(true);
    const rows = (index: number) => diskOf(cluster, index).database.epochRows;
    expect(rows(3)).toEqual(rows(0));
    expect(await cluster.world.until(() => cluster.at(3).node.status().mode === 'NORMAL', 20_000)).toBe(true);
    await cluster.put(3, 'mine', 'x');
    quiet(cluster);
  });

  it('begins at the last block of an epoch as well', async () => {
    const cluster = await Cluster.started({ parameters: { epochBlocks: 6 } });
    await withoutDatabase(cluster, 0);
    await cluster.world.pass(500);
    while (cluster.head(0) < 12) {
      await cluster.put(0, `k-${cluster.head(0)}`, 'x');
      // The last block of an epoch comes by itself.
      await cluster.world.pass(300);
    }
    await cluster.start(3, { minimumLag: 5 });
    expect([cluster.head(0), baseOf(cluster, 3)]).toEqual([12, 12]);
    await putMany(cluster, 'after', 8);
    expect(await cluster.converged()).toBe(true);
    expect(diskOf(cluster, 3).database.epochRows).toEqual(diskOf(cluster, 0).database.epochRows);
    quiet(cluster);
  });

  it('executes every block where the network is not high enough for a snapshot', async () => {
    const cluster = await Cluster.started();
    await withoutDatabase(cluster, 5);
    await cluster.start(3, { minimumLag: 1000 });
    expect([await caughtUp(cluster, 3), baseOf(cluster, 3)]).toEqual([true, 0]);
    expect(diskOf(cluster, 3).database.blockRows.has(2)).toBe(true);
  });

  it('does not take the word of f peers that the network is low, when few others can be reached', async () => {
    const cluster = await Cluster.started();
    await withoutDatabase(cluster, 14);
    cluster.wires.cut(2, 3, true);
    let lies = 0;
    cluster.wires.tap = (from, to, channel, bytes) => {
      const answer = from === 0 && to === 3 && channel === CHANNEL.snapshot ? decodeAnswer(bytes) : null;
      if (answer?.ok !== true || answer.value.kind !== 'offer') return;
      bytes.set(encodeAnswer({ ...answer.value, head: 0 as Height }));
      lies += 1;
    };
    await cluster.start(3, { minimumLag: 5 });
    expect([lies > 0, baseOf(cluster, 3) > 0]).toEqual([true, true]);
  });

  it('does not wait for others that begin as empty as itself', async () => {
    const cluster = await Cluster.create();
    const since = cluster.world.nowMs;
    await Promise.all([0, 1, 2, 3].map((index) => cluster.start(index, { minimumLag: 10 })));
    await cluster.put(0, 'first', 'x');
    expect(cluster.world.nowMs - since).toBeLessThan(30_000);
  });
});

describe('a network that is asked for a snapshot', () => {
  it('makes one of a checkpointed height while blocks go on without a pause', async () => {
    const cluster = await Cluster.started({ parameters: { checkpointBlocks: 4 } });
    await withoutDatabase(cluster, 12);
    let going = true;
    const load = async (): Promise<void> => {
      for (let i = 0; going; i++) {
        const answers = [0, 1, 2].map((at) => cluster.at(at).node.submit(cluster.toy(at, 'toy.put', `l-${i}-${at}`, 'x'), 20_000));
        await Promise.all(answers);
      }
    };
    const running = load();
    await cluster.world.pass(300);
    await cluster.start(3, { minimumLag: 5 });
    const base = baseOf(cluster, 3);
    going = false;
    await cluster.world.wait(running);
    expect(base % 4).toBe(0);
    expect(base).toBeGreaterThan(12);
    expect(await cluster.converged()).toBe(true);
    quiet(cluster);
  });

  it('goes on when its database opens no view of the state: execution rests for moments only', async () => {
    const cluster = await Cluster.started({ parameters: { checkpointBlocks: 4 } });
    await withoutDatabase(cluster, 6);
    for (const index of [0, 1, 2]) cluster.at(index).store.openStateView = () => new Promise(() => undefined);
    const joining = cluster.start(3, { minimumLag: 5 }).catch(() => null);
    const since = cluster.world.nowMs;
    await putMany(cluster, 'meanwhile', 16);
    expect(cluster.world.nowMs - since).toBeLessThan(6000);
    quiet(cluster);
    await joining;
  });

  it('answers whatever is asked, with a base or without, and does not fail by it', async () => {
    const cluster = await Cluster.started({ parameters: { epochBlocks: 6 } });
    await withoutDatabase(cluster, 14);
    await cluster.start(3, { minimumLag: 5 });
    const [made] = diskOf(cluster, 0).files.complete;
    if (made === undefined) throw new Error('node 0 has made no snapshot');
    const ids = [Buffer.from(made.id, 'hex'), new Uint8Array(32)] as unknown as Hash[];
    const heights = [...Array(cluster.head(0) + 3).keys(), Number.MAX_SAFE_INTEGER] as Height[];
    const parts = [0, 1, made.parts.size, made.parts.size + 1, 120_000];
    const asked = ids.flatMap((id) => parts.map((index) => ({ kind: 'part', id, index }) as const));
    const questions = [...heights.map((height) => ({ kind: 'context', height }) as const), ...asked];
    let answers = 0;
    cluster.wires.tap = (_from, to, channel) => void (channel === CHANNEL.snapshot && to === 1 && (answers += 1));
    for (const question of questions) {
      for (const to of [0, 3]) cluster.wires.send(1, to, CHANNEL.fetchSnapshot, encodeQuestion(question));
      await cluster.world.pass(2000);
    }
    expect(answers).toBe(2 * questions.length);
    await cluster.put(0, 'after', 'x');
    expect([await cluster.converged(), cluster.at(0).fatal, cluster.at(3).fatal]).toEqual([true, [], []]);
  });

  it('serves the one that it has loaded itself', async () => {
    const cluster = await Cluster.started();
    await withoutDatabase(cluster, 12);
    await cluster.start(3, { minimumLag: 5 });
    expect(await cluster.world.until(() => cluster.at(3).node.status().mode === 'NORMAL', 20_000)).toBe(true);
    await withoutDatabase(cluster, 0, 2);
    for (const index of [0, 1]) {
      const manifest = diskOf(cluster, index).files.complete[0]?.parts.get(0);
      if (manifest !== undefined) manifest[200] = (manifest[200] ?? 0) ^ 1;
    }
    await cluster.start(2, { minimumLag: 5 });
    expect(baseOf(cluster, 2)).toBe(baseOf(cluster, 3));
    expect(cluster.told.filter((line) => line.includes('false')).length).toBeGreaterThan(0);
    await cluster.put(2, 'mine', 'x');
    expect(await cluster.converged()).toBe(true);
  });
});

describe('a snapshot that is not what the network certified', () => {
  /** Peer 0 has made its snapshot when the others are asked, and offers what `forge` makes of it. */
  async function joinWith(forge: (disk: Disk) => void): Promise<Cluster> {
    const cluster = await Cluster.started();
    await withoutDatabase(cluster, 14);
    const { files } = diskOf(cluster, 0);
    const finish = files.finish.bind(files);
    files.finish = async (id) => {
      await finish(id);
      forge(diskOf(cluster, 0));
    };
    await cluster.start(3, { minimumLag: 5 });
    await putMany(cluster, 'after', 3);
    expect(await cluster.converged()).toBe(true);
    expect(baseOf(cluster, 3)).toBeGreaterThan(0);
    expect(cluster.at(3).fatal).toEqual([]);
    return cluster;
  }

  it('is refused for one bit in a chunk, and another peer is asked', async () => {
    const cluster = await joinWith(({ files }) => {
      const chunk = files.complete[0]?.parts.get(1);
      if (chunk !== undefined) chunk[chunk.length - 3] = (chunk[chunk.length - 3] ?? 0) ^ 1;
    });
    expect(cluster.told.filter((line) => line.includes('false'))).toHaveLength(1);
  });

  it('is refused for one bit in the manifest, and another peer is asked', async () => {
    const cluster = await joinWith(({ files }) => {
      const manifest = files.complete[0]?.parts.get(0);
      if (manifest !== undefined) manifest[200] = (manifest[200] ?? 0) ^ 1;
    });
    expect(cluster.told.filter((line) => line.includes('false'))).toHaveLength(1);
  });

  it('is refused when f + 1 validators know other views, which no certificate names', async () => {
    const cluster = await Cluster.started();
    await withoutDatabase(cluster, 14);
    await cluster.start(3, { minimumLag: 5 });
    const [made] = diskOf(cluster, 0).files.complete;
    const { sha256 } = cluster.crypto;
    const manifest = decodeManifest(made?.parts.get(0) ?? new Uint8Array(0), sha256);
    if (made === undefined || !manifest.ok) throw new Error('node 0 has made no snapshot');
    const views = manifest.value.views.map((one) => ({ ...one, ended: !one.ended }));
    const forged = encodeManifest({ ...manifest.value, views });
    diskOf(cluster, 0).files.complete = [{ id: toHex(sha256(forged)), parts: new Map([...made.parts, [0, forged]]) }];
    cluster.kill(0);
    await cluster.start(0);
    await withoutDatabase(cluster, 1);
    await cluster.start(3, { minimumLag: 5 });
    expect(cluster.told.filter((line) => line.includes('know other views'))).toHaveLength(1);
    await cluster.put(1, 'after', 'x');
    expect([await cluster.converged(), baseOf(cluster, 3) > 0]).toEqual([true, true]);
  });
});

describe('a node that dies while it begins from a snapshot', () => {
  it('has nothing of it in the database, and uses the parts that it had loaded', async () => {
    const cluster = await Cluster.started();
    await withoutDatabase(cluster, 14);
    const disk = diskOf(cluster, 3);
    let stuck = false;
    disk.files.beforePut = (index) => {
      if (index < 3) return Promise.resolve();
      stuck = true;
      return new Promise(() => undefined);
    };
    const starting = cluster.start(3, { minimumLag: 5 }).catch(() => null);
    expect(await cluster.world.until(() => stuck, 20_000)).toBe(true);
    expect([disk.database.lastHeight, disk.files.making.size]).toEqual([null, 3]);
    disk.files.beforePut = () => Promise.resolve();
    const asked = new Set<number>();
    cluster.wires.tap = (from, _to, channel, bytes) => {
      const question = from === 3 && channel === CHANNEL.fetchSnapshot ? decodeQuestion(bytes) : null;
      if (question?.ok === true && question.value.kind === 'part') asked.add(question.value.index);
    };
    await cluster.start(3, { minimumLag: 5 });
    await cluster.put(0, 'more', 'x');
    expect([await cluster.converged(), baseOf(cluster, 3) > 0]).toEqual([true, true]);
    expect([asked.has(3), [0, 1, 2].filter((index) => asked.has(index))]).toEqual([true, []]);
    await starting;
  });
});

describe('a peer that keeps a newcomer for long, and then goes', () => {
  it('does not make it give up: others are asked', async () => {
    const cluster = await Cluster.started();
    await withoutDatabase(cluster, 14);
    let peer = -1;
    cluster.wires.tap = (from, to, channel, bytes) => {
      const question = from === 3 && channel === CHANNEL.fetchSnapshot ? decodeQuestion(bytes) : null;
      if (question?.ok === true && question.value.kind === 'part') peer = to;
    };
    const { files } = diskOf(cluster, 3);
    let goOn: (() => void) | null = null;
    files.beforePut = (index) => (index < 2 || goOn !== null ? Promise.resolve() : new Promise((resolve) => (goOn = () => resolve())));
    const starting = cluster.start(3, { minimumLag: 5 }).catch(() => null);
    expect(await cluster.world.until(() => goOn !== null, 20_000)).toBe(true);
    cluster.kill(peer);
    await cluster.world.pass(1_000_000);
    (goOn as unknown as () => void)();
    const ends = (): string[] => cluster.told.filter((line) => /begins at height|every block/.test(line));
    expect(await cluster.world.until(() => ends().length > 0, 60_000)).toBe(true);
    expect(ends()[0]).toContain('the ledger begins at height');
    await starting;
  });
});

describe('a key that may have signed what a snapshot leaves out', () => {
  it('is never used again when its safety log is lost, although no block that it signed is held', async () => {
    const cluster = await Cluster.started({ parameters: { epochBlocks: 7 } });
    await putMany(cluster, 'before', 4, [0, 1, 2, 3]);
    cluster.kill(3);
    // The epoch in which it signed has ended, and nobody remembers anything of it.
    await putMany(cluster, 'meanwhile', 14);
    cluster.disks[3] = emptyDisk();
    let signed = 0;
    cluster.wires.tap = (from, _to, channel, bytes) => {
      const { config } = cluster.at(0).node;
      const decoded = from === 3 && channel === CHANNEL.consensus ? decodeMessage(bytes, config) : null;
      if (decoded?.ok === true && 'signature' in decoded.value && decoded.value.signer === 3) signed += 1;
    };
    await cluster.start(3, { minimumLag: 5 });
    await putMany(cluster, 'after', 6);
    expect(await caughtUp(cluster, 3)).toBe(true);
    await cluster.world.pass(3000);
    const { mode, reason } = cluster.at(3).node.status();
    expect([mode, reason, signed]).toEqual(['OBSERVER', expect.stringMatching(/^SAFETY_RECORD_LOST/), 0]);
  });

  it('does not keep a newcomer from voting, whose key a later config names', async () => {
    const cluster = await Cluster.started();
    await putMany(cluster, 'before', 14, [0, 1, 2, 3]);
    const fifth = await withFifth(cluster, { minimumLag: 5 });
    expect(baseOf(cluster, fifth)).toBeGreaterThan(5);
    await nameFifth(cluster, fifth);
    await cluster.put(fifth, 'mine', 'x');
    quiet(cluster);
  });
});
