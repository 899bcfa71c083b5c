import type { Sha256 } from '@lading/kernel';
import { equalBytes, toBase64Url, toHex } from '@lading/kernel';
import {
  checkTransaction,
  decodeGenesis,
  leafHash,
  outcomesLogLeaf,
  refLeaf,
  verifyCommitProof,
  verifyInclusion,
  verifyTransaction,
  type EpochConfig,
  type Genesis
} from '@lading/ledger';
import { certificateCheck, checkEpochs, checkStateRoot, isCertified, names, quorumText } from './anchor.js';
import { NOBLE, type VerifierCrypto } from './crypto.js';
import { followEpochs, isOfEpoch, type Epoch } from './epochs.js';
import { openReceipt, type OpenReceipt } from './openReceipt.js';
import { check, judged, unread, unreadable, type Check, type ReceiptFacts, type Report } from './report.js';

const NOT_CHECKED: readonly string[] = [
  'whether the network has moved on: old validators could still sign blocks for those who do not know of later epochs',
  'freshness: later transactions may have corrected, cancelled or built upon this one',
  'whether the signing key is still active today; it was judged at the block above',
  'who holds the private keys behind the names in the genesis file',
  'the physical world: signatures show who said something, not that it is so'
];

/**
 * Verifies a receipt offline. The only trust is the genesis file: its chain id and its validators' keys.
 * Everything that can be computed is computed; tree sizes and indexes come from hashed structures.
 */
export function verifyReceipt(
  file: Uint8Array | string,
  genesisBytes: Uint8Array,
  crypto: VerifierCrypto = NOBLE
): Report {
  const { sha256 } = crypto;
  const genesis = decodeGenesis(genesisBytes, sha256);
  if (!genesis.ok) return unread('UNCHECKABLE', genesis.code, `trust anchor: ${genesis.detail}`);
  const opened = openReceipt(file, sha256);
  if (!opened.ok) return unreadable(opened);
  const proof = opened.value;
  const { epochs, fault } = followEpochs(genesis.value.config, proof.links, crypto);
  // Where the chain of epochs does not reach, genesis stands in, and the checks below fail.
  const own = epochs[proof.header.epoch] ?? (epochs[0] as Epoch);
  const certifying = epochs.at(-1) as Epoch;
  const checks = [
    checkSignature(proof, own.config, crypto),
    checkBatch(proof, own.config, sha256),
    checkBlock(proof, sha256),
    checkCommit(proof, own, crypto),
    checkOutcome(proof, sha256),
    checkPosition(proof),
    checkOutcomesLog(proof, sha256),
    checkStateRoot({ ...proof.receipt, checkpoint: proof.checkpoint }, certifying.config, sha256),
    checkCheckpoint(proof, certifying, crypto),
    checkEpochs(proof.links, proof.checkpoint, fault)
  ];
  return judged(checks, NOT_CHECKED, factsOf(proof, genesis.value, certifying.config));
}

/** R1: made for this chain, with a lawful lifetime and lanes, and signed under the key in its own kid. */
function checkSignature({ transaction }: OpenReceipt, config: EpochConfig, { verify }: VerifierCrypto): Check {
  const lawful = checkTransaction(transaction, config.chainId, config);
  if (!lawful.ok) return check('transaction', false, '', `${lawful.code}: ${lawful.detail}`);
  const signed = verifyTransaction(transaction, verify);
  return check('transaction', signed, `signed by ${transaction.header.kid}`, 'the signature is not valid');
}

/** R2: the transaction is in a batch of this chain and epoch, in a lane that it lists. */
function checkBatch({ receipt, transaction, batchHeader }: OpenReceipt, config: EpochConfig, sha256: Sha256): Check {
  const author = config.organizations[batchHeader.lane]?.id;
  const included = verifyInclusion(
    {
      leafHash: leafHash(transaction.encoded, sha256),
      index: receipt.batchIndex,
      size: batchHeader.txCount,
      path: receipt.batchPath,
      root: batchHeader.txRoot
    },
    sha256
  );
  const listed = author !== undefined && transaction.header.lanes.includes(author);
  const here = equalBytes(batchHeader.chainId, config.chainId) && batchHeader.epoch === config.epoch;
  return check(
    'batch',
    included && listed && here,
    `transaction ${receipt.batchIndex + 1} of ${batchHeader.txCount} in batch ${batchHeader.seq} of ${author ?? ''}`,
    'the transaction is not in this batch, or the batch is not of this chain and lane'
  );
}

/** R3: the block orders that batch. */
function checkBlock({ receipt, batchHeader, batchHash, header }: OpenReceipt, sha256: Sha256): Check {
  const ref = { lane: batchHeader.lane, seq: batchHeader.seq, batchHash };
  const included = verifyInclusion(
    {
      leafHash: leafHash(refLeaf(ref), sha256),
      index: receipt.refIndex,
      size: header.refCount,
      path: receipt.refsPath,
      root: header.refsRoot
    },
    sha256
  );
  return check(
    'block',
    included,
    `batch ${receipt.refIndex + 1} of ${header.refCount} in block ${header.height}`,
    'the block does not order this batch'
  );
}

/** R4: a quorum of its epoch committed the block, which lies within that epoch. */
function checkCommit(proof: OpenReceipt, epoch: Epoch, { sha256, verify }: VerifierCrypto): Check {
  const { commitProof, header } = proof;
  const { config } = epoch;
  const committed = verifyCommitProof(commitProof, header, config, verify, sha256);
  const { signers } = commitProof.certificate;
  return check(
    'commit',
    committed && isOfEpoch(header, proof.blockHash, epoch),
    `committed by ${names(signers, config)} (${quorumText(config)})`,
    `no valid commit certificate (${quorumText(config)})`
  );
}

/** R5: the outcome is the block's outcome of this transaction, at the index the outcome itself names. */
function checkOutcome({ receipt, transaction, header, outcome }: OpenReceipt, sha256: Sha256): Check {
  const same = equalBytes(outcome.txId, transaction.txId) && outcome.height === header.height;
  const included = verifyInclusion(
    {
      leafHash: leafHash(receipt.outcome, sha256),
      index: outcome.index,
      size: header.txCount,
      path: receipt.outcomePath,
      root: receipt.outcomeRoot
    },
    sha256
  );
  const verdict = outcome.code === '' ? outcome.status : `${outcome.status} ${outcome.code}`;
  return check(
    'outcome',
    same && included,
    `${verdict}, transaction ${outcome.index + 1} of ${header.txCount}`,
    'the outcome is not that of this transaction in this block'
  );
}

/** R6: the place in the block leaves room for what the batch and the refs around it hold (each at least one). */
function checkPosition({ receipt, batchHeader, header, outcome }: OpenReceipt): Check {
  const before = outcome.index - receipt.batchIndex;
  const after = header.txCount - before - batchHeader.txCount;
  const batchesAfter = header.refCount - receipt.refIndex - 1;
  const fits = before >= receipt.refIndex && after >= batchesAfter;
  const exact = (receipt.refIndex > 0 || before === 0) && (batchesAfter > 0 || after === 0);
  return check(
    'position',
    fits && exact,
    `height ${header.height}, index ${outcome.index}`,
    'the index in the block does not fit the place in the batch'
  );
}

/** R7: the outcomes log of the checkpoint holds this block with these outcomes. */
function checkOutcomesLog({ receipt, header, blockHash: hash, checkpoint }: OpenReceipt, sha256: Sha256): Check {
  const leaf = outcomesLogLeaf(header.height, hash, header.txCount, receipt.outcomeRoot);
  const included = verifyInclusion(
    {
      leafHash: leafHash(leaf, sha256),
      index: header.height,
      size: checkpoint.height + 1,
      path: receipt.outcomesLogPath,
      root: receipt.outcomesLogRoot
    },
    sha256
  );
  return check(
    'outcomes log',
    included,
    `entry ${header.height} of ${checkpoint.height + 1}`,
    'the outcomes log of the checkpoint does not hold this block with these outcomes'
  );
}

/** R9: a quorum certified that state root, at or above this block. */
function checkCheckpoint(proof: OpenReceipt, epoch: Epoch, crypto: VerifierCrypto): Check {
  const { checkpoint, checkpointHeader, checkpointHash, header } = proof;
  const above = checkpoint.height > header.height || equalBytes(checkpoint.blockHash, proof.blockHash);
  const certified = isCertified(checkpoint, checkpointHeader, checkpointHash, epoch, crypto);
  return certificateCheck(above && certified, checkpoint, epoch.config);
}

function factsOf(proof: OpenReceipt, genesis: Genesis, { organizations }: EpochConfig): ReceiptFacts {
  const { transaction, header, outcome, checkpoint } = proof;
  const { kid, op, jti, iat, exp } = transaction.header;
  const { organization, member, payload } = transaction;
  return {
    chainId: toBase64Url(genesis.chainId),
    network: genesis.name,
    transaction: { txId: toHex(transaction.txId), kid, organization, member, op, jti, iat, exp, payload },
    epoch: header.epoch,
    height: header.height,
    index: outcome.index,
    blockHash: toHex(proof.blockHash),
    timestampMs: header.timestampMs,
    checkpointHeight: checkpoint.height,
    checkpointSigners: checkpoint.signers.map((signer) => organizations[signer]?.id ?? `no. ${signer}`),
    outcome: { status: outcome.status, code: outcome.code, detail: outcome.detail }
  };
}
