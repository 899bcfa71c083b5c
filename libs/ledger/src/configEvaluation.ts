import type { Hash, Result, Sha256, VerifySignature } from '@lading/kernel';
import { equalBytes, ok, reject } from '@lading/kernel';
import type { Batch } from './batch.js';
import type { EpochConfig } from './config.js';
import {
  changedConfig,
  CONFIG_CHANGE,
  configApprovalBytes,
  configReadyBytes,
  decodeConfigChange,
  type ConfigChange
} from './configChange.js';
import { configHash } from './configCodec.js';
import { checkConfigStep, newValidators } from './configRules.js';
import { sha256Noble } from './crypto/sha256Noble.js';
import { keyId } from './identifiers.js';
import { quorum } from './quorum.js';
import type { Transaction } from './transaction.js';

/** Codes of config transactions without effect, in the order of the checks (spec/ledger.md 7.4). */
export type ConfigChangeFault =
  | 'PAYLOAD_MALFORMED'
  | 'STALE_CONFIG'
  | 'ADMIN_KEY_REQUIRED'
  | 'CONFIG_APPROVALS'
  | 'CONFIG_RULES'
  | 'CONFIG_READY';

/**
 * Whether a payload changes the config, and to what: a pure function of the config and the bytes, so that every node
 * knows before execution which block ends the epoch. Signatures come before the rules: without a quorum's consent
 * nobody can make a node check keys, which is dear.
 */
export function evaluateConfigChange(
  payload: Uint8Array,
  config: EpochConfig,
  verify: VerifySignature,
  sha256: Sha256 = sha256Noble
): Result<EpochConfig, ConfigChangeFault> {
  const change = currentChange(payload, config, sha256);
  return change.ok ? evaluate(change.value, config, verify, sha256) : change;
}

/** The same for a whole transaction: its signer must be the administrator of an organization of the config. */
export function evaluateConfigTransaction(
  tx: Transaction,
  config: EpochConfig,
  verify: VerifySignature,
  sha256: Sha256 = sha256Noble
): Result<EpochConfig, ConfigChangeFault> {
  const change = currentChange(tx.payload, config, sha256);
  if (!change.ok) return change;
  const own = config.organizations.find(({ id }) => id === tx.organization);
  if (own === undefined || tx.header.kid !== keyId(own.id, 'admin', own.adminKey)) {
    return reject('ADMIN_KEY_REQUIRED', 'the signer is not the administrator of an organization of this epoch');
  }
  return evaluate(change.value, config, verify, sha256);
}

/** The config that a batch leads to: that of its first effective config transaction, or null when it has none. */
export function nextConfigOf(
  batch: Batch,
  config: EpochConfig,
  verify: VerifySignature,
  sha256: Sha256 = sha256Noble
): EpochConfig | null {
  for (const tx of batch.transactions) {
    if (tx.header.op !== CONFIG_CHANGE) continue;
    const next = evaluateConfigTransaction(tx, config, verify, sha256);
    if (next.ok) return next.value;
  }
  return null;
}

/** The change in a payload, when it is made for the config in force. */
function currentChange(payload: Uint8Array, config: EpochConfig, sha256: Sha256): Result<ConfigChange, ConfigChangeFault> {
  const decoded = decodeConfigChange(payload);
  if (!decoded.ok || equalBytes(decoded.value.prevConfigHash, configHash(config, sha256))) return decoded;
  return reject('STALE_CONFIG', 'made for another config than the one in force', '/prevConfigHash');
}

function evaluate(
  change: ConfigChange,
  config: EpochConfig,
  verify: VerifySignature,
  sha256: Sha256
): Result<EpochConfig, ConfigChangeFault> {
  const next = changedConfig(change, config);
  const approved = checkApprovals(change, config, configHash(next, sha256), verify, sha256);
  if (!approved.ok) return approved;
  const lawful = checkConfigStep(config, next);
  if (!lawful.ok) return lawful;
  const ready = checkReady(change, config, next, verify, sha256);
  return ready.ok ? ok(next) : ready;
}

/** At least q of the organizations in force, each by its admin key, and none that does not count. */
export function checkApprovals(
  { prevConfigHash, approvals }: ConfigChange,
  config: EpochConfig,
  nextHash: Hash,
  verify: VerifySignature,
  sha256: Sha256 = sha256Noble
): Result<true, 'CONFIG_APPROVALS'> {
  const needed = quorum(config.organizations.length);
  if (approvals.length < needed) {
    return reject('CONFIG_APPROVALS', `${approvals.length} of ${needed} approvals`, '/approvals');
  }
  const message = configApprovalBytes(config.chainId, prevConfigHash, nextHash, sha256);
  for (const [index, { organization, signature }] of approvals.entries()) {
    const approver = config.organizations.find(({ id }) => id === organization);
    if (approver === undefined || !verify(signature, message, approver.adminKey)) {
      return reject('CONFIG_APPROVALS', `not an approval of ${organization}`, `/approvals/${index}`);
    }
  }
  return ok(true);
}

/** One statement for each new validator key, by that key, and no other. */
export function checkReady(
  { prevConfigHash, ready }: ConfigChange,
  config: EpochConfig,
  next: EpochConfig,
  verify: VerifySignature,
  sha256: Sha256 = sha256Noble
): Result<true, 'CONFIG_READY'> {
  const wanted = newValidators(config, next);
  if (ready.length !== wanted.length) {
    return reject('CONFIG_READY', `${ready.length} of ${wanted.length} new validators are ready`, '/ready');
  }
  for (const [index, { organization, height, signature }] of ready.entries()) {
    const key = wanted[index]?.validatorKey;
    const message = configReadyBytes(config.chainId, prevConfigHash, height, sha256);
    if (wanted[index]?.id !== organization || key === undefined || !verify(signature, message, key)) {
      return reject('CONFIG_READY', `not a statement of a new validator of ${organization}`, `/ready/${index}`);
    }
  }
  return ok(true);
}
