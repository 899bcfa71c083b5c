import type { Height } from '@lading/kernel';
import type { ExecutedBlock } from '../ports.js';

/** Where the blocks below a snapshot's are kept once they are derived (spec/ledger.md 8.8). */
export interface HistoryStore {
  /** Height of the last block that is held from genesis up without a gap, below the base. */
  historyTip(base: Height): Promise<Height>;
  /**
   * One transaction for the group, ascending, from the tip on; heights that are there already are skipped. The state is left
   * alone. A group with the base's own block brings what that ordered: its row is there. The block below the base
   * comes in the same group: where it is there, all is.
   */
  appendHistory(group: readonly ExecutedBlock[], base: Height): Promise<void>;
}

/** How far a node that began from a snapshot is with the blocks below it. */
export interface HistoryProgress {
  /** Blocks 1 … height are held and derived. */
  readonly height: Height;
  /** Where that ends: the snapshot's height. */
  readonly target: Height;
  /** Why it does not go on now: a sentence for a person. Null while it does. */
  readonly problem: string | null;
}
