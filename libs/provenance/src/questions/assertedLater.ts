/** Seven days: until then a report is late; after that nobody who was there can be expected to contradict it. */
export const ASSERTED_LATER_MS = 7 * 86_400_000;

/** Whether an event was recorded so long after it is said to have happened that nobody could check it at the time. */
export const isAssertedLater = (eventTimeMs: number, recordTimeMs: number): boolean =>
  recordTimeMs - eventTimeMs > ASSERTED_LATER_MS;
