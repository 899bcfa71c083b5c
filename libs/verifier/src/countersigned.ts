import { asciiBytes, concatBytes, equalBytes, ok, toBase64Url, u64be, type Hash, type Result } from '@lading/kernel';
import {
  blockHash,
  decodeBlockHeader,
  decodeCheckpoint,
  decodeGenesis,
  decodeProof,
  encodeProof,
  EPOCH_LINK,
  type BlockHeader,
  type CheckpointCertificate,
  type Value
} from '@lading/ledger';
import { certificateCheck, checkEpochs, inside, isCertified, openLinks } from './anchor.js';
import { NOBLE, type VerifierCrypto } from './crypto.js';
import { followEpochs, type Epoch } from './epochs.js';
import { check, judged, unread, unreadable, type AnchorFacts, type Check, type Report } from './report.js';

/** spec/proofs.md 9.1: a checkpoint with the word of somebody who is no validator. */
export const COUNTERSIGNED = {
  witness: 'bytes',
  timeMs: 'uint',
  signature: 'bytes',
  checkpointHeader: 'bytes',
  checkpoint: 'bytes',
  epochs: [EPOCH_LINK]
} as const;
export const COUNTERSIGNED_FORMAT = 'lading/countersigned/1';
export type Countersigned = Value<typeof COUNTERSIGNED>;

export const encodeCountersigned = (value: Countersigned): string => encodeProof(COUNTERSIGNED_FORMAT, COUNTERSIGNED, value);

/** What a witness says. */
export interface WitnessStatement {
  readonly chainId: Hash;
  readonly height: number;
  readonly blockHash: Hash;
  readonly stateRoot: Hash;
  /** The witness's clock, milliseconds since 1970. */
  readonly timeMs: number;
}

const TAG = asciiBytes('lading/witness/1\0');

/** spec/proofs.md 9.2: what a witness signs; every part has a fixed length. */
export function witnessBytes({ chainId, height, blockHash: block, stateRoot, timeMs }: WitnessStatement): Uint8Array {
  return concatBytes(TAG, chainId, u64be(height), block, stateRoot, u64be(timeMs));
}

export interface CountersignedFacts extends AnchorFacts {
  /** The key of the witness, base64url. */
  readonly witness: string;
  /** When it signed, by its own clock. */
  readonly witnessedMs: number;
}

const NOT_CHECKED: readonly string[] = [
  'who the witness is: only that the holder of this key signed',
  'the clock of the witness',
  'whether the network has moved on: ask the witness again, and others'
];

interface Opened {
  readonly proof: Countersigned;
  readonly header: BlockHeader;
  readonly checkpoint: CheckpointCertificate;
  readonly hash: Hash;
}

/** Verifies a checkpoint with the signature of a witness (spec/proofs.md §9). `witness`: the key in question, or null. */
export function verifyCountersigned(
  file: Uint8Array | string,
  genesisBytes: Uint8Array,
  witness: Uint8Array | null = null,
  crypto: VerifierCrypto = NOBLE
): Report<CountersignedFacts> {
  const genesis = decodeGenesis(genesisBytes, crypto.sha256);
  if (!genesis.ok) return unread('UNCHECKABLE', genesis.code, `trust anchor: ${genesis.detail}`);
  const opened = open(file, crypto);
  if (!opened.ok) return unreadable(opened);
  const { proof, header, checkpoint, hash } = opened.value;
  const links = openLinks(proof.epochs, crypto.sha256);
  if (!links.ok) return unreadable(links);
  const { chainId, name, config } = genesis.value;
  const { epochs, fault } = followEpochs(config, links.value, crypto);
  const last = epochs.at(-1) as Epoch;
  const statement = { ...checkpoint, chainId, timeMs: proof.timeMs };
  const key = toBase64Url(proof.witness);
  const fits = proof.signature.length === 64 && proof.witness.length === 32;
  const signed = fits && crypto.verify(proof.signature, witnessBytes(statement), proof.witness);
  const checks = [
    certificateCheck(isCertified(checkpoint, header, hash, last, crypto), checkpoint, last.config),
    checkEpochs(links.value, checkpoint, fault),
    check('countersignature', signed, `signed by the key ${key}`, 'is not validly signed by the key of the witness'),
    ...askedFor(proof, witness)
  ];
  const notChecked = witness === null ? [`whether ${key} is a witness that you know`, ...NOT_CHECKED] : NOT_CHECKED;
  const { height: checkpointHeight, epoch } = checkpoint;
  const facts = { network: name, checkpointHeight, epoch, timestampMs: header.timestampMs, witness: key, witnessedMs: proof.timeMs };
  return judged(checks, notChecked, { chainId: toBase64Url(chainId), ...facts });
}

function open(file: Uint8Array | string, { sha256 }: VerifierCrypto): Result<Opened> {
  const decoded = decodeProof(file, COUNTERSIGNED_FORMAT, COUNTERSIGNED);
  if (!decoded.ok) return decoded;
  const header = decodeBlockHeader(decoded.value.checkpointHeader);
  if (!header.ok) return inside('/checkpointHeader', header);
  const checkpoint = decodeCheckpoint(decoded.value.checkpoint);
  if (!checkpoint.ok) return inside('/checkpoint', checkpoint);
  return ok({ proof: decoded.value, header: header.value, checkpoint: checkpoint.value, hash: blockHash(header.value, sha256) });
}

/** W4. */
function askedFor(proof: Countersigned, witness: Uint8Array | null): readonly Check[] {
  if (witness === null) return [];
  const isAsked = equalBytes(proof.witness, witness);
  return [check('question', isAsked, 'the witness in question', 'another key than that of the witness in question')];
}
