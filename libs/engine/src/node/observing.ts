import { equalBytes } from '@lading/kernel';
import type { EpochConfig } from '@lading/ledger';

/**
 * Why a node is no validator under this config, as the end of a sentence that begins with "observing:"; null when it is
 * one. `wasMember`: an earlier config named its organization.
 */
export function observingReason(
  config: EpochConfig,
  organization: string,
  validatorKey: Uint8Array,
  wasMember: boolean
): string | null {
  const own = config.organizations.find(({ id }) => id === organization);
  if (own !== undefined) {
    if (equalBytes(own.validatorKey, validatorKey)) return null;
    return `epoch ${config.epoch} names another validator key for ${organization}; this node votes from the epoch that names its key`;
  }
  return wasMember
    ? `${organization} is no validator since epoch ${config.epoch} or earlier; this node serves its blocks until the next epoch ends`
    : `${organization} is not in the configuration of epoch ${config.epoch} yet; this node votes from the epoch that names its key`;
}

/** For good. */
export const OBSERVING = 'this node lost the record of what it signed (SAFETY_RECORD_LOST) and only observes; use another node';
