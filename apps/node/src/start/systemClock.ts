import type { Clock } from '@lading/engine';

/** setTimeout's longest delay; a later time is reached in steps. */
const LONGEST_MS = 0x7fffffff;

/** The machine's clock and timers. */
export const systemClock: Clock = {
  nowMs: () => Date.now(),
  at(atMs, run) {
    let timer: NodeJS.Timeout;
    const arm = (): void => {
      const left = atMs - Date.now();
      timer = left > LONGEST_MS ? setTimeout(arm, LONGEST_MS) : setTimeout(run, Math.max(0, left));
    };
    arm();
    return () => clearTimeout(timer);
  },
  soon(run) {
    setImmediate(run);
  }
};
