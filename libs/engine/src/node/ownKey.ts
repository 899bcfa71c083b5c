import { asciiBytes, equalBytes } from '@lading/kernel';
import { EngineFault } from '../fault.js';
import type { EpochSets } from '../recovery/epochSets.js';
import type { LedgerNodeOptions } from './nodeOptions.js';

/** Throws EngineFault VALIDATOR_KEY_UNKNOWN when the halves of the key do not belong together. */
export function checkKeyPair(crypto: LedgerNodeOptions['crypto']): void {
  const probe = asciiBytes('lading/key-probe/1');
  if (crypto.verify(crypto.sign(probe), probe, crypto.validatorKey)) return;
  throw new EngineFault('VALIDATOR_KEY_UNKNOWN', 'the validator key does not sign what its public half verifies');
}

/**
 * The key is the one that the running epoch names for this organization; of an organization that it does not name, or of
 * a node that is joining, any key will do. Throws EngineFault VALIDATOR_KEY_UNKNOWN.
 */
export function checkOwnKey({ organization, crypto, joining }: LedgerNodeOptions, epochs: EpochSets): void {
  const own = epochs.current.config.organizations.find(({ id }) => id === organization);
  const named = own === undefined ? epochs.names(organization) : equalBytes(own.validatorKey, crypto.validatorKey);
  if (named || joining === true) return;
  const detail = `the validator key is not the one that the ledger names for ${organization}`;
  throw new EngineFault('VALIDATOR_KEY_UNKNOWN', `${detail}; set "joining" in node.json while it is to be added`);
}
