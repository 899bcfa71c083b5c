import type { Hash } from '@lading/kernel';
import { equalBytes } from '@lading/kernel';
import { configOfLink, verifyCommitProof, type EpochConfig, type EpochLink } from '@lading/ledger';
import type { BlockHeader, CommitProof } from '@lading/ledger';
import type { VerifierCrypto } from './crypto.js';

/** A link with its parts decoded and hashed. */
export interface OpenLink {
  readonly link: EpochLink;
  readonly header: BlockHeader;
  readonly hash: Hash;
  readonly proof: CommitProof;
}

/** One epoch of a verified chain: its config, and the blocks that it lies between. */
export interface Epoch {
  readonly config: EpochConfig;
  /** Last block of the epoch before; null for epoch 0. */
  readonly after: OpenLink | null;
  /** Its own last block; null for the last epoch shown. */
  readonly last: OpenLink | null;
}

export interface EpochChain {
  /** Epochs as far as the chain holds, at least epoch 0, which genesis vouches for. */
  readonly epochs: readonly Epoch[];
  /** Null when every link holds. */
  readonly fault: string | null;
}

/**
 * R10: every link is the last block of the next epoch in turn, committed by the set of that epoch, and leads to the
 * config that is shown. What follows a link that does not hold is not believed.
 */
export function followEpochs(
  genesis: EpochConfig,
  links: readonly OpenLink[],
  { sha256, verify }: VerifierCrypto
): EpochChain {
  const epochs: Epoch[] = [];
  let config = genesis;
  let after: OpenLink | null = null;
  for (const open of links) {
    const { header, proof, link } = open;
    const inTurn = header.height > (after?.header.height ?? 0);
    // A commit proof holds only under the config of the header's own epoch.
    const committed = inTurn && verifyCommitProof(proof, header, config, verify, sha256);
    const next = committed ? configOfLink(link, header, config, sha256) : null;
    if (next?.ok !== true) {
      const why = next?.detail ?? 'is not committed, in turn, by the set of its epoch';
      return { epochs: [...epochs, { config, after, last: null }], fault: `link ${config.epoch}: ${why}` };
    }
    epochs.push({ config, after, last: open });
    config = next.value;
    after = open;
  }
  return { epochs: [...epochs, { config, after, last: null }], fault: null };
}

/** Whether a block can be one of the epoch: its number, and a height between the last blocks of both neighbours. */
export function isOfEpoch(header: BlockHeader, hash: Hash, { config, after, last }: Epoch): boolean {
  if (header.epoch !== config.epoch || header.height < (after === null ? 0 : after.header.height + 1)) return false;
  if (last === null) return !header.epochEnd;
  return header.height < last.header.height || equalBytes(hash, last.hash);
}
