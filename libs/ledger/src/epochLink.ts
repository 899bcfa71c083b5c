import type { Result, Sha256 } from '@lading/kernel';
import { equalBytes, reject } from '@lading/kernel';
import type { BlockHeader } from './blockHeader.js';
import type { EpochConfig } from './config.js';
import { configHash, decodeConfig, successorConfig } from './configCodec.js';
import { sha256Noble } from './crypto/sha256Noble.js';
import type { EpochLink } from './proof/shapes.js';

/** Links of one chain at most: 16 million blocks at the default length of an epoch. */
export const EPOCH_LINKS = 4096;

/**
 * The next config that a link shows: it must have the hash that the header names, and be written only where it is not
 * the successor. The header itself is the caller's to verify.
 */
export function configOfLink(
  link: EpochLink,
  header: BlockHeader,
  config: EpochConfig,
  sha256: Sha256 = sha256Noble
): Result<EpochConfig> {
  const successor = successorConfig(config);
  const shown = link.config.length === 0 ? null : decodeConfig(link.config);
  if (shown?.ok === false) return shown;
  const next = shown?.value ?? successor;
  const hash = configHash(next, sha256);
  if (shown !== null && equalBytes(hash, configHash(successor, sha256))) {
    return reject('PROOF_NOT_ONE_FORM', 'an unchanged config is not written');
  }
  const here = equalBytes(next.chainId, config.chainId) && next.epoch === config.epoch + 1;
  if (here && header.epochEnd && equalBytes(hash, header.nextConfigHash)) return { ok: true, value: next };
  return reject('PROOF_MALFORMED', `block ${header.height} does not lead to this config`);
}
