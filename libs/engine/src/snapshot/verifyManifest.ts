import { asHash, equalBytes, ok, reject } from '@lading/kernel';
import type { Height, Rejection, Result, Sha256, VerifySignature } from '@lading/kernel';
import {
  CompactRange,
  configHash,
  configOfLink,
  decodeBlockHeader,
  decodeCommitProof,
  laneCursorsRoot,
  leafHash,
  outcomesLogLeaf,
  stateRoot,
  verifyCheckpoint,
  verifyCommitProof
} from '@lading/ledger';
import type { BlockHeader, EpochConfig, EpochLink, Genesis } from '@lading/ledger';
import type { SnapshotManifest } from './manifest.js';

export interface SnapshotTools {
  readonly verify: VerifySignature;
  readonly sha256: Sha256;
}

/** What a manifest leads to when it holds. */
export interface VerifiedManifest {
  readonly manifest: SnapshotManifest;
  /** Of every epoch from 0 to the one after the snapshot's block, with the height that each starts from. */
  readonly epochs: readonly { readonly config: EpochConfig; readonly startHeight: Height }[];
}

type Refused = Rejection<'SNAPSHOT_FALSE'>;

const refused = (what: string): Refused => reject('SNAPSHOT_FALSE', what);

/** Whether everything that a certificate says of the manifest is so (spec/ledger.md 8.3). Trusts the genesis file alone. */
export function verifyManifest(
  manifest: SnapshotManifest,
  genesis: Genesis,
  tools: SnapshotTools
): Result<VerifiedManifest, 'SNAPSHOT_FALSE'> {
  if (!equalBytes(manifest.chainId, genesis.chainId)) return refused('it is of another network');
  const chain = followLinks(manifest, genesis.config, tools);
  if (!chain.ok) return chain;
  const { epochs, last } = chain.value;
  const fault = blockFault(manifest, epochs, last, tools) ?? rootsFault(manifest, epochs, tools.sha256);
  return fault === null ? ok({ manifest, epochs }) : refused(fault);
}

interface Chain {
  readonly epochs: VerifiedManifest['epochs'];
  /** Of the last link. */
  readonly last: BlockHeader | null;
}

/** spec/proofs.md 3.1, 3.2. */
function followLinks(
  manifest: SnapshotManifest,
  first: EpochConfig,
  tools: SnapshotTools
): Result<Chain, 'SNAPSHOT_FALSE'> {
  const { height } = manifest.block.header;
  let config = first;
  let last: BlockHeader | null = null;
  const epochs: { config: EpochConfig; startHeight: Height }[] = [{ config, startHeight: 0 as Height }];
  for (const { link } of manifest.epochs) {
    const header = endOf(link, config, tools);
    const next = header === null ? null : configOfLink(link, header, config, tools.sha256);
    if (header === null || next?.ok !== true) return refused(`the end of epoch ${config.epoch} is not proved`);
    if (header.height <= (last?.height ?? 0) || header.height > height) {
      return refused(`epoch ${config.epoch} does not end between the one before and the block`);
    }
    last = header;
    config = next.value;
    epochs.push({ config, startHeight: header.height });
  }
  return ok({ epochs, last });
}

/** The header of a link, where its commit proof holds. */
function endOf(link: EpochLink, config: EpochConfig, { verify, sha256 }: SnapshotTools): BlockHeader | null {
  const header = decodeBlockHeader(link.header);
  const proof = decodeCommitProof(link.commitProof);
  if (!header.ok || !proof.ok || !header.value.epochEnd) return null;
  return verifyCommitProof(proof.value, header.value, config, verify, sha256) ? header.value : null;
}

/** What is wrong with the block, its commit proof or its checkpoint; null when nothing is. */
function blockFault(
  { block, proof, checkpoint }: SnapshotManifest,
  epochs: Chain['epochs'],
  last: BlockHeader | null,
  { verify, sha256 }: SnapshotTools
): string | null {
  const { header, blockHash } = block;
  const running = epochs.at(-1);
  if (running === undefined) return 'no epoch';
  const isLast = last !== null && header.height === last.height;
  const own = isLast ? epochs.at(-2) : running;
  if (own === undefined || header.epoch !== own.config.epoch) return 'the block is of another epoch than the links lead to';
  if (isLast !== header.epochEnd) return 'the link of the epoch that the block ends is missing';
  if (!verifyCommitProof(proof, header, own.config, verify, sha256)) return 'the block is not committed';
  if (isLast && !equalBytes(header.nextConfigHash, configHash(running.config, sha256))) return 'another block ended the epoch';
  const same = checkpoint.height === header.height && equalBytes(checkpoint.blockHash, blockHash);
  if (!same || !verifyCheckpoint(checkpoint, running.config, verify, sha256)) return 'the block is not certified';
  return null;
}

/** What is wrong with the hashes beside the block; null when nothing is. */
function rootsFault(manifest: SnapshotManifest, epochs: Chain['epochs'], sha256: Sha256): string | null {
  const { block, checkpoint, history, outcomes, outcomeRoot, cursors, recent, treeRoot } = manifest;
  const { header, blockHash } = block;
  const running = epochs.at(-1)?.config;
  if (running === undefined) return 'no epoch';
  if (!equalBytes(CompactRange.from(header.height, history, sha256).root(), header.historyRoot)) {
    return 'the block hashes are not its history';
  }
  const lanes = header.epochEnd ? 0 : running.organizations.length;
  if (cursors.length !== lanes) return 'not one cursor for each lane';
  if (lanes > 0 && !equalBytes(laneCursorsRoot(cursors, sha256), header.laneCursorsRoot)) return 'the lane cursors are others';
  const leaf = leafHash(outcomesLogLeaf(header.height, blockHash, header.txCount, outcomeRoot), sha256);
  const log = CompactRange.from(header.height, outcomes, sha256).append(leaf).root();
  const root = stateRoot(treeRoot, log, configHash(running, sha256), sha256);
  if (!equalBytes(root, checkpoint.stateRoot)) return 'the certified state root is another one';
  const wanted = Math.min(running.parameters.window, header.height + 1);
  const own = recent.at(-1);
  const fits = own !== undefined && equalBytes(own.blockHash, blockHash) && equalBytes(own.stateRoot, asHash(root));
  return recent.length === wanted && fits ? null : 'the recent roots do not end with the block';
}
