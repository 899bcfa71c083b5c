import { encodePersistRecord } from '@lading/consensus';
import type { Output, PersistRecord } from '@lading/consensus';
import type { Height } from '@lading/kernel';
import { ENGINE_LIMITS } from '../limits.js';
import type { RecordLog } from '../ports.js';
import { encodeSignRight } from './signRight.js';
import type { KeyRight, SignRight } from './signRight.js';

export type PersistOutput = Extract<Output, { kind: 'Persist' }>;

export interface RestoredJournal {
  /** Records read at start, in log order. */
  readonly records: readonly { readonly record: PersistRecord; readonly bytes: Uint8Array }[];
  /** Of the own key. */
  readonly right: SignRight;
  /** The last word of the log about other keys. */
  readonly otherRights: readonly KeyRight[];
  /** Records of epochs up to this one are not written: the log holds what was signed in it. −1: none. */
  readonly silentThrough: number;
}

/**
 * The safety log: what this node must not forget before it speaks (consensus.md §2.11). Live records are the last
 * Safety and the proposals above the last executed block; when the file grows past its limit, only those stay.
 */
export class SafetyJournal {
  #safety: Uint8Array | null = null;
  #right: SignRight;
  #proposals: { readonly height: Height; readonly bytes: Uint8Array }[] = [];

  constructor(
    private readonly log: RecordLog,
    private readonly key: Uint8Array,
    private readonly restored: RestoredJournal
  ) {
    this.#right = restored.right;
    for (const { record, bytes } of restored.records) this.#keep(record, bytes);
  }

  /** Resolves when all records are on disk; one write and one sync for all of them. */
  async persist(records: readonly PersistRecord[]): Promise<void> {
    const wanted = records.filter((record) => epochOf(record) > this.restored.silentThrough);
    const encoded = wanted.map((record) => {
      const bytes = encodePersistRecord(record);
      this.#keep(record, bytes);
      return bytes;
    });
    if (this.log.sizeBytes() > ENGINE_LIMITS.safetyLogBytes) {
      await this.log.rewrite(this.#live());
      return;
    }
    for (const bytes of encoded) this.log.append(bytes);
    await this.log.flush();
  }

  /** Resolves when the right is on disk. */
  async persistRight(right: SignRight): Promise<void> {
    this.#right = right;
    this.log.append(encodeSignRight({ right, key: this.key }));
    await this.log.flush();
  }

  /** The block and its ancestors are in the database: their proposals need no record any more. */
  executed(height: Height): void {
    this.#proposals = this.#proposals.filter((proposal) => proposal.height > height);
  }

  #keep(record: PersistRecord, bytes: Uint8Array): void {
    if (record.kind === 'Safety') this.#safety = bytes;
    else this.#proposals.push({ height: record.block.header.height, bytes });
  }

  #live(): Uint8Array[] {
    const proposals = this.#proposals.map((proposal) => proposal.bytes);
    const rights = [...this.restored.otherRights, { right: this.#right, key: this.key }].map(encodeSignRight);
    return this.#safety === null ? [...rights, ...proposals] : [...rights, this.#safety, ...proposals];
  }
}

const epochOf = (record: PersistRecord): number =>
  record.kind === 'Safety' ? record.safety.epoch : record.block.header.epoch;
