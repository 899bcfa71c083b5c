import { equalBytes } from '@lading/kernel';
import type { Hash, Sha256, VerifySignature } from '@lading/kernel';
import { batchHash, batchSigningBytes, checkpointDigest } from '@lading/ledger';
import type { EpochConfig } from '@lading/ledger';
import { newViewDigest, viewChangeDigest } from './digest.js';
import type { BatchStatement, Evidence, EvidenceItem, NewView } from './message.js';
import { isSignedBy, keepsStructure } from './newViewStructure.js';
import type { Verification } from './newViewStructure.js';
import { compareRanks, rankOfStatement } from './rank.js';

/**
 * E1, E2: both signatures, the epoch, and that the two items cannot both come from one who keeps the protocol. Evidence
 * with bogus signatures would frame the innocent.
 */
export function verifyEvidence(
  { epoch, what, first, second }: Evidence,
  config: EpochConfig,
  verify: VerifySignature,
  sha256?: Sha256
): boolean {
  const by: Verification = { config, verify, sha256, mutants: undefined };
  if (epoch !== config.epoch || accusedOf(first) !== accusedOf(second)) return false;
  if (!isItemSigned(first, by) || !isItemSigned(second, by)) return false;
  if (what === 'CONCEAL') return conceals(first, second);
  if (what === 'INVALID-NEW-VIEW') return first.type === 'NEW-VIEW' && !keepsStructure(first, by);
  if (first.type !== what || second.type !== what) return false;
  return slotOfItem(first) === slotOfItem(second) && !equalBytes(contentOf(first, sha256), contentOf(second, sha256));
}

/** The validator that an item speaks against: an index of its epoch. */
export function accusedOf(item: EvidenceItem): number {
  return item.type === 'BATCH' ? item.header.lane : item.signer;
}

function isItemSigned(item: EvidenceItem, by: Verification): boolean {
  if (item.type !== 'BATCH') return isSignedBy(item, by);
  return isBatchSigned(item, by.config, by.verify, by.sha256);
}

/** M4: by the author of its lane, in this epoch of this chain. */
export function isBatchSigned(
  { header, signature }: BatchStatement,
  config: EpochConfig,
  verify: VerifySignature,
  sha256?: Sha256
): boolean {
  const key = config.organizations[header.lane]?.validatorKey;
  if (key === undefined || header.epoch !== config.epoch || !equalBytes(header.chainId, config.chainId)) return false;
  return verify(signature, batchSigningBytes(header, batchHash(header, sha256)), key);
}

/** M2: what a validator may sign only once, as text; the epoch and the signer are compared apart. */
export function slotOfItem(item: EvidenceItem): string {
  switch (item.type) {
    case 'PRE-PREPARE':
      return `${item.view}:${item.block.header.height}`;
    case 'PREPARE':
    case 'COMMIT':
      return `${item.view}:${item.height}`;
    case 'VIEW-CHANGE':
      return `${item.newView}`;
    case 'NEW-VIEW':
      return `${item.view}`;
    case 'CHECKPOINT':
      return `${item.height}`;
    case 'BATCH':
      return `${item.header.seq}`;
  }
}

/** M4: the hash under an item's signature, beside its place. */
export function contentOf(item: EvidenceItem, sha256: Sha256 | undefined): Hash {
  switch (item.type) {
    case 'PRE-PREPARE':
      return item.block.blockHash;
    case 'PREPARE':
    case 'COMMIT':
      return item.blockHash;
    case 'VIEW-CHANGE':
      return viewChangeDigest(item, sha256);
    case 'NEW-VIEW':
      return newViewDigest(item, sha256);
    case 'CHECKPOINT':
      return checkpointDigest(item.blockHash, item.stateRoot, sha256);
    case 'BATCH':
      return batchHash(item.header, sha256);
  }
}

/** E2: who committed (v, h) must state at least that rank in every later VIEW-CHANGE: its certificate was durable. */
export function conceals(first: EvidenceItem, second: EvidenceItem): boolean {
  if (first.type !== 'COMMIT' || second.type !== 'VIEW-CHANGE' || first.view >= second.newView) return false;
  const { epoch, view, height } = first;
  return compareRanks(rankOfStatement(second), { epoch, view, height, kind: 'P' }) < 0;
}

/** E2: for a gateway that has refused this NEW-VIEW: proof against its signer, or null when others can have spoilt it. */
export function evidenceOfNewView(
  message: NewView,
  config: EpochConfig,
  verify: VerifySignature,
  sha256?: Sha256
): Evidence | null {
  const by: Verification = { config, verify, sha256, mutants: undefined };
  if (!isSignedBy(message, by) || keepsStructure(message, by)) return null;
  return { type: 'EVIDENCE', epoch: message.epoch, what: 'INVALID-NEW-VIEW', first: message, second: message };
}

/** E1: for a driver that holds two batches of one sequence number. */
export function batchEvidence(first: Omit<BatchStatement, 'type'>, second: Omit<BatchStatement, 'type'>): Evidence {
  const item = ({ header, signature }: Omit<BatchStatement, 'type'>): BatchStatement => ({ type: 'BATCH', header, signature });
  return { type: 'EVIDENCE', epoch: first.header.epoch, what: 'BATCH', first: item(first), second: item(second) };
}
