/** A transaction with more bytes than this is bulk: hundreds of events that somebody sent in one piece. */
const BULK_BYTES = 64 << 10;
/** Bulk waits for quiet no longer than this, and then follows until it has caught up. */
const PATIENCE_MS = 30_000;
/** The same with something small behind it, which is not to wait for what somebody else sent. */
const SHARED_MS = 2000;

/**
 * How long these transactions may wait until blocks are done, in milliseconds, so as to leave them the processor. Small ones
 * do not wait, however many they are.
 */
export function patienceMs(transactions: readonly { readonly encoded: Uint8Array }[]): number {
  const bulk = transactions.filter(({ encoded }) => encoded.length > BULK_BYTES).length;
  if (bulk === 0) return 0;
  return bulk < transactions.length ? SHARED_MS : PATIENCE_MS;
}
