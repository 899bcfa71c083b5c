import type { Hash, Height, Sha256 } from '@lading/kernel';
import { decodePersistRecord } from '@lading/consensus';
import type { PersistRecord, Restored, Safety, StoredBatch } from '@lading/consensus';
import type { Block, CheckpointCertificate, CommitProof, CompactRange, LaneCursor } from '@lading/ledger';
import type { SimulatedLog } from './disk.js';
import type { World } from './world.js';

export interface StoredBlock {
  readonly block: Block;
  readonly proof: CommitProof | null;
  readonly stateRoot: Hash;
}

/** What a node finds when it starts. */
export interface DiskContent {
  readonly name: string;
  readonly log: SimulatedLog<PersistRecord>;
  /** By height, genesis first. */
  readonly database: readonly StoredBlock[];
  readonly history: CompactRange;
  readonly cursors: readonly LaneCursor[];
  readonly batches: ReadonlyMap<string, StoredBatch>;
  readonly checkpoint: CheckpointCertificate | null;
}

/** Reads the log through the real record codec and the database as the real driver does. */
export function restoreFromDisk(disk: DiskContent, world: World, sha256: Sha256 | undefined): Restored {
  const height = disk.database.length - 1;
  let safety: Safety | null = null;
  const proposals: Block[] = [];
  for (const bytes of disk.log.read()) {
    const record = decodePersistRecord(bytes, world.config, sha256);
    if (!record.ok) throw new Error(`the log of node ${disk.name} does not decode: ${record.detail}`);
    if (record.value.kind === 'Safety') safety = record.value.safety;
    else if (record.value.block.header.height > height) proposals.push(record.value.block);
  }
  const head = disk.database[height] as StoredBlock;
  const { cursors, history, checkpoint } = disk;
  const batches = [...disk.batches.values()].filter(({ ref }) => ref.seq >= (cursors[ref.lane]?.nextSeq ?? 0));
  const recent = heightsToRemember(safety, height, world).map((past) => {
    const { block, stateRoot } = disk.database[past] as StoredBlock;
    return { height: block.header.height, blockHash: block.blockHash, stateRoot };
  });
  return { safety, proposals, head: { block: head.block, proof: head.proof }, history, cursors, recent, batches, checkpoint };
}

/** Two windows, and the heights that the voting state refers to. */
function heightsToRemember(safety: Safety | null, head: number, world: World): readonly Height[] {
  const first = Math.max(0, head - 2 * world.config.parameters.window);
  const heights = new Set<number>();
  for (const height of [safety?.base.height ?? 0, safety?.lastPrepared?.height ?? 0]) if (height < first) heights.add(height);
  for (let height = first; height <= head; height++) heights.add(height);
  return [...heights].sort((a, b) => a - b) as Height[];
}
