import { jest } from '@jest/globals';
import { equalBytes, toHex } from '@lading/kernel';
import { decodeGenesis } from '@lading/ledger';
import { contextDigest } from '../../libs/engine/src/snapshot/context.js';
import { decodeChunk } from '../../libs/engine/src/snapshot/chunk.js';
import { decodeManifest, encodeManifest, heightOfManifest } from '../../libs/engine/src/snapshot/manifest.js';
import type { SnapshotManifest } from '../../libs/engine/src/snapshot/manifest.js';
import { verifyState } from '../../libs/engine/src/snapshot/stateOfChunks.js';
import { verifyManifest } from '../../libs/engine/src/snapshot/verifyManifest.js';
import { decodeAnswer, decodeQuestion, encodeAnswer, encodeQuestion } from '../../libs/engine/src/snapshot/wire.js';
import { Cluster, emptyDisk } from './fakes/cluster.js';

// Whole networks with real signatures, on machines that have other things to do.
jest.setTimeout(120_000);

/** What a network in its third epoch offers, and the means to judge it. */
async function offered() {
  const cluster = await Cluster.started({ parameters: { epochBlocks: 5, stateDepth: 6 } });
  for (let i = 0; i < 8; i++) await cluster.put(i % 4, `k-${i}`, `v-${i}`);
  await cluster.world.pass(300);
  // The lanes of an epoch that has just ended have no cursors.
  while (cluster.head(0) % 5 === 0) await cluster.put(0, 'one more', 'x');
  cluster.kill(3);
  const disk = cluster.disks[3];
  cluster.disks[3] = { ...emptyDisk(), safetyLog: disk?.safetyLog ?? { records: [] }, batchLog: disk?.batchLog ?? { records: [] } };
  await cluster.start(3, { minimumLag: 4 });
  const parts = cluster.disks[3]?.files.complete[0]?.parts;
  const { sha256 } = cluster.crypto;
  const genesis = decodeGenesis(cluster.network.genesisBytes, sha256);
  const bytes = parts?.get(0);
  const decoded = bytes === undefined ? null : decodeManifest(bytes, sha256);
  if (parts === undefined || bytes === undefined || decoded?.ok !== true || !genesis.ok) throw new Error('no snapshot');
  const manifest = decoded.value;
  expect(manifest.cursors).toHaveLength(4);
  const verify = (one: SnapshotManifest) => verifyManifest(one, genesis.value, cluster.crypto);
  const state = (chunks: ReadonlyMap<number, Uint8Array>, one = manifest) =>
    verifyState(one.chunks, one.treeRoot, 6, (index) => Promise.resolve(chunks.get(index) ?? null), sha256);
  const digest = (one: SnapshotManifest): string => {
    const context = { ended: one.epochs.map(({ views }) => views), views: one.views, recent: one.recent };
    return toHex(contextDigest(one.chainId, heightOfManifest(one), context, sha256));
  };
  return { parts, bytes, manifest, verify, state, digest, sha256 };
}

describe('the manifest of a snapshot', () => {
  it('holds, and no bit of it can be another one without its being noticed before a row is written', async () => {
    const { parts, bytes, manifest, verify, state, digest, sha256 } = await offered();
    expect([verify(manifest).ok, (await state(parts)).ok, manifest.epochs.length > 0]).toEqual([true, true, true]);
    const unnoticed: number[] = [];
    for (let at = 0; at < bytes.length; at++) {
      const changed = bytes.slice();
      changed[at] = (changed[at] ?? 0) ^ (1 << (at % 8));
      const decoded = decodeManifest(changed, sha256);
      if (!decoded.ok || !verify(decoded.value).ok || digest(decoded.value) !== digest(manifest)) continue;
      if (!(await state(parts, decoded.value)).ok) continue;
      unnoticed.push(at);
    }
    expect(unnoticed).toEqual([]);
  });

  it('is refused when it is cut off, longer, or in another form', async () => {
    const { bytes, manifest, sha256 } = await offered();
    for (let size = 0; size < bytes.length; size += 7) expect(decodeManifest(bytes.slice(0, size), sha256).ok).toBe(false);
    expect(decodeManifest(Uint8Array.of(...bytes, 0), sha256).ok).toBe(false);
    expect(encodeManifest(manifest)).toEqual(bytes);
  });

  it('is refused when a part of it is missing or in another place', async () => {
    const { manifest, verify } = await offered();
    const { epochs, cursors, recent, history, outcomes } = manifest;
    const false_: Partial<SnapshotManifest>[] = [
      { epochs: epochs.slice(1) },
      { epochs: epochs.slice(0, -1) },
      { epochs: [...epochs].reverse() },
      { cursors: [...cursors, { lane: cursors.length, nextSeq: 0, lastBatchHash: manifest.treeRoot }] },
      { cursors: cursors.slice(1) },
      { recent: recent.slice(1) },
      { recent: [...recent].reverse() },
      { history: outcomes },
      { outcomes: history },
      { treeRoot: manifest.outcomeRoot },
      { outcomeRoot: manifest.treeRoot },
      { checkpoint: { ...manifest.checkpoint, signers: manifest.checkpoint.signers.map((signer) => signer + 1) } }
    ];
    for (const part of false_) {
      const same = JSON.stringify({ ...manifest, ...part }) === JSON.stringify(manifest);
      expect([Object.keys(part), same, verify({ ...manifest, ...part }).ok]).toEqual([Object.keys(part), false, false]);
    }
  });
});

describe('the state of a snapshot', () => {
  it('is refused for a bit in a chunk, a chunk too few, too many, twice, or in another order', async () => {
    const { parts, manifest, state, sha256 } = await offered();
    const all = manifest.chunks.map((_, index) => parts.get(index + 1) ?? new Uint8Array(0));
    const [chunk = new Uint8Array(0), second = new Uint8Array(0), ...rest] = all;
    const hashes = (chunks: readonly Uint8Array[]): SnapshotManifest => {
      return { ...manifest, chunks: chunks.map((one) => sha256(one)) as unknown as SnapshotManifest['chunks'] };
    };
    const of = (chunks: readonly Uint8Array[]) => state(new Map(chunks.map((one, index) => [index + 1, one])), hashes(chunks));
    expect([(await of(all)).ok, all.length > 2]).toEqual([true, true]);
    for (let at = 0; at < chunk.length; at += 5) {
      const changed = chunk.slice();
      changed[at] = (changed[at] ?? 0) ^ 1;
      expect([at, (await of([changed, second, ...rest])).ok]).toEqual([at, false]);
    }
    const wrong = [[], [second, ...rest], [chunk, ...rest], [chunk, chunk, second, ...rest], [second, chunk, ...rest], all.slice(0, -1)];
    for (const chunks of wrong) expect((await of(chunks)).ok).toBe(false);
    expect((await state(new Map())).ok).toBe(false);
  });

  it('has entries in strictly ascending order of their key hashes, and no empty chunk', async () => {
    const { parts, sha256 } = await offered();
    const decoded = decodeChunk(parts.get(1) ?? new Uint8Array(0), new Uint8Array(0), 6, sha256);
    if (!decoded.ok) throw new Error(decoded.detail);
    const last = decoded.value.at(-1)?.keyHash ?? new Uint8Array(0);
    expect(decodeChunk(parts.get(1) ?? new Uint8Array(0), last, 6, sha256).ok).toBe(false);
    const empty = Uint8Array.of(0x82, 0x74, ...new TextEncoder().encode('lading/state-chunk/1'), 0x80);
    expect(decodeChunk(empty, new Uint8Array(0), 6, sha256)).toMatchObject({ code: 'SNAPSHOT_MALFORMED' });
  });
});

describe('questions and answers about snapshots', () => {
  it('come back from their bytes, and nothing shorter or longer does', async () => {
    const { manifest } = await offered();
    const id = manifest.treeRoot;
    const height = heightOfManifest(manifest);
    const questions = [{ kind: 'offer' }, { kind: 'part', id, index: 3 }, { kind: 'context', height }] as const;
    for (const question of questions) {
      const bytes = encodeQuestion(question);
      expect(decodeQuestion(bytes)).toEqual({ ok: true, value: question });
      for (let size = 0; size < bytes.length; size++) expect(decodeQuestion(bytes.slice(0, size)).ok).toBe(false);
    }
    const answers = [
      { kind: 'offer', head: height, height, id },
      { kind: 'part', id, index: 3, bytes: Uint8Array.of(1, 2) },
      { kind: 'context', height, digest: id, stateBytes: 5 }
    ] as const;
    for (const answer of answers) {
      const bytes = encodeAnswer(answer);
      const decoded = decodeAnswer(bytes);
      expect(decoded.ok && equalBytes(encodeAnswer(decoded.value), bytes)).toBe(true);
      expect(decodeAnswer(Uint8Array.of(...bytes, 0)).ok).toBe(false);
    }
  });
});
