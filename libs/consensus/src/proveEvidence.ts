import { ok, reject } from '@lading/kernel';
import type { Hash, Height, Result, Sha256, VerifySignature } from '@lading/kernel';
import type { EpochConfig } from '@lading/ledger';
import { bareEvidence } from './evidence.js';
import type { Evidence, EvidenceItem } from './message.js';
import { decodeMessage } from './messageCodec.js';
import { contentOf, verifyEvidence } from './verifyEvidence.js';

export type EvidenceFault = 'EVIDENCE_MALFORMED' | 'EVIDENCE_FALSE';

/**
 * E1–E3: whether these bytes, an encoded EVIDENCE message, prove that a validator broke the protocol: needs nothing but the
 * config of the epoch that they name. The answer is without what no signature covers. EVIDENCE_MALFORMED: they are no
 * EVIDENCE of that epoch. EVIDENCE_FALSE: a signature fails, or one who keeps the protocol can have signed both.
 */
export function proveEvidence(
  bytes: Uint8Array,
  config: EpochConfig,
  verify: VerifySignature,
  sha256?: Sha256
): Result<Evidence, EvidenceFault> {
  const decoded = decodeEvidence(bytes, config, sha256);
  if (!decoded.ok || verifyEvidence(decoded.value, config, verify, sha256)) return decoded;
  return reject('EVIDENCE_FALSE', `the two statements do not prove ${decoded.value.what}`);
}

/** The first half of `proveEvidence`: what the bytes say, without what no signature covers; nothing is verified. */
export function decodeEvidence(
  bytes: Uint8Array,
  config: EpochConfig,
  sha256?: Sha256
): Result<Evidence, 'EVIDENCE_MALFORMED'> {
  const decoded = decodeMessage(bytes, config, sha256);
  if (!decoded.ok) return reject('EVIDENCE_MALFORMED', decoded.detail);
  const message = decoded.value;
  if (message.type !== 'EVIDENCE') return reject('EVIDENCE_MALFORMED', `a ${message.type} and no EVIDENCE`);
  if (message.epoch === config.epoch) return ok(bareEvidence(message));
  return reject('EVIDENCE_MALFORMED', `of epoch ${message.epoch}, the config is of epoch ${config.epoch}`);
}

/** What one of the two messages says, for people. */
export interface EvidenceStatement {
  readonly type: EvidenceItem['type'];
  /** Null where the message names none. */
  readonly view: number | null;
  /** Of a BATCH its sequence number. */
  readonly height: Height | number | null;
  /** The hash that was signed: of the block, or of the message's content. */
  readonly content: Hash;
  readonly signature: Uint8Array;
}

export function evidenceStatement(item: EvidenceItem, sha256?: Sha256): EvidenceStatement {
  return { type: item.type, ...placeOf(item), content: contentOf(item, sha256), signature: item.signature };
}

function placeOf(item: EvidenceItem): Pick<EvidenceStatement, 'view' | 'height'> {
  switch (item.type) {
    case 'PRE-PREPARE':
      return { view: item.view, height: item.block.header.height };
    case 'PREPARE':
    case 'COMMIT':
      return { view: item.view, height: item.height };
    case 'VIEW-CHANGE':
      return { view: item.newView, height: null };
    case 'NEW-VIEW':
      return { view: item.view, height: null };
    case 'CHECKPOINT':
      return { view: null, height: item.height };
    case 'BATCH':
      return { view: null, height: item.header.seq };
  }
}
