import { assert, equalBytes } from '@lading/kernel';
import type { Sha256 } from '@lading/kernel';
import { configHash, successorConfig } from '@lading/ledger';
import type { BlockHeader, EpochConfig } from '@lading/ledger';

/**
 * The config in force after a committed block when it ends its epoch, else null (spec/ledger.md 7.6). `changed`: what
 * its transactions made of the config. A quorum has committed the header, so a difference is our bug.
 */
export function configAfter(
  header: BlockHeader,
  config: EpochConfig,
  changed: EpochConfig | null,
  sha256: Sha256
): EpochConfig | null {
  assert(header.epoch === config.epoch, 'a block is executed under the config of its epoch');
  if (!header.epochEnd) {
    assert(changed === null, 'an effective config transaction ends its epoch');
    return null;
  }
  const next = changed ?? successorConfig(config);
  assert(equalBytes(configHash(next, sha256), header.nextConfigHash), 'the next config is the one in the header');
  return next;
}
