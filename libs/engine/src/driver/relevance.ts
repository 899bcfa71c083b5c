import { isEvidenceWanted, leaderOf } from '@lading/consensus';
import type { CoreState, Message } from '@lading/consensus';

/**
 * Whether the core could use a message of its epoch (spec M1, consensus.md §2.10): what it would drop is not worth a
 * signature check. Never the other way round: the core judges again.
 */
export function isRelevant(core: CoreState, message: Message): boolean {
  switch (message.type) {
    case 'PRE-PREPARE': {
      if (message.signer !== leaderOf(core.epoch, message.view, core.leaders) || message.view < core.view) return false;
      // What opened a later view is worth knowing, whatever the block.
      return message.justification !== null || isNear(core, message.view, message.block.header.height);
    }
    case 'PREPARE':
    case 'COMMIT':
      return isNear(core, message.view, message.height);
    case 'VIEW-CHANGE':
      return message.newView >= core.view && message.newView >= (core.peers[message.signer]?.viewChange?.newView ?? 0);
    case 'NEW-VIEW':
      return message.view >= core.view && message.signer === leaderOf(core.epoch, message.view, core.leaders);
    case 'CHECKPOINT':
      return message.height > (core.stable?.height ?? 0);
    case 'EVIDENCE':
      return isEvidenceWanted(core, message);
    default:
      return true;
  }
}

function isNear(core: CoreState, view: number, height: number): boolean {
  const head = core.committed.block.header.height;
  return Math.abs(view - core.view) <= 1 && height > head && height <= head + 2 * core.window;
}
