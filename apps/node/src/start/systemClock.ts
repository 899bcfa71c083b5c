import type { Clock } from '@lading/engine';

/** setTimeout's longest delay; a later time is reached in steps. */
const LONGEST_MS = 0x7fffffff;

/** The machine's clock and timers. */
export const systemClock: Clock = {
  nowMs: () => Date.now(),
  at(atMs, run) {
    let timer: NodeJS.Timeout;
    const arm = (): void => {
      const left = Math.min(LONGEST_MS, Math.max(0, atMs - Date.now()));
      // setTimeout may fire a millisecond early by this clock; the core would then find nothing due and wait for ever.
      timer = setTimeout(() => (Date.now() >= atMs ? run() : arm()), left);
    };
    arm();
    return () => clearTimeout(timer);
  },
  soon(run) {
    setImmediate(run);
  }
};
