import { encodeMessage, EVIDENCE_PER_VALIDATOR, messageVoteBytes, proveEvidence, withSignature } from '@lading/consensus';
import type { Evidence, PhaseVote } from '@lading/consensus';
import { CHANNEL } from '@lading/engine';
import type { StoredEvidence } from '@lading/engine';
import { asHash, ZERO_HASH } from '@lading/kernel';
import type { Height } from '@lading/kernel';
import { buildBatch } from '@lading/ledger';
import { Cluster } from './fakes/cluster.js';

const hashOf = (byte: number) => asHash(new Uint8Array(32).fill(byte));

/** A vote of validator `signer`, with its real key. */
function vote(cluster: Cluster, signer: number, at: { view: number; height: number; byte: number; epoch?: number }): PhaseVote {
  const { view, byte, epoch = 0 } = at;
  const unsigned = { type: 'COMMIT', epoch, view, height: at.height as Height, blockHash: hashOf(byte), signer } as const;
  const { validator } = cluster.network.organization(signer);
  return withSignature(unsigned, validator.sign(messageVoteBytes(unsigned, cluster.network.chainId))) as PhaseVote;
}

/** Two COMMITs of one slot. */
function doubled(cluster: Cluster, signer: number, view: number, epoch = 0): Evidence {
  const at = { view, height: 900, epoch };
  const [first, second] = [vote(cluster, signer, { ...at, byte: 1 }), vote(cluster, signer, { ...at, byte: 2 })];
  return { type: 'EVIDENCE', epoch, what: 'COMMIT', first, second };
}

const send = (cluster: Cluster, from: number, to: number, message: Parameters<typeof encodeMessage>[0]): boolean =>
  cluster.wires.send(from, to, CHANNEL.consensus, encodeMessage(message));

const rows = (cluster: Cluster, index: number): readonly StoredEvidence[] => cluster.disks[index]?.database.evidenceRows ?? [];

const everyoneHas = (cluster: Cluster, count: number): Promise<boolean> =>
  cluster.world.until(() => cluster.up.every((index) => rows(cluster, index).length === count), 5000);

describe('evidence against a validator (spec E1, E3)', () => {
  it('is stored by everyone when one node has heard two votes of one slot, and each copy proves itself', async () => {
    const cluster = await Cluster.started();
    await cluster.put(0, 'a', 'x');
    const next = cluster.head(0) + 1;
    for (const byte of [1, 2]) send(cluster, 3, 1, vote(cluster, 3, { view: 0, height: next, byte }));
    expect(await everyoneHas(cluster, 1)).toBe(true);
    for (const index of cluster.up) {
      const [row] = rows(cluster, index);
      expect(row).toMatchObject({ number: 1, kind: 'COMMIT', epoch: 0, validator: 3, slot: `0:${next}` });
      const proven = proveEvidence(row?.encoded ?? new Uint8Array(), cluster.network.config, cluster.crypto.verify);
      expect(proven).toMatchObject({ ok: true, value: { what: 'COMMIT', first: { signer: 3 }, second: { signer: 3 } } });
    }
  });

  it('is stored once, also when it comes again after a restart, and not without end from one that cheats without end', async () => {
    const cluster = await Cluster.started();
    for (let view = 0; view < 2 * EVIDENCE_PER_VALIDATOR; view++) {
      send(cluster, 0, 1, doubled(cluster, 3, view));
      await cluster.world.pass(50);
    }
    expect(await everyoneHas(cluster, EVIDENCE_PER_VALIDATOR)).toBe(true);
    cluster.kill(1);
    await cluster.start(1);
    for (const view of [0, 5, 100]) send(cluster, 0, 1, doubled(cluster, 3, view));
    send(cluster, 0, 1, doubled(cluster, 2, 100));
    await cluster.world.pass(1000);
    expect(rows(cluster, 1).map(({ validator }) => validator)).toEqual([...Array.from({ length: EVIDENCE_PER_VALIDATOR }, () => 3), 2]);
  });

  it('accuses nobody when a signature is forged, of this epoch or of one before', async () => {
    const cluster = await Cluster.started({ parameters: { epochBlocks: 3 } });
    const forged = (epoch: number): Evidence => {
      const proof = doubled(cluster, 3, 0, epoch);
      return { ...proof, second: { ...proof.second, signature: proof.first.signature } };
    };
    send(cluster, 0, 1, forged(0));
    for (let i = 0; i < 8; i++) await cluster.put(i % 4, `a-${i}`, 'x');
    const { epoch } = cluster.at(1).node.status();
    expect(epoch).toBeGreaterThan(0);
    send(cluster, 0, 1, forged(0));
    send(cluster, 0, 1, forged(epoch));
    await cluster.world.pass(1000);
    expect(cluster.up.map((index) => rows(cluster, index).length)).toEqual([0, 0, 0, 0]);
    expect(cluster.at(1).invalid.filter((line) => line === '0: MESSAGE_SIGNATURE')).toHaveLength(3);
  });

  it('of an epoch that has ended is taken, stored and passed on once; after a restart too; of one long past it is not', async () => {
    const cluster = await Cluster.started({ parameters: { epochBlocks: 2 } });
    for (let i = 0; i < 6; i++) await cluster.put(i % 4, `a-${i}`, 'x');
    await cluster.converged();
    expect(cluster.at(1).node.status().epoch).toBeGreaterThan(0);
    let passed = 0;
    cluster.wires.tap = (from, to, channel, bytes) => {
      const text = channel === CHANNEL.consensus ? Buffer.from(bytes.subarray(0, 12)).toString('latin1') : '';
      if (text.includes('EVIDENCE') && from === 1 && to !== 1) passed += 1;
    };
    for (let i = 0; i < 3; i++) send(cluster, 0, 1, doubled(cluster, 3, 7));
    expect(await everyoneHas(cluster, 1)).toBe(true);
    expect([rows(cluster, 2)[0]?.epoch, passed]).toEqual([0, 3]);
    cluster.kill(1);
    await cluster.start(1);
    send(cluster, 0, 1, doubled(cluster, 3, 8));
    expect(await everyoneHas(cluster, 2)).toBe(true);
    for (let i = 0; cluster.at(1).node.status().epoch <= 8; i++) await cluster.put(i % 4, `b-${i}`, 'x');
    await cluster.converged();
    passed = 0;
    send(cluster, 0, 1, doubled(cluster, 3, 9));
    await cluster.world.pass(1000);
    expect([passed, rows(cluster, 1).length]).toEqual([0, 2]);
  });

  it('waits for a database that is away, and is stored when it is back', async () => {
    const cluster = await Cluster.started();
    cluster.at(1).store.away = 'down';
    send(cluster, 0, 1, doubled(cluster, 3, 0));
    await cluster.world.pass(2000);
    expect(rows(cluster, 1)).toEqual([]);
    cluster.at(1).store.away = false;
    expect(await everyoneHas(cluster, 1)).toBe(true);
  });

  it('is made of two batches for one place of a lane, which its author alone can have signed', async () => {
    const cluster = await Cluster.started();
    const { validator } = cluster.network.organization(3);
    const place = { chainId: cluster.network.chainId, epoch: 0, lane: 3, seq: 0, prevBatchHash: ZERO_HASH };
    for (const key of ['a', 'b']) {
      const transactions = [cluster.toy(3, 'toy.put', key, 'x')];
      const batch = buildBatch({ ...place, transactions }, (message) => validator.sign(message), cluster.crypto.sha256);
      cluster.wires.send(3, 1, CHANNEL.batch, batch.encoded);
    }
    expect(await everyoneHas(cluster, 1)).toBe(true);
    expect(rows(cluster, 0)[0]).toMatchObject({ kind: 'BATCH', validator: 3, slot: '0' });
    const encoded = rows(cluster, 2)[0]?.encoded ?? new Uint8Array();
    expect(proveEvidence(encoded, cluster.network.config, cluster.crypto.verify)).toMatchObject({ ok: true });
  });
});
