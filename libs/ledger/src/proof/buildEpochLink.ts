import { equalBytes } from '@lading/kernel';
import { encodeBlockHeader, type BlockHeader } from '../blockHeader.js';
import type { CommitProof } from '../certificate.js';
import { encodeCommitProof } from '../certificateCodec.js';
import type { EpochConfig } from '../config.js';
import { encodeConfig, successorConfig } from '../configCodec.js';
import type { EpochLink } from './shapes.js';

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
