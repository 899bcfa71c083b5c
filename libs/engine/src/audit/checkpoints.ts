import { equalBytes } from '@lading/kernel';
import type { Hash, Sha256, VerifySignature } from '@lading/kernel';
import { checkpointDigest, decodeCheckpoint, verifyCheckpoint } from '@lading/ledger';
import type { CheckpointCertificate, EpochConfig } from '@lading/ledger';
import type { AuditCheckpointRow, AuditSource } from '../auditSource.js';
import type { Finding } from './finding.js';

/** What the blocks say of one height; null where it could not be derived. */
export interface DerivedBlock {
  readonly blockHash: Hash | null;
  readonly stateRoot: Hash | null;
  readonly treeRoot: Hash | null;
}

const PAGE = 1000;

/** The rows of checkpoints, read beside the blocks: each is compared when its height has been derived. */
export class AuditCheckpoints {
  #page: readonly AuditCheckpointRow[] = [];
  #at = 0;
  #from: number;
  #ended = false;

  /** `from`: rows of lower heights were looked at before. */
  constructor(
    private readonly source: Pick<AuditSource, 'checkpoints'>,
    private readonly crypto: { readonly sha256: Sha256; readonly verify: VerifySignature },
    from = Number.MIN_SAFE_INTEGER
  ) {
    this.#from = from;
  }

  /** Findings of the rows up to and including a height. `config`: of the set that signs CHECKPOINTs of that height. */
  async upTo(height: number, derived: DerivedBlock | null, config: EpochConfig): Promise<readonly Finding[]> {
    const findings: Finding[] = [];
    for (;;) {
      const row = await this.#peek();
      if (row === null || row.height > height) return findings;
      this.#at += 1;
      const what = row.height === height ? this.#fault(row, derived, config) : 'height: there is no such block';
      if (what !== null) findings.push({ table: 'checkpoint', key: String(row.height), what });
    }
  }

  async #peek(): Promise<AuditCheckpointRow | null> {
    const row = this.#page[this.#at];
    if (row !== undefined) return row;
    if (this.#ended) return null;
    this.#page = await this.source.checkpoints(this.#from, PAGE);
    this.#at = 0;
    const last = this.#page.at(-1);
    this.#ended = last === undefined || last.height >= Number.MAX_SAFE_INTEGER;
    // Heights below all safe integers must not keep the reader in its place.
    this.#from = Math.max((last?.height ?? 0) + 1, Number.MIN_SAFE_INTEGER + 1);
    return this.#page[0] ?? null;
  }

  #fault(row: AuditCheckpointRow, derived: DerivedBlock | null, config: EpochConfig): string | null {
    const decoded = decodeCheckpoint(row.encoded);
    if (!decoded.ok) return `encoded does not decode: ${decoded.code}`;
    const { verify, sha256 } = this.crypto;
    const { height, blockHash, stateRoot } = decoded.value;
    if (height !== row.height) return 'height differs from the certificate';
    if (!equalBytes(blockHash, row.blockHash) || !equalBytes(stateRoot, row.stateRoot)) {
      return 'columns differ from the certificate';
    }
    if (!verifyCheckpoint(decoded.value, config, verify, sha256)) return 'the certificate does not verify';
    return derived === null ? 'there is no such block' : this.#difference(row, decoded.value, derived);
  }

  #difference(row: AuditCheckpointRow, certified: CheckpointCertificate, derived: DerivedBlock): string | null {
    const { sha256 } = this.crypto;
    const { blockHash, stateRoot } = certified;
    const ours = checkpointDigest(derived.blockHash ?? blockHash, derived.stateRoot ?? stateRoot, sha256);
    if (!equalBytes(ours, checkpointDigest(blockHash, stateRoot, sha256))) {
      return 'certifies another block hash or state root than this database holds';
    }
    const { treeRoot } = row;
    if (treeRoot === undefined || treeRoot === null || derived.treeRoot === null) return null;
    return equalBytes(treeRoot, derived.treeRoot) ? null : 'tree_root is not the root of the state tree at that height';
  }
}
