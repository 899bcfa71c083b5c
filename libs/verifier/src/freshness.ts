import { compareBytes, equalBytes, reject, type Result } from '@lading/kernel';
import {
  decodeBlockHeader,
  decodeCheckpoint,
  decodeProof,
  encodeProof,
  EPOCH_LINK,
  FRAUD,
  FRAUD_FORMAT,
  type CheckpointCertificate,
  type EpochLink,
  type Value
} from '@lading/ledger/reading';
import type { ShownCheckpoint } from './shownCheckpoint.js';

/** spec/proofs.md 8.1: what a reader remembers of one network. Checkpoints ascend by height. */
const SEEN = {
  chainId: 'text',
  checkpoints: [{ height: 'uint', timestampMs: 'uint', encoded: 'bytes' }],
  epochs: [EPOCH_LINK]
} as const;
const SEEN_FORMAT = 'lading/seen/1';
export type Seen = Value<typeof SEEN>;

/** Checkpoints that are remembered, the highest ones. */
const KEPT = 256;

/**
 * `stale`: how far below the highest one known. `fork`: the text of a fraud proof. `superseded`: the epoch that the height
 * has by what is known, and the one that the proof says.
 */
export type Freshness =
  | { readonly status: 'first' | 'newest' }
  | { readonly status: 'stale'; readonly height: number; readonly heights: number; readonly epochs: number; readonly milliseconds: number }
  | { readonly status: 'fork'; readonly height: number; readonly fraudProof: string }
  | { readonly status: 'superseded'; readonly height: number; readonly epoch: number; readonly shown: number };

export const encodeSeen = (seen: Seen): string => encodeProof(SEEN_FORMAT, SEEN, seen);

export function decodeSeen(file: Uint8Array | string): Result<Seen> {
  const read = decodeProof(file, SEEN_FORMAT, SEEN);
  if (!read.ok) return read;
  const rising = read.value.checkpoints.every(({ height }, i, all) => i === 0 || height > (all[i - 1]?.height ?? 0));
  return rising ? read : reject('PROOF_MALFORMED', 'heights do not ascend', '/checkpoints');
}

/** Judges the checkpoint of a VERIFIED proof by what the reader has seen before (spec/proofs.md §8). */
export function judgeFreshness(seen: Seen | null, shown: ShownCheckpoint): Freshness {
  const highest = seen?.checkpoints.at(-1);
  if (seen === null || highest === undefined) return { status: 'first' };
  const same = seen.checkpoints.find(({ height }) => height === shown.height);
  const before = same === undefined ? null : opened(same.encoded);
  if (same !== undefined && before !== null && contradicts(before, shown)) {
    return { status: 'fork', height: shown.height, fraudProof: fraudOf(before, same.encoded, seen.epochs, shown) };
  }
  const { epoch: known, isFinal } = epochAt(seen.epochs, shown.height);
  if (shown.epoch < known || (isFinal && shown.epoch !== known)) {
    return { status: 'superseded', height: shown.height, epoch: known, shown: shown.epoch };
  }
  if (shown.height >= highest.height) return { status: 'newest' };
  const { height, timestampMs, encoded } = highest;
  const epochs = (opened(encoded)?.epoch ?? shown.epoch) - shown.epoch;
  return { status: 'stale', height, heights: height - shown.height, epochs, milliseconds: timestampMs - shown.timestampMs };
}

/** What the reader remembers after a VERIFIED proof that makes no fork. */
export function remember(seen: Seen | null, chainId: string, shown: ShownCheckpoint): Seen {
  const before = seen ?? { chainId, checkpoints: [], epochs: [] };
  const others = before.checkpoints.filter(({ height }) => height !== shown.height);
  const { height, timestampMs, encoded } = shown;
  const checkpoints = [...others, { height, timestampMs, encoded }].sort((a, b) => a.height - b.height).slice(-KEPT);
  return { chainId, checkpoints, epochs: longer(before.epochs, shown.epochs) };
}

const opened = (encoded: Uint8Array): CheckpointCertificate | null => {
  const read = decodeCheckpoint(encoded);
  return read.ok ? read.value : null;
};

/** 8.4: the epoch of a height by a chain of epochs; final where a later end of an epoch is known. */
function epochAt(links: readonly EpochLink[], height: number): { readonly epoch: number; readonly isFinal: boolean } {
  const after = links.findIndex(({ header }) => {
    const end = decodeBlockHeader(header);
    return end.ok && end.value.height > height;
  });
  return after < 0 ? { epoch: links.length, isFinal: false } : { epoch: after, isFinal: true };
}

const longer = (a: readonly EpochLink[], b: readonly EpochLink[]): readonly EpochLink[] => (b.length > a.length ? b : a);

type Certified = Pick<ShownCheckpoint, 'height' | 'blockHash' | 'stateRoot'>;

/** Whether two certified checkpoints cannot both be true (spec/proofs.md 6.2). */
export function contradicts(a: Certified, b: Certified): boolean {
  return a.height === b.height && !(equalBytes(a.blockHash, b.blockHash) && equalBytes(a.stateRoot, b.stateRoot));
}

/** 8.3. The chain of epochs reaches the later of both epochs, and no further (F1). */
function fraudOf(before: CheckpointCertificate, encoded: Uint8Array, links: readonly EpochLink[], shown: ShownCheckpoint): string {
  const [first, second] = [encoded, shown.encoded].sort(compareBytes) as [Uint8Array, Uint8Array];
  const epochs = longer(links, shown.epochs).slice(0, Math.max(before.epoch, shown.epoch));
  return encodeProof(FRAUD_FORMAT, FRAUD, { kind: 'checkpoint', first, second, epochs });
}
