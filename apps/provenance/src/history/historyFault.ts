import { ApiFault } from '@lading/api';

/** The answer may lie in blocks that this node does not hold; `from`: the first that it holds. */
export const historyFault = (from: number): ApiFault =>
  new ApiFault('HISTORY_NOT_HELD', `this node began from a snapshot and holds the blocks from ${from} on; ask another node`);

/** Blocks below the snapshot are there, and query tables still hold what comes after them only. */
export const tablesFault = (): ApiFault =>
  new ApiFault('HISTORY_NOT_HELD', 'this node has fetched what is below its snapshot and makes its query tables anew; ask again soon');
