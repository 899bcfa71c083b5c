import { equalBytes } from '@lading/kernel';
import type { Sha256, VerifySignature } from '@lading/kernel';
import { quorum, verifyCertificate, verifyCheckpoint, verifyCommitProof } from '@lading/ledger';
import type { Certificate, EpochConfig } from '@lading/ledger';
import { messageVoteBytes } from './digest.js';
import type { Message, NewView, PrePrepare, SignedMessage, ViewChange } from './message.js';
import { compareRanks, GENESIS_RANK, rankOf, rankOfStatement } from './rank.js';

/**
 * The gateway before `step` (spec M7): every signature in the message, certificates and proofs included, and the
 * structure that makes a VIEW-CHANGE or NEW-VIEW valid. The signer need not be the peer that sent it: proposals,
 * votes and NEW-VIEWs are passed on.
 */
export function verifyMessage(
  message: Message,
  config: EpochConfig,
  verify: VerifySignature,
  sha256?: Sha256
): boolean {
  switch (message.type) {
    case 'PRE-PREPARE':
      return isSignedBy(message, config, verify, sha256) && justifies(message, config, verify, sha256);
    case 'PREPARE':
    case 'COMMIT':
    case 'CHECKPOINT':
      return isSignedBy(message, config, verify, sha256);
    case 'VIEW-CHANGE':
      return validViewChange(message, config, verify, sha256);
    case 'NEW-VIEW':
      return validNewView(message, config, verify, sha256);
    case 'BLOCKS': {
      const { blocks, checkpoint } = message;
      if (checkpoint !== null && !verifyCheckpoint(checkpoint, config, verify, sha256)) return false;
      return blocks.every(({ block, proof }) => verifyCommitProof(proof, block.header, config, verify, sha256));
    }
    // Authenticated by the channel alone.
    case 'SUSPECT':
    case 'STATUS':
    case 'FETCH-BLOCKS':
    case 'FETCH-PROPOSAL':
    case 'PROPOSALS':
    case 'BATCH-ACK':
      return true;
  }
}

function isSignedBy(
  message: SignedMessage,
  config: EpochConfig,
  verify: VerifySignature,
  sha256: Sha256 | undefined
): boolean {
  const key = config.organizations[message.signer]?.validatorKey;
  if (key === undefined || message.epoch !== config.epoch) return false;
  return verify(message.signature, messageVoteBytes(message, config.chainId, sha256), key);
}

function justifies(
  message: PrePrepare,
  config: EpochConfig,
  verify: VerifySignature,
  sha256: Sha256 | undefined
): boolean {
  const { justification } = message;
  if (justification === null) return true;
  if ('statements' in justification) {
    return justification.view === message.view && validNewView(justification, config, verify, sha256);
  }
  const closes = justification.kind === 'C' && justification.view + 1 === message.view;
  return closes && verifyCertificate(justification, config, verify);
}

/** V4: known signer; the attached certificate has the stated rank, verifies, and is older than the view asked for. */
function validViewChange(
  message: ViewChange,
  config: EpochConfig,
  verify: VerifySignature,
  sha256: Sha256 | undefined
): boolean {
  const { highCert } = message;
  if (!isSignedBy(message, config, verify, sha256) || message.newView === 0) return false;
  if (compareRanks(rankOf(highCert), rankOfStatement(message)) !== 0) return false;
  if (highCert === null) return true;
  if (highCert.height === 0 || highCert.view >= message.newView) return false;
  return equalBytes(highCert.hash, message.certHash) && verifyCertificate(highCert, config, verify);
}

/** V6: q distinct signers, ascending, all for this view; none outranks top; top verifies, and a statement names it. */
function validNewView(
  message: NewView,
  config: EpochConfig,
  verify: VerifySignature,
  sha256: Sha256 | undefined
): boolean {
  const { statements, top, view } = message;
  if (statements.length !== quorum(config.organizations.length) || view === 0) return false;
  const ascending = statements.every((at, i) => i === 0 || (statements[i - 1]?.signer ?? at.signer) < at.signer);
  if (!ascending || !isSignedBy(message, config, verify, sha256)) return false;
  for (const statement of statements) {
    if (statement.newView !== view || statement.highCert !== null) return false;
    if (compareRanks(rankOfStatement(statement), rankOf(top)) > 0) return false;
    if (!isSignedBy(statement, config, verify, sha256)) return false;
  }
  if (top === null) return statements.some((statement) => compareRanks(rankOfStatement(statement), GENESIS_RANK) === 0);
  return statements.some((statement) => names(statement, top)) && validTop(top, view, config, verify);
}

function names(statement: ViewChange, top: Certificate): boolean {
  return compareRanks(rankOfStatement(statement), top) === 0 && equalBytes(statement.certHash, top.hash);
}

function validTop(top: Certificate, view: number, config: EpochConfig, verify: VerifySignature): boolean {
  return top.view < view && top.height > 0 && verifyCertificate(top, config, verify);
}
