import type { Hash } from '@lading/kernel';
import {
  ABSENCE_FORMAT,
  CONSISTENCY,
  CONSISTENCY_FORMAT,
  decodeBlockHeader,
  decodeCheckpoint,
  decodeProof,
  decodeReceipt,
  formatOfProof,
  PRESENCE_FORMAT,
  PROVENANCE,
  PROVENANCE_FORMAT,
  STATE_PROOF,
  type EpochLink
} from '@lading/ledger';
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

interface Parts {
  readonly header: Uint8Array;
  readonly encoded: Uint8Array;
  readonly epochs: readonly EpochLink[];
}

/** The checkpoint of a proof that was VERIFIED; this alone checks nothing. Null where a kind leads to none. */
export function shownCheckpoint(file: Uint8Array | string): ShownCheckpoint | null {
  const parts = partsOf(file);
  if (parts === null) return null;
  const header = decodeBlockHeader(parts.header);
  const checkpoint = decodeCheckpoint(parts.encoded);
  if (!header.ok || !checkpoint.ok) return null;
  const { height, epoch, blockHash, stateRoot } = checkpoint.value;
  const { encoded, epochs } = parts;
  return { height, epoch, blockHash, stateRoot, timestampMs: header.value.timestampMs, encoded, epochs };
}

function partsOf(file: Uint8Array | string): Parts | null {
  const format = formatOfProof(file);
  switch (format) {
    case PRESENCE_FORMAT:
    case ABSENCE_FORMAT: {
      const read = decodeProof(file, format, STATE_PROOF);
      return read.ok ? anchored(read.value) : null;
    }
    case PROVENANCE_FORMAT: {
      const read = decodeProof(file, format, PROVENANCE);
      return read.ok ? anchored(read.value) : null;
    }
    case COUNTERSIGNED_FORMAT: {
      const read = decodeProof(file, format, COUNTERSIGNED);
      return read.ok ? anchored(read.value) : null;
    }
    case CONSISTENCY_FORMAT: {
      const read = decodeProof(file, format, CONSISTENCY);
      if (!read.ok) return null;
      const { toHeader, toCheckpoint, epochs } = read.value;
      return { header: toHeader, encoded: toCheckpoint, epochs };
    }
    default: {
      const read = decodeReceipt(file);
      return read.ok ? anchored(read.value) : null;
    }
  }
}

const anchored = (proof: {
  readonly checkpointHeader: Uint8Array;
  readonly checkpoint: Uint8Array;
  readonly epochs: readonly EpochLink[];
}): Parts => ({ header: proof.checkpointHeader, encoded: proof.checkpoint, epochs: proof.epochs });
