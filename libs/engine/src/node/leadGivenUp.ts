import { summarize } from '@lading/consensus';
import type { CoreState } from '@lading/consensus';
import { ENGINE_LIMITS } from '../limits.js';
import type { Clock } from '../ports.js';

/** Resolves when this node does not lead any more, nothing waits for it, it has stopped, or time is up (spec P8). */
export async function leadGivenUp(core: CoreState, clock: Clock, stopped: () => boolean): Promise<void> {
  const untilMs = clock.nowMs() + ENGINE_LIMITS.handOverMs;
  for (;;) {
    const { leader, outstanding } = summarize(core);
    if (stopped() || leader !== core.self || !outstanding || clock.nowMs() >= untilMs) return;
    await new Promise<void>((resolve) => void clock.at(clock.nowMs() + ENGINE_LIMITS.newestAskMs / 10, resolve));
  }
}
