import { createState } from '@lading/consensus';
import type { CoreState, Timing } from '@lading/consensus';
import { genesisBlock } from '@lading/ledger';
import type { Genesis } from '@lading/ledger';
import type { Crypto } from '../ports.js';
import type { Recovered } from './recover.js';

/** The core as it goes on from what was recovered. */
export function restoreCore(
  { epochs, self, restored }: Recovered,
  genesis: Genesis,
  { sha256, validatorKey }: Crypto,
  timing: Partial<Timing> | undefined
): CoreState {
  const { config } = epochs.current;
  const options = { config, self, validatorKey, genesis: genesisBlock(genesis, sha256), sha256 };
  return createState(timing === undefined ? options : { ...options, timing }, restored);
}
