import { assert, LIMITS } from '@lading/kernel';
import { CborFields, encodeCbor, type StateView } from '@lading/ledger';
import { expiryListKey, expiryMinuteKey } from './keys.js';

/**
 * Which dedupe entries expire when, findable by keyed reads only (spec/ledger.md §3.4):
 *
 * 1. `core/jtiexp/<minute>` → [1, [[second, lists]…]], ascending: the seconds of that minute with entries to expire.
 * 2. `core/jtiexp/<second>/<i>`, 0 ≤ i < lists → [1, [state key…]]: the dedupe entries one block added for that second.
 *
 * A block adds one list for each distinct `exp` among its transactions, so lists stay as small as blocks. An `exp`
 * lies at most 24 h 5 min after the block that ordered it: after any pause at most 1,447 minute entries are read.
 */

/** A dedupe entry to expire: its state key, and its `exp` in seconds. */
export interface ExpiringEntry {
  readonly key: string;
  readonly exp: number;
}

export type StateChanges = ReadonlyMap<string, Uint8Array | null>;

/** Dedupe entries of one list: more than a block can order. */
const LIST_KEYS = 1 << 20;

const minuteOf = (second: number): number => Math.floor(second / 60);

/** Furthest `exp` after a block's time, in seconds. */
const HORIZON_SECONDS = LIMITS.transactionLifeSeconds + LIMITS.clockToleranceSeconds;

/** Last second s that time `ms` has passed: s · 1000 < ms. */
const passed = (ms: number): number => Math.ceil(ms / 1000) - 1;

/** Seconds that pass between two block times, first and last; `last` < `first` when none does. */
function passing(fromMs: number, toMs: number): { readonly first: number; readonly last: number } {
  const first = passed(fromMs) + 1;
  // Nothing can expire later than the horizon of the last block: a long pause costs no more than a day.
  return { first, last: Math.min(passed(toMs), first + HORIZON_SECONDS) };
}

const VERSION = 1;

type MinuteEntry = readonly (readonly [second: number, lists: number])[];

function readMinute(value: Uint8Array | null): MinuteEntry {
  if (value === null) return [];
  const fields = CborFields.decode(value, 2, 'expiry minute');
  fields.uint('version', VERSION);
  const seconds = fields.list('seconds', 60, (list): readonly [number, number] => {
    const pair = list.nested('second', 2);
    return [pair.uint('second'), pair.uint('lists')];
  });
  assert(fields.fault === null, `damaged state entry: ${fields.fault ?? ''}`);
  return seconds;
}

const writeMinute = (seconds: MinuteEntry): Uint8Array | null =>
  seconds.length === 0 ? null : encodeCbor([VERSION, seconds]);

function readList(value: Uint8Array | null): readonly string[] {
  assert(value !== null, 'an expiry list is missing');
  const fields = CborFields.decode(value, 2, 'expiry list');
  fields.uint('version', VERSION);
  const keys = fields.list('keys', LIST_KEYS, (list) => list.text('key', 256));
  assert(fields.fault === null, `damaged state entry: ${fields.fault ?? ''}`);
  return keys;
}

/** Round 1 of expiry: the minute entries to read before a block whose time is `toMs`, after one of `fromMs`. */
export function expiryMinuteKeys(fromMs: number, toMs: number): readonly string[] {
  const { first, last } = passing(fromMs, toMs);
  const keys: string[] = [];
  if (last < first) return keys;
  for (let minute = minuteOf(first); minute <= minuteOf(last); minute++) keys.push(expiryMinuteKey(minute));
  return keys;
}

/** Round 2: the lists that the minute entries name. */
export function expiryListKeys(fromMs: number, toMs: number, view: StateView): readonly string[] {
  const { last } = passing(fromMs, toMs);
  return expiryMinuteKeys(fromMs, toMs).flatMap((key) =>
    readMinute(view.get(key))
      .filter(([second]) => second <= last)
      .flatMap(([second, lists]) => Array.from({ length: lists }, (_, list) => expiryListKey(second, list)))
  );
}

/**
 * Deletes every dedupe entry whose `exp` the block time `toMs` has passed, with its lists, before the block's first
 * transaction. `fromMs` is the parent's time. `view` must hold the keys of both rounds.
 */
export function expireJti(fromMs: number, toMs: number, view: StateView): StateChanges {
  const { last } = passing(fromMs, toMs);
  const changes = new Map<string, Uint8Array | null>();
  for (const minuteKey of expiryMinuteKeys(fromMs, toMs)) {
    const seconds = readMinute(view.get(minuteKey));
    const kept = seconds.filter(([second]) => second > last);
    if (kept.length < seconds.length) changes.set(minuteKey, writeMinute(kept));
  }
  for (const listKey of expiryListKeys(fromMs, toMs, view)) {
    for (const key of readList(view.get(listKey))) changes.set(key, null);
    changes.set(listKey, null);
  }
  return changes;
}

/** Keys that {@link indexJti} reads for these entries. */
export function jtiIndexKeys(entries: readonly ExpiringEntry[]): readonly string[] {
  return [...new Set(entries.map(({ exp }) => expiryMinuteKey(minuteOf(exp))))];
}

/**
 * Registers the dedupe entries that a block has written, in transaction order: once a block, after its last
 * transaction. `view` holds {@link jtiIndexKeys} as they are after the block's own expiry.
 */
export function indexJti(entries: readonly ExpiringEntry[], view: StateView): StateChanges {
  const bySecond = new Map<number, string[]>();
  for (const { key, exp } of entries) {
    const keys = bySecond.get(exp);
    if (keys === undefined) bySecond.set(exp, [key]);
    else keys.push(key);
  }
  const minutes = new Map<string, Map<number, number>>();
  const changes = new Map<string, Uint8Array | null>();
  for (const [second, keys] of bySecond) {
    const minuteKey = expiryMinuteKey(minuteOf(second));
    const lists = minutes.get(minuteKey) ?? new Map(readMinute(view.get(minuteKey)));
    minutes.set(minuteKey, lists);
    const list = lists.get(second) ?? 0;
    lists.set(second, list + 1);
    changes.set(expiryListKey(second, list), encodeCbor([VERSION, keys]));
  }
  for (const [minuteKey, lists] of minutes) {
    changes.set(minuteKey, writeMinute([...lists].sort(([a], [b]) => a - b)));
  }
  return changes;
}
