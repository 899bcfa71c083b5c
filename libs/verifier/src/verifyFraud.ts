import { compareBytes, equalBytes, ok, reject, toBase64Url, toHex, type Hash, type Result } from '@lading/kernel';
import {
  checkpointDigest,
  decodeCertificate,
  decodeCheckpoint,
  decodeGenesis,
  decodeProof,
  decodeSignedVote,
  FRAUD,
  FRAUD_FORMAT,
  verifyCertificate,
  verifyCheckpoint,
  VOTE,
  voteBytes,
  type EpochConfig
} from '@lading/ledger';
import { checkEpochs, inside, names, openLinks } from './anchor.js';
import { NOBLE, type VerifierCrypto } from './crypto.js';
import { followEpochs } from './epochs.js';
import { check, judged, unread, unreadable, type Report } from './report.js';

export interface FraudFacts {
  readonly chainId: string;
  readonly network: string;
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

/** Verifies that validators signed two statements that cannot both be true (spec/proofs.md 6.2). */
export function verifyFraud(
  file: Uint8Array | string,
  genesisBytes: Uint8Array,
  crypto: VerifierCrypto = NOBLE
): Report<FraudFacts> {
  const genesis = decodeGenesis(genesisBytes, crypto.sha256);
  if (!genesis.ok) return unread('UNCHECKABLE', genesis.code, `trust anchor: ${genesis.detail}`);
  const decoded = decodeProof(file, FRAUD_FORMAT, FRAUD);
  if (!decoded.ok) return unreadable(decoded);
  const proof = decoded.value;
  const first = readStatement(proof.kind, proof.first, '/first', crypto);
  if (!first.ok) return unreadable(first);
  const second = readStatement(proof.kind, proof.second, '/second', crypto);
  if (!second.ok) return unreadable(second);
  const links = openLinks(proof.epochs, crypto.sha256);
  if (!links.ok) return unreadable(links);
  const { epochs, fault } = followEpochs(genesis.value.config, links.value, crypto);
  const statements = [first.value, second.value];
  const signed = statements.map((statement) => {
    const config = epochs[statement.epoch]?.config;
    const by = config === undefined ? 'nobody known' : names(statement.signers, config);
    const holds = config !== undefined && statement.holds(config, crypto);
    return check('statement', holds, `signed by ${by}`, 'is not validly signed under the config of its epoch');
  });
  const [a, b] = [first.value, second.value];
  const contradicts = a.place === b.place && !equalBytes(a.says, b.says) && compareBytes(proof.first, proof.second) < 0;
  const checks = [
    ...signed,
    check('contradiction', contradicts, `two statements about ${a.place}`, 'both can be true, or they are not in order'),
    checkEpochs(links.value, { epoch: Math.max(a.epoch, b.epoch) }, fault)
  ];
  const { organizations } = (epochs[a.epoch] ?? epochs[0])?.config ?? genesis.value.config;
  const facts = {
    chainId: toBase64Url(genesis.value.chainId),
    network: genesis.value.name,
    kind: proof.kind,
    height: a.height,
    first: toHex(a.says),
    second: toHex(b.says),
    culprits: a.signers.filter((signer) => b.signers.includes(signer)).map((signer) => organizations[signer]?.id ?? '')
  };
  return judged(checks, NOT_CHECKED, facts);
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
