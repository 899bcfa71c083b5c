import type { Result, Sha256 } from '@lading/kernel';
import { equalBytes, reject, toBase64Url } from '@lading/kernel';
import type { BlockHeader } from './block.js';
import { encodeBlockHeader } from './blockCodec.js';
import type { CommitProof } from './certificate.js';
import { encodeCommitProof } from './certificateCodec.js';
import type { EpochConfig } from './config.js';
import { successorConfig } from './configChange.js';
import { configHash, decodeConfig, encodeConfig } from './configCodec.js';
import { sha256Noble } from './crypto/sha256Noble.js';
import type { JsonFields } from './jsonFields.js';

/** One step of a chain of epochs (spec/proofs.md §3): the block that ends an epoch, and the config it leads to. */
export interface EpochLink {
  readonly header: Uint8Array;
  readonly commitProof: Uint8Array;
  /** Encoded next config; empty when that is the successor of the present one, which whoever has that can make. */
  readonly config: Uint8Array;
}

/** Links of one chain at most: 16 million blocks at the default length of an epoch. */
export const EPOCH_LINKS = 4096;
const HEADER_BYTES = 1024;
const CERTIFICATE_BYTES = 65_536;
const CONFIG_BYTES = 65_536;

export function buildEpochLink(
  header: BlockHeader,
  proof: CommitProof,
  config: EpochConfig,
  next: EpochConfig
): EpochLink {
  const encoded = encodeConfig(next);
  const unchanged = equalBytes(encoded, encodeConfig(successorConfig(config)));
  return {
    header: encodeBlockHeader(header),
    commitProof: encodeCommitProof(proof),
    config: unchanged ? new Uint8Array(0) : encoded
  };
}

export function epochLinksToJson(links: readonly EpochLink[]): object[] {
  return links.map(({ header, commitProof, config }) => ({
    header: toBase64Url(header),
    commitProof: toBase64Url(commitProof),
    config: toBase64Url(config)
  }));
}

export function epochLinksFromJson(json: JsonFields, name: string): readonly EpochLink[] {
  return json.objects(name, EPOCH_LINKS, ['header', 'commitProof', 'config']).map((fields) => ({
    header: fields.bytesUpTo('header', HEADER_BYTES),
    commitProof: fields.bytesUpTo('commitProof', CERTIFICATE_BYTES),
    config: fields.bytesUpTo('config', CONFIG_BYTES)
  }));
}

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
