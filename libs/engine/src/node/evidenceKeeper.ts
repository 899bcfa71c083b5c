import { encodeMessage, EVIDENCE_PER_VALIDATOR, evidencePlace, isUnseen, noteSeen } from '@lading/consensus';
import type { Evidence, EvidenceSeen } from '@lading/consensus';
import type { Sha256 } from '@lading/kernel';
import { ENGINE_LIMITS } from '../limits.js';
import type { LedgerStore, NewEvidence } from '../ports.js';
import type { StoreOutage } from '../storeOutage.js';

export interface EvidenceKeeperParts {
  readonly store: Pick<LedgerStore, 'saveEvidence'>;
  readonly outage: StoreOutage;
  readonly sha256: Sha256;
  readonly onFatal: (error: Error) => void;
}

/**
 * Writes evidence to the database, one item after the other and beside the path of blocks: nothing waits for it. What is
 * found while the database is away waits, a bounded number; what is lost with the process is found again or comes from
 * peers. The table refuses what it has, so it does not matter what this process has forgotten.
 */
export class EvidenceKeeper {
  /** By epoch. */
  readonly #seen = new Map<number, EvidenceSeen>();
  readonly #waiting: NewEvidence[] = [];
  #saving: Promise<void> | null = null;

  constructor(private readonly parts: EvidenceKeeperParts) {}

  /** Whether `keep` would take it. */
  wants(message: Evidence): boolean {
    const seen = this.#seen.get(message.epoch);
    return seen === undefined || isUnseen(seen, evidencePlace(message));
  }

  /** Takes verified evidence, without what no signature covers; false when it is known or the validator's share is used up. */
  keep(message: Evidence): boolean {
    const place = evidencePlace(message);
    const seen = this.#seen.get(message.epoch) ?? new Map<number, Set<string>>();
    this.#seen.set(message.epoch, seen);
    if (!noteSeen(seen, place)) return false;
    if (this.#waiting.length >= ENGINE_LIMITS.waitingEvidence) return true;
    const encoded = encodeMessage(message);
    this.#waiting.push({ ...place, encoded, digest: this.parts.sha256(encoded) as NewEvidence['digest'] });
    this.#save();
    return true;
  }

  /** Evidence of earlier epochs is not taken any more. */
  forgetBefore(epoch: number): void {
    for (const one of this.#seen.keys()) if (one < epoch) this.#seen.delete(one);
  }

  /** Resolves when what is being written is stored. */
  async settled(): Promise<void> {
    await this.#saving;
  }

  #save(): void {
    if (this.#saving !== null) return;
    const next = this.#waiting.shift();
    if (next === undefined) return;
    const { store, outage, onFatal } = this.parts;
    this.#saving = outage.untilAnswered(() => store.saveEvidence(next, EVIDENCE_PER_VALIDATOR)).then(
      () => {
        this.#saving = null;
        this.#save();
      },
      (error: unknown) => onFatal(error instanceof Error ? error : new Error(String(error)))
    );
  }
}
