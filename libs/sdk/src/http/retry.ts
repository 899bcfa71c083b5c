/** First pause before a repetition; doubled each time up to the longest, and spread so that clients keep no step. */
const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 2_000;
/** A node that refuses connections is asked this often in all, while nodes that answer are asked until time is up. */
export const UNREACHABLE_ATTEMPTS = 3;

/** Milliseconds to wait before attempt `attempt` + 1 (the first is 1). */
export function pauseMs(attempt: number, retryAfterSeconds: number | null, random: () => number): number {
  const full = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (attempt - 1));
  const spread = full * (0.5 + random() / 2);
  return Math.max(spread, (retryAfterSeconds ?? 0) * 1000);
}

/** Resolves after the time; rejects with the signal's reason when it comes first. */
export function delay(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) {
      reject(signal.reason as Error);
      return;
    }
    const onAbort = (): void => {
      clearTimeout(timer);
      reject(signal.reason as Error);
    };
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', onAbort);
      resolve();
    }, ms);
    signal.addEventListener('abort', onAbort, { once: true });
  });
}
