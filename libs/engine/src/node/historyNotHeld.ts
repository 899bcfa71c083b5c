import { reject } from '@lading/kernel';
import type { Rejection } from '@lading/kernel';

/** The answer may be in blocks that a node which began from a snapshot does not hold; `base`: the last of them. */
export const historyNotHeld = (base: number): Rejection<'HISTORY_NOT_HELD'> =>
  reject('HISTORY_NOT_HELD', `this node holds the blocks after ${base} only, and not this among them; ask another node`);
