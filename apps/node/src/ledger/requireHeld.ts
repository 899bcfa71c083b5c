import { historyFault } from '@lading/provenance-app';
import type { NodeContext } from '../nodeContext.js';

/** Refuses a height whose block this node does not hold, because it began from a snapshot above; block 0 is held by everybody. */
export function requireHeld(node: Pick<NodeContext['node'], 'status'>, height: number): void {
  const { historyFrom } = node.status();
  if (historyFrom !== undefined && height > 0 && height < historyFrom) throw historyFault(historyFrom);
}
