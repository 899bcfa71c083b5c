import type { Hash, Height, Sha256 } from '@lading/kernel';
import { allValidators, decodePersistRecord, epochLeaders } from '@lading/consensus';
import type { PersistRecord, Restored, Safety, StoredBatch, ViewRecord } from '@lading/consensus';
import type { Block, CheckpointCertificate, CommitProof, CompactRange, EpochConfig, LaneCursor } from '@lading/ledger';
import type { SimulatedLog } from './disk.js';

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
  readonly config: EpochConfig;
  readonly epochs: readonly { readonly config: EpochConfig; readonly start: number }[];
}

/** Reads the log through the real record codec and the database as the real driver does. */
export function restoreFromDisk(disk: DiskContent, sha256: Sha256 | undefined): Restored {
  const height = disk.database.length - 1;
  let safety: Safety | null = null;
  const proposals: Block[] = [];
  for (const bytes of disk.log.read()) {
    const record = decodePersistRecord(bytes, disk.config, sha256);
    if (!record.ok) throw new Error(`the log of node ${disk.name} does not decode: ${record.detail}`);
    if (record.value.kind === 'Safety') safety = record.value.safety;
    else if (record.value.block.header.height > height) proposals.push(record.value.block);
  }
  const head = disk.database[height] as StoredBlock;
  const { cursors, history, checkpoint } = disk;
  const { epoch } = disk.config;
  const batches = [...disk.batches.values()].filter(
    ({ ref, epoch: of }) => of === epoch && ref.seq >= (cursors[ref.lane]?.nextSeq ?? 0)
  );
  const start = disk.epochs.at(-1)?.start ?? 0;
  const recent = heightsToRemember(safety, height, start, disk.config).map((past) => {
    const { block, stateRoot } = disk.database[past] as StoredBlock;
    return { height: block.header.height, blockHash: block.blockHash, stateRoot };
  });
  const base = { safety, proposals, head: { block: head.block, proof: head.proof }, history, cursors, recent, batches };
  return { ...base, checkpoint, epoch: { start: start as Height, views: viewsOf(disk, start, height), leaders: leadersOf(disk) } };
}

/** The last block of every view between two heights. */
function viewsOf(disk: DiskContent, above: number, until: number): readonly ViewRecord[] {
  const views = new Map<number, ViewRecord>();
  for (const { block } of disk.database.slice(above + 1, until + 1)) {
    const { originView: view, height, turnEnd, epochEnd } = block.header;
    views.set(view, { view, lastHeight: height, ended: turnEnd || epochEnd });
  }
  return [...views.values()].sort((a, b) => a.view - b.view);
}

function leadersOf(disk: DiskContent): readonly number[] {
  const history = disk.epochs.slice(0, -1).map(({ config, start }, i) => {
    return { config, views: viewsOf(disk, start, disk.epochs[i + 1]?.start ?? start) };
  });
  return history.length === 0 ? allValidators(disk.config) : epochLeaders(history, disk.config);
}

/** Two windows, the start of the epoch, and the heights that the voting state refers to. */
function heightsToRemember(safety: Safety | null, head: number, start: number, config: EpochConfig): readonly Height[] {
  const first = Math.max(0, head - 2 * config.parameters.window);
  const heights = new Set<number>();
  for (const height of [start, safety?.base.height ?? 0, safety?.lastPrepared?.height ?? 0]) {
    if (height < first) heights.add(height);
  }
  for (let height = first; height <= head; height++) heights.add(height);
  return [...heights].sort((a, b) => a - b) as Height[];
}
