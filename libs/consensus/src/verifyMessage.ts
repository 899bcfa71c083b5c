import { equalBytes } from '@lading/kernel';
import type { Sha256, VerifySignature } from '@lading/kernel';
import { verifyCertificate, verifyCheckpoint, verifyCommitProof } from '@lading/ledger';
import type { Certificate, EpochConfig } from '@lading/ledger';
import type { Message, NewView, PrePrepare, ViewChange } from './message.js';
import type { Mutant } from './mutants.js';
import { isSignedBy, keepsStructure } from './newViewStructure.js';
import type { Verification } from './newViewStructure.js';
import { compareRanks, isBaseStatement, rankOf, rankOfStatement } from './rank.js';
import { verifyEvidence } from './verifyEvidence.js';

/**
 * The gateway before `step` (spec M7): every signature in the message, certificates and proofs included, and the
 * structure that makes a VIEW-CHANGE or NEW-VIEW valid. The signer need not be the peer that sent it: proposals,
 * votes and NEW-VIEWs are passed on. Messages of another epoch than the config's are refused where they are signed.
 */
export function verifyMessage(
  message: Message,
  config: EpochConfig,
  verify: VerifySignature,
  sha256?: Sha256,
  mutants?: ReadonlySet<Mutant>
): boolean {
  const by: Verification = { config, verify, sha256, mutants };
  switch (message.type) {
    case 'PRE-PREPARE':
      return isSignedBy(message, by) && justifies(message, by);
    case 'PREPARE':
    case 'COMMIT':
    case 'CHECKPOINT':
      return isSignedBy(message, by);
    case 'VIEW-CHANGE':
      return validViewChange(message, by);
    case 'NEW-VIEW':
      return validNewView(message, by);
    case 'BLOCKS': {
      const { blocks, checkpoint } = message;
      if (checkpoint !== null && !verifyCheckpoint(checkpoint, config, verify, sha256)) return false;
      return blocks.every(({ block, proof }) => {
        if (hasMutantQuorum(by)) return isCertified(proof.certificate, by);
        return verifyCommitProof(proof, block.header, config, verify, sha256);
      });
    }
    case 'EVIDENCE':
      return verifyEvidence(message, config, verify, sha256);
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

const hasMutantQuorum = ({ mutants }: Verification): boolean =>
  mutants?.has('quorum-2f+1') === true || mutants?.has('quorum-f+1') === true || mutants?.has('duplicate-signers') === true;

function isCertified(certificate: Certificate, by: Verification): boolean {
  // The ledger's check knows no mutants; what certificates of another size are worth is for these to show.
  if (hasMutantQuorum(by)) return certificate.epoch === by.config.epoch;
  return verifyCertificate(certificate, by.config, by.verify);
}

function justifies(message: PrePrepare, by: Verification): boolean {
  const { justification } = message;
  if (justification === null) return true;
  if ('statements' in justification) return justification.view === message.view && validNewView(justification, by);
  const closes = justification.kind === 'C' && justification.view + 1 === message.view;
  return closes && isCertified(justification, by);
}

/**
 * V4: known signer; the attached certificate is of this epoch, has the stated rank, verifies, and is older than the view
 * asked for. Without one it speaks of the block that the epoch began from, which the core compares with its own.
 */
function validViewChange(message: ViewChange, by: Verification): boolean {
  const { highCert } = message;
  if (!isSignedBy(message, by) || message.newView === 0) return false;
  if (highCert === null) return isBaseStatement(message, by.config.epoch);
  if (compareRanks(rankOf(highCert), rankOfStatement(message)) !== 0) return false;
  if (highCert.height === 0 || highCert.view >= message.newView) return false;
  return equalBytes(highCert.hash, message.certHash) && isCertified(highCert, by);
}

/** V6: signed by its signer, well-formed, and its top verifies. */
function validNewView(message: NewView, by: Verification): boolean {
  const { epoch, statements, top, view } = message;
  const plain = statements.every((at) => at.newView === view && at.epoch === epoch && at.highCert === null);
  if (!plain || !isSignedBy(message, by) || !keepsStructure(message, by)) return false;
  return top === null || isCertified(top, by);
}
