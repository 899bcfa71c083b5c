import { LIMITS, type Sha256 } from '@lading/kernel';
import type { ExecutionContext, StateView } from '@lading/ledger';
import type { EpcisEvent } from '../event/model.js';
import { namedItems } from '../event/namedItems.js';
import { itemStateKey } from '../identifiers/canonicalItem.js';
import { eventRecordKey } from '../state/eventRecord.js';
import { anomalyKey, readItem } from '../state/itemBook.js';
import type { ItemState } from '../state/itemState.js';

/**
 * State keys that a capture may read or write (spec/ledger.md "Keys in rounds"): first what the payload names, then
 * along
 * pointers in the values read so far: the containers around an item, the children of one that is emptied, the anomaly
 * chain of one that may be found to be a clone.
 */
export function captureKeys(
  events: readonly EpcisEvent[],
  context: ExecutionContext,
  view: StateView,
  sha256: Sha256
): readonly string[] {
  const keys = new Set<string>();
  const mentions = new Map<string, number>();
  const emptied = new Set<string>();
  for (const event of events) {
    keys.add(eventRecordKey(context.organization, event.eventID, sha256));
    for (const { uri } of namedItems(event, context.organization)) {
      keys.add(itemStateKey(uri));
      mentions.set(uri, (mentions.get(uri) ?? 0) + 1);
    }
    if (isEmptying(event) && event.parent !== null) emptied.add(event.parent.item.uri);
  }
  for (const [uri, count] of mentions) {
    const item = readItem(view, uri);
    if (mayBeAnomalous(item, count)) keys.add(anomalyKey(uri));
    if (item !== null) followParents(item, view, keys);
  }
  for (const uri of emptied) {
    const item = readItem(view, uri);
    for (const child of item?.children ?? []) keys.add(itemStateKey(child));
    for (const content of item?.contents ?? []) keys.add(itemStateKey(content.uri));
  }
  return [...keys];
}

const isEmptying = (event: EpcisEvent): boolean =>
  event.type === 'AggregationEvent' &&
  event.action === 'DELETE' &&
  event.children.length === 0 &&
  event.childQuantities.length === 0;

/** An item that two events of one transaction name may become known or final between them. */
const mayBeAnomalous = (item: ItemState | null, count: number): boolean =>
  count > 1 || (item !== null && item.status !== 'UNKNOWN');

function followParents(item: ItemState, view: StateView, keys: Set<string>): void {
  let { parent } = item;
  for (let level = 0; parent !== '' && level < LIMITS.nestingDepth; level++) {
    keys.add(itemStateKey(parent));
    parent = readItem(view, parent)?.parent ?? '';
  }
}
