import { LIMITS, type Sha256 } from '@lading/kernel';
import type { ExecutionContext, StateView } from '@lading/ledger';
import type { EpcisEvent } from '../event/model.js';
import { namedItems } from '../event/namedItems.js';
import { itemStateKey } from '../identifiers/canonicalItem.js';
import { eventRecordKey } from '../state/eventRecord.js';
import { anomalyKey } from '../state/itemBook.js';
import { decodeItem, type ItemState } from '../state/itemState.js';
import { CAPTURE_LIMITS } from './captureLimits.js';

/** What a list of events names; found once, asked for in every round. */
interface Named {
  readonly organization: string;
  readonly records: readonly string[];
  /** How often each item is named. */
  readonly mentions: ReadonlyMap<string, number>;
  /** Containers that are emptied without a list. */
  readonly emptied: ReadonlySet<string>;
}

const NAMED = new WeakMap<readonly EpcisEvent[], Named>();

function namedBy(events: readonly EpcisEvent[], organization: string, sha256: Sha256): Named {
  const known = NAMED.get(events);
  if (known?.organization === organization) return known;
  const mentions = new Map<string, number>();
  const emptied = new Set<string>();
  for (const event of events) {
    for (const { uri } of namedItems(event, organization)) mentions.set(uri, (mentions.get(uri) ?? 0) + 1);
    if (isEmptying(event) && event.parent !== null) emptied.add(event.parent.item.uri);
  }
  const records = events.map((event) => eventRecordKey(organization, event.eventID, sha256));
  const named = { organization, records, mentions, emptied };
  NAMED.set(events, named);
  return named;
}

const isEmptying = (event: EpcisEvent): boolean =>
  event.type === 'AggregationEvent' &&
  event.action === 'DELETE' &&
  event.children.length === 0 &&
  event.childQuantities.length === 0;

/** Collects keys and pays for the values behind them; stops when the transaction's budget is used up. */
class KeyWalk {
  readonly keys = new Set<string>();
  readonly #counted = new Set<string>();
  #bytes = 0;

  constructor(private readonly view: StateView) {}

  get affordable(): boolean {
    return this.keys.size <= CAPTURE_LIMITS.stateKeys && this.#bytes <= CAPTURE_LIMITS.stateBytes;
  }

  /** The stored value of an item; null when there is none, or none in this round, or no budget for it. */
  value(uri: string): Uint8Array | null {
    const key = itemStateKey(uri);
    this.keys.add(key);
    if (!this.affordable) return null;
    const value = this.view.get(key);
    if (value === null || this.#counted.has(key)) return value;
    this.#counted.add(key);
    this.#bytes += value.length;
    return this.affordable ? value : null;
  }

  item(uri: string): ItemState | null {
    const value = this.value(uri);
    return value === null ? null : decodeItem(value);
  }
}

export interface CaptureKeys {
  readonly keys: ReadonlySet<string>;
  /** False: the transaction would read more than CAPTURE_LIMITS allow, and `keys` ends where it would. */
  readonly affordable: boolean;
}

/**
 * State keys that a capture may read or write (spec/ledger.md "Keys in rounds"): first what the payload names, then
 * along pointers in the values read so far: the containers around an item, the children of one that is emptied, the
 * anomaly chain of one that may be found to be a clone. The same values give the same answer: `apply` asks again.
 */
export function captureKeys(
  events: readonly EpcisEvent[],
  context: ExecutionContext,
  view: StateView,
  sha256: Sha256
): CaptureKeys {
  const named = namedBy(events, context.organization, sha256);
  const walk = new KeyWalk(view);
  // In profile open nothing is refused as a clone, so nothing is recorded as one.
  const recordsAnomalies = context.config.parameters.profile !== 'open';
  for (const key of named.records) walk.keys.add(key);
  for (const [uri, count] of named.mentions) {
    if (!walk.affordable) break;
    const item = walk.item(uri);
    if (recordsAnomalies && mayBeAnomalous(item, count)) walk.keys.add(anomalyKey(uri));
    if (item !== null) followParents(item, walk);
  }
  for (const uri of named.emptied) {
    const item = walk.item(uri);
    for (const child of item?.children ?? []) walk.value(child);
    for (const content of item?.contents ?? []) walk.value(content.uri);
  }
  return walk;
}

/** An item that two events of one transaction name may become known or final between them. */
const mayBeAnomalous = (item: ItemState | null, count: number): boolean =>
  count > 1 || (item !== null && item.status !== 'UNKNOWN');

function followParents(item: ItemState, walk: KeyWalk): void {
  let { parent } = item;
  for (let level = 0; parent !== '' && level < LIMITS.nestingDepth; level++) {
    parent = walk.item(parent)?.parent ?? '';
  }
}
