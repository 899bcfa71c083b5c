import { compareBytes, equalBytes, ok, reject, toHex, type Hash, type Result } from '@lading/kernel';
import {
  checkpointDigest, decodeCertificate, decodeCheckpoint, decodeSignedVote, FRAUD, FRAUD_FORMAT,
  verifyCertificate, verifyCheckpoint, VOTE, voteBytes,
  type EpochConfig, type FraudProof
} from '@lading/ledger/reading';
import { checkEpochs, names } from './anchor.js';
import { NOBLE, type VerifierCrypto } from './crypto.js';
import { inside } from './openParts.js';
import { check, networkFacts, verifyFile, type Check, type Ground, type NetworkFacts, type ProofKind, type Report } from './report.js';

export interface FraudFacts extends NetworkFacts {
  readonly kind: string;
  readonly height: number;
  /** What each of the two says, lower-case hex: a block's hash, a digest, or block hash and state root. */
  readonly first: string;
  readonly second: string;
  /** Organizations that signed both. */
  readonly culprits: readonly string[];
}

/** One signed statement: `place` is what two of them must share, `says` what they must not. */
interface Statement {
  readonly epoch: number;
  readonly height: number;
  readonly place: string;
  readonly says: Hash;
  readonly signers: readonly number[];
  holds(config: EpochConfig, crypto: VerifierCrypto): boolean;
}

const NOT_CHECKED: readonly string[] = [
  'which of the two statements is the true one, if any',
  'whether a key was stolen: a signature shows what was signed with it, not by whom'
];

interface Opened {
  readonly proof: FraudProof;
  readonly first: Statement;
  readonly second: Statement;
}

const KIND: ProofKind<FraudProof, Opened, FraudFacts> = {
  format: FRAUD_FORMAT,
  shape: FRAUD,
  open(proof, crypto) {
    const first = readStatement(proof.kind, proof.first, '/first', crypto);
    if (!first.ok) return first;
    const second = readStatement(proof.kind, proof.second, '/second', crypto);
    return second.ok ? ok({ proof, first: first.value, second: second.value }) : second;
  },
  judge({ proof, first, second }, ground) {
    const contradicts =
      first.place === second.place && !equalBytes(first.says, second.says) && compareBytes(proof.first, proof.second) < 0;
    const checks = [
      checkStatement(first, ground),
      checkStatement(second, ground),
      // F3.
      check('contradiction', contradicts, `two statements about ${first.place}`, 'both can be true, or they are not in order'),
      // F1.
      checkEpochs(ground, Math.max(first.epoch, second.epoch))
    ];
    const { organizations } = ground.epochs[first.epoch]?.config ?? ground.genesis.config;
    const both = first.signers.filter((signer) => second.signers.includes(signer));
    const facts = {
      ...networkFacts(ground),
      kind: proof.kind,
      height: first.height,
      first: toHex(first.says),
      second: toHex(second.says),
      culprits: both.map((signer) => organizations[signer]?.id ?? '')
    };
    return { checks, notChecked: NOT_CHECKED, facts };
  }
};

/** Verifies that validators signed two statements that cannot both be true (spec/proofs.md 6.2). */
export function verifyFraud(file: Uint8Array | string, genesisBytes: Uint8Array, crypto: VerifierCrypto = NOBLE): Report<FraudFacts> {
  return verifyFile(KIND, file, genesisBytes, crypto);
}

/** F2. */
function checkStatement(statement: Statement, { epochs, crypto }: Ground): Check {
  const config = epochs[statement.epoch]?.config;
  const by = config === undefined ? 'nobody known' : names(statement.signers, config);
  const holds = config !== undefined && statement.holds(config, crypto);
  return check('statement', holds, `signed by ${by}`, 'is not validly signed under the config of its epoch');
}

/** Votes of which a validator casts at most one at a place. */
const SLOTS: readonly number[] = [VOTE.prePrepare, VOTE.prepare, VOTE.commit, VOTE.checkpoint, VOTE.batch];

function readStatement(kind: string, bytes: Uint8Array, at: string, { sha256 }: VerifierCrypto): Result<Statement> {
  switch (kind) {
    case 'checkpoint': {
      const read = decodeCheckpoint(bytes);
      if (!read.ok) return inside(at, read);
      const { epoch, height, blockHash, stateRoot, signers } = read.value;
      const says = checkpointDigest(blockHash, stateRoot, sha256);
      const holds: Statement['holds'] = (config, crypto) => verifyCheckpoint(read.value, config, crypto.verify, crypto.sha256);
      return ok({ epoch, height, place: `the checkpoint of height ${height}`, says, signers, holds });
    }
    case 'commit': {
      const read = decodeCertificate(bytes);
      if (!read.ok) return inside(at, read);
      const { epoch, height, hash, signers, kind: phase } = read.value;
      const holds: Statement['holds'] = (config, { verify }) => phase === 'C' && verifyCertificate(read.value, config, verify);
      return ok({ epoch, height, place: `the block of height ${height}`, says: hash, signers, holds });
    }
    case 'vote': {
      const read = decodeSignedVote(bytes);
      if (!read.ok) return inside(at, read);
      const { type, epoch, view, height, digest, signer, signature } = read.value;
      const holds: Statement['holds'] = ({ chainId, organizations }, { verify }) => {
        const key = organizations[signer]?.validatorKey;
        const vote = { type, chainId, epoch, view, height, digest, signer };
        return SLOTS.includes(type) && key !== undefined && verify(signature, voteBytes(vote), key);
      };
      const place = `vote ${type} of validator ${signer} in epoch ${epoch}, view ${view}, height ${height}`;
      return ok({ epoch, height, place, says: digest, signers: [signer], holds });
    }
    default:
      return reject('PROOF_MALFORMED', 'is neither checkpoint, commit nor vote', '/kind');
  }
}
