import type { Sha256 } from '@lading/kernel';
import { equalBytes, toBase64Url, toHex } from '@lading/kernel';
import {
  checkTransaction,
  configHash,
  decodeGenesis,
  leafHash,
  outcomesLogLeaf,
  quorum,
  refLeaf,
  sha256Noble,
  stateRoot,
  verifyC1Noble,
  verifyCheckpoint,
  verifyCommitProof,
  verifyInclusion,
  verifyTransaction,
  type EpochConfig,
  type Genesis
} from '@lading/ledger';
import { followEpochs, isOfEpoch, type Epoch } from './epochs.js';
import { openReceipt, type OpenReceipt } from './openReceipt.js';
import { judged, unread, type Check, type ReceiptFacts, type Report } from './report.js';

const NOT_CHECKED: readonly string[] = [
  'whether the network has moved on: old validators could still sign blocks for those who do not know of later epochs',
  'freshness: later transactions may have corrected, cancelled or built upon this one',
  'whether the signing key is still active today; it was judged at the block above',
  'who holds the private keys behind the names in the genesis file',
  'the physical world: signatures show who said something, not that it is so'
];

/**
 * Verifies a receipt offline. The only trust is the genesis file: its chain id and its validators' keys.
 * Everything that can be computed is computed; tree sizes and indexes come from hashed structures. SHA-256 may be
 * replaced by a native one; signatures are always checked by rule C1 on noble points.
 */
export function verifyReceipt(
  file: Uint8Array | string,
  genesisBytes: Uint8Array,
  sha256: Sha256 = sha256Noble
): Report {
  const genesis = decodeGenesis(genesisBytes, sha256);
  if (!genesis.ok) return unread('UNCHECKABLE', genesis.code, `trust anchor: ${genesis.detail}`);
  const opened = openReceipt(file, sha256);
  if (!opened.ok) {
    const where = opened.pointer === undefined ? '' : ` at ${opened.pointer}`;
    const verdict = opened.code === 'PROOF_UNSUPPORTED' ? 'UNCHECKABLE' : 'MALFORMED';
    return unread(verdict, opened.code, `${opened.detail}${where}`);
  }
  const proof = opened.value;
  const { epochs, fault } = followEpochs(genesis.value.config, proof.links, sha256);
  // Where the chain of epochs does not reach, genesis stands in, and the checks below fail.
  const own = epochs[proof.header.epoch] ?? (epochs[0] as Epoch);
  const certifying = epochs.at(-1) as Epoch;
  const checks = [
    checkSignature(proof, own.config),
    checkBatch(proof, own.config, sha256),
    checkBlock(proof, sha256),
    checkCommit(proof, own, sha256),
    checkOutcome(proof, sha256),
    checkPosition(proof),
    checkOutcomesLog(proof, sha256),
    checkStateRoot(proof, certifying.config, sha256),
    checkCheckpoint(proof, certifying, sha256),
    checkEpochs(proof, fault)
  ];
  return judged(checks, NOT_CHECKED, factsOf(proof, genesis.value, certifying.config));
}

function check(name: string, ok: boolean, yes: string, no: string): Check {
  return { name, ok, detail: ok ? yes : no };
}

/** R1: made for this chain, with a lawful lifetime and lanes, and signed under the key in its own kid. */
function checkSignature({ transaction }: OpenReceipt, config: EpochConfig): Check {
  const lawful = checkTransaction(transaction, config.chainId, config);
  if (!lawful.ok) return check('transaction', false, '', `${lawful.code}: ${lawful.detail}`);
  const signed = verifyTransaction(transaction, verifyC1Noble);
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
function checkCommit(proof: OpenReceipt, epoch: Epoch, sha256: Sha256): Check {
  const { commitProof, header } = proof;
  const { config } = epoch;
  const committed = verifyCommitProof(commitProof, header, config, verifyC1Noble, sha256);
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

/** R8: the certified state root was made with that log, under the config in force. */
function checkStateRoot({ receipt, checkpoint }: OpenReceipt, config: EpochConfig, sha256: Sha256): Check {
  const computed = stateRoot(receipt.treeRoot, receipt.outcomesLogRoot, configHash(config, sha256), sha256);
  return check(
    'state root',
    equalBytes(computed, checkpoint.stateRoot),
    `state root ${toHex(computed).slice(0, 16)}… at height ${checkpoint.height}`,
    'the certified state root was not made with this outcomes log'
  );
}

/**
 * R9: a quorum certified that state root for the block whose header is shown, at or above this one. After the last block
 * of an epoch the set of the next one signs, under the next config.
 */
function checkCheckpoint(proof: OpenReceipt, epoch: Epoch, sha256: Sha256): Check {
  const { checkpoint, checkpointHeader, checkpointHash, header } = proof;
  const { config, after } = epoch;
  const begins = after !== null && equalBytes(checkpointHash, after.hash);
  const shown =
    equalBytes(checkpointHash, checkpoint.blockHash) &&
    equalBytes(checkpointHeader.chainId, config.chainId) &&
    checkpointHeader.height === checkpoint.height &&
    (begins || isOfEpoch(checkpointHeader, checkpointHash, epoch));
  const above = checkpoint.height > header.height || equalBytes(checkpoint.blockHash, proof.blockHash);
  const certified = verifyCheckpoint(checkpoint, config, verifyC1Noble, sha256);
  return check(
    'checkpoint',
    shown && above && certified,
    `height ${checkpoint.height} certified by ${names(checkpoint.signers, config)} (${quorumText(config)})`,
    `no valid checkpoint certificate (${quorumText(config)})`
  );
}

/** R10: a chain of epochs leads from genesis to the set that certified the checkpoint, and no further. */
function checkEpochs({ links, checkpoint }: OpenReceipt, fault: string | null): Check {
  const complete = checkpoint.epoch === links.length;
  const found = links.length === 0 ? 'epoch 0: the set of the genesis file' : `epoch ${links.length}, by ${links.length} changes`;
  const missing = `the chain of epochs ends at ${links.length}, the checkpoint is of epoch ${checkpoint.epoch}`;
  return check('epochs', fault === null && complete, found, fault ?? missing);
}

function names(signers: readonly number[], { organizations }: EpochConfig): string {
  return signers.map((signer) => organizations[signer]?.id ?? `no. ${signer}`).join(', ');
}

function quorumText({ organizations }: EpochConfig): string {
  return `${quorum(organizations.length)} of ${organizations.length} needed`;
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
