import { equalBytes, ok, reject, type Result, type Sha256 } from '@lading/kernel';
import {
  blockHash, configOfLink, decodeBlockHeader, decodeCommitProof, EPOCH_LINKS, verifyCommitProof,
  type BlockHeader, type CommitProof, type EpochConfig, type EpochLink
} from '@lading/ledger/reading';
import type { VerifierCrypto } from './crypto.js';
import { openParts } from './openParts.js';

/** A link with its parts decoded. */
export interface OpenLink {
  readonly link: EpochLink;
  readonly header: BlockHeader;
  readonly commitProof: CommitProof;
}

export function openLinks(links: readonly EpochLink[]): Result<readonly OpenLink[]> {
  const opened: OpenLink[] = [];
  if (links.length > EPOCH_LINKS) return reject('PROOF_MALFORMED', `more than ${EPOCH_LINKS} epochs`, '/epochs');
  for (const [index, link] of links.entries()) {
    const parts = openParts(link, { header: decodeBlockHeader, commitProof: decodeCommitProof }, `/epochs/${index}`);
    if (!parts.ok) return parts;
    opened.push({ link, ...parts.value });
  }
  return ok(opened);
}

/** One epoch of a verified chain: its config, and the blocks that it lies between. */
export interface Epoch {
  readonly config: EpochConfig;
  /** Last block of the epoch before; null for epoch 0. */
  readonly after: BlockHeader | null;
  /** Its own last block; null for the last epoch shown. */
  readonly last: BlockHeader | null;
}

export interface EpochChain {
  /** Epochs as far as the chain holds. */
  readonly epochs: readonly Epoch[];
  /** The last of them: at least epoch 0, which genesis vouches for. */
  readonly last: Epoch;
  /** Links that are shown. */
  readonly links: number;
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
  let after: BlockHeader | null = null;
  let fault: string | null = null;
  for (const { header, commitProof, link } of links) {
    const inTurn = header.height > (after?.height ?? 0);
    // A commit proof holds only under the config of the header's own epoch.
    const committed = inTurn && verifyCommitProof(commitProof, header, config, verify, sha256);
    const next = committed ? configOfLink(link, header, config, sha256) : null;
    if (next?.ok !== true) {
      fault = `link ${config.epoch}: ${next?.detail ?? 'is not committed, in turn, by the set of its epoch'}`;
      break;
    }
    epochs.push({ config, after, last: header });
    config = next.value;
    after = header;
  }
  const last: Epoch = { config, after, last: null };
  return { epochs: [...epochs, last], last, links: links.length, fault };
}

/** Whether a block can be one of the epoch: its number, and a height between the last blocks of both neighbours. */
export function isOfEpoch(header: BlockHeader, { config, after, last }: Epoch, sha256: Sha256): boolean {
  if (header.epoch !== config.epoch || header.height < (after === null ? 0 : after.height + 1)) return false;
  if (last === null) return !header.epochEnd;
  return header.height < last.height || isSame(header, last, sha256);
}

export const isSame = (a: BlockHeader, b: BlockHeader, sha256: Sha256): boolean => equalBytes(blockHash(a, sha256), blockHash(b, sha256));
