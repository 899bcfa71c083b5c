import { compareBytes } from '@lading/kernel';
import {
  CONSISTENCY,
  CONSISTENCY_FORMAT,
  decodeCheckpoint,
  decodeProof,
  encodeProof,
  FRAUD,
  FRAUD_FORMAT,
  type CheckpointCertificate,
  type EpochLink
} from '@lading/ledger';
import { contradicts, verifyFraud } from '@lading/verifier';

/** A checkpoint as a node has shown it, with the chain of epochs that it came with. */
export interface ShownPoint {
  readonly checkpointHeader: Uint8Array;
  readonly encoded: Uint8Array;
  readonly checkpoint: CheckpointCertificate;
  readonly epochs: readonly EpochLink[];
}

export interface Continuity {
  readonly from: ShownPoint;
  readonly to: ShownPoint;
}

/** Both ends of a consistency proof, or null where it cannot be read. Nothing is verified here. */
export function openContinuity(text: string): Continuity | null {
  const read = decodeProof(text, CONSISTENCY_FORMAT, CONSISTENCY);
  if (!read.ok) return null;
  const { fromHeader, fromCheckpoint, toHeader, toCheckpoint, epochs } = read.value;
  const [from, to] = [decodeCheckpoint(fromCheckpoint), decodeCheckpoint(toCheckpoint)];
  if (!from.ok || !to.ok) return null;
  return {
    from: { checkpointHeader: fromHeader, encoded: fromCheckpoint, checkpoint: from.value, epochs },
    to: { checkpointHeader: toHeader, encoded: toCheckpoint, checkpoint: to.value, epochs }
  };
}

export interface Fork {
  readonly height: number;
  /** Text of a fraud proof that anybody can verify with the genesis. */
  readonly fraudProof: string;
  readonly culprits: readonly string[];
}

type Point = Pick<ShownPoint, 'encoded' | 'checkpoint' | 'epochs'>;

/** A fork, when both are certified and cannot both be true; whoever shows a false certificate makes none. */
export function forkOf(a: Point, b: Point, genesisBytes: Uint8Array): Fork | null {
  if (!contradicts(a.checkpoint, b.checkpoint)) return null;
  const [first, second] = [a.encoded, b.encoded].sort(compareBytes) as [Uint8Array, Uint8Array];
  const reach = Math.max(a.checkpoint.epoch, b.checkpoint.epoch);
  for (const { epochs } of [a, b]) {
    const value = { kind: 'checkpoint', first, second, epochs: epochs.slice(0, reach) };
    const fraudProof = encodeProof(FRAUD_FORMAT, FRAUD, value);
    const { proven, facts } = verifyFraud(fraudProof, genesisBytes);
    if (proven && facts !== null) return { height: a.checkpoint.height, fraudProof, culprits: facts.culprits };
  }
  return null;
}
