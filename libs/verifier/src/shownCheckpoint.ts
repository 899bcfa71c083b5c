import type { Hash } from '@lading/kernel';
import {
  ABSENCE_FORMAT, CONSISTENCY, CONSISTENCY_FORMAT, decodeBlockHeader, decodeCheckpoint, decodeProof, formatOfProof,
  PRESENCE_FORMAT, PROVENANCE, PROVENANCE_FORMAT, RECEIPT, RECEIPT_FORMAT, STATE_PROOF, type EpochLink, type Shape
} from '@lading/ledger/reading';
import { COUNTERSIGNED, COUNTERSIGNED_FORMAT } from './countersigned.js';

/** The checkpoint that a proof leads to. */
export interface ShownCheckpoint {
  readonly height: number;
  readonly epoch: number;
  readonly blockHash: Hash;
  readonly stateRoot: Hash;
  /** Block time, milliseconds since 1970. */
  readonly timestampMs: number;
  /** The certificate, encoded (spec/ledger.md 6.4). */
  readonly encoded: Uint8Array;
  readonly epochs: readonly EpochLink[];
}

/** Kinds that lead to a checkpoint. */
const SHAPES: ReadonlyMap<string, Shape> = new Map<string, Shape>([
  [PRESENCE_FORMAT, STATE_PROOF],
  [ABSENCE_FORMAT, STATE_PROOF],
  [PROVENANCE_FORMAT, PROVENANCE],
  [COUNTERSIGNED_FORMAT, COUNTERSIGNED],
  [CONSISTENCY_FORMAT, CONSISTENCY],
  [RECEIPT_FORMAT, RECEIPT]
]);

/** The checkpoint of a proof that was VERIFIED; this alone checks nothing. Null where a kind leads to none. */
export function shownCheckpoint(file: Uint8Array | string): ShownCheckpoint | null {
  const format = formatOfProof(file) ?? '';
  const shape = SHAPES.get(format);
  const read = shape === undefined ? null : decodeProof(file, format, shape);
  if (read?.ok !== true) return null;
  const proof = read.value as Readonly<Record<string, unknown>> & { readonly epochs: readonly EpochLink[] };
  const isLater = format === CONSISTENCY_FORMAT;
  const encoded = proof[isLater ? 'toCheckpoint' : 'checkpoint'] as Uint8Array;
  const header = decodeBlockHeader(proof[isLater ? 'toHeader' : 'checkpointHeader'] as Uint8Array);
  const checkpoint = decodeCheckpoint(encoded);
  if (!header.ok || !checkpoint.ok) return null;
  const { height, epoch, blockHash, stateRoot } = checkpoint.value;
  return { height, epoch, blockHash, stateRoot, timestampMs: header.value.timestampMs, encoded, epochs: proof.epochs };
}
