import { asciiBytes, concatBytes, equalBytes, ok, toBase64Url, u64be, type Hash } from '@lading/kernel';
import { encodeProof, EPOCH_LINK, type Value } from '@lading/ledger/reading';
import { CERTIFIED, checkCertificate, checkEpochs, isCertified, type Certified } from './anchor.js';
import { NOBLE, type VerifierCrypto } from './crypto.js';
import { openParts } from './openParts.js';
import { check, verifyFile, type AnchorFacts, type Check, type ProofKind, type Report } from './report.js';
import { anchorFacts } from './verifyState.js';

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
  readonly certified: Certified;
}

const kindOf = (witness: Uint8Array | null): ProofKind<Countersigned, Opened, CountersignedFacts> => ({
  format: COUNTERSIGNED_FORMAT,
  shape: COUNTERSIGNED,
  open(proof) {
    const certified = openParts(proof, CERTIFIED);
    return certified.ok ? ok({ proof, certified: certified.value }) : certified;
  },
  judge({ proof, certified }, ground) {
    const { genesis, last, crypto } = ground;
    const statement = { ...certified.checkpoint, chainId: genesis.chainId, timeMs: proof.timeMs };
    const key = toBase64Url(proof.witness);
    const fits = proof.signature.length === 64 && proof.witness.length === 32;
    const signed = fits && crypto.verify(proof.signature, witnessBytes(statement), proof.witness);
    const checks = [
      // W2, W1, W3.
      checkCertificate(isCertified(certified, last, crypto), certified, last),
      checkEpochs(ground, certified.checkpoint.epoch),
      check('countersignature', signed, `signed by the key ${key}`, 'is not validly signed by the key of the witness'),
      ...askedFor(proof, witness)
    ];
    const notChecked = witness === null ? [`whether ${key} is a witness that you know`, ...NOT_CHECKED] : NOT_CHECKED;
    return { checks, notChecked, facts: { ...anchorFacts(certified, ground), witness: key, witnessedMs: proof.timeMs } };
  }
});

/** Verifies a checkpoint with the signature of a witness (spec/proofs.md §9). `witness`: the key in question, or null. */
export function verifyCountersigned(
  file: Uint8Array | string,
  genesisBytes: Uint8Array,
  witness: Uint8Array | null = null,
  crypto: VerifierCrypto = NOBLE
): Report<CountersignedFacts> {
  return verifyFile(kindOf(witness), file, genesisBytes, crypto);
}

/** W4. */
function askedFor(proof: Countersigned, witness: Uint8Array | null): readonly Check[] {
  if (witness === null) return [];
  const isAsked = equalBytes(proof.witness, witness);
  return [check('question', isAsked, 'the witness in question', 'another key than that of the witness in question')];
}
