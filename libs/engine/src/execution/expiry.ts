import { expireJti, expiryListKeys, expiryMinuteKeys, indexJti, jtiIndexKeys } from '@lading/membership';
import type { ExpiringEntry } from '@lading/membership';
import type { WorkingState } from './workingState.js';

/** Deletes the dedupe entries that the block's time has passed, before its first transaction (ledger.md §3). */
export async function expirePassed(fromMs: number, toMs: number, state: WorkingState): Promise<void> {
  const minutes = expiryMinuteKeys(fromMs, toMs);
  if (minutes.length === 0) return;
  await state.load(minutes);
  await state.load(expiryListKeys(fromMs, toMs, state));
  for (const [key, value] of expireJti(fromMs, toMs, state)) state.overwrite(key, value);
}

/** Registers the dedupe entries of this block for their deletion, after its last transaction. */
export async function recordExpiring(entries: readonly ExpiringEntry[], state: WorkingState): Promise<void> {
  if (entries.length === 0) return;
  await state.load(jtiIndexKeys(entries));
  for (const [key, value] of indexJti(entries, state)) state.overwrite(key, value);
}
