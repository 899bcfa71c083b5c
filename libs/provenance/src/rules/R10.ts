import type { BookEntry } from '../state/itemBook.js';
import type { Before, EventPlace, ItemState } from '../state/itemState.js';
import { newItem } from '../state/itemState.js';
import { decodeLocation, locationKey, type Coordinates } from '../state/locationRecord.js';
import { isTooFar } from './speed.js';
import { isMoving } from './steps.js';
import { firstOf, type EventScope, type Violation } from './rule.js';
import { always, inAll, modes, type RuleSheet } from './ruleSheet.js';

export const R10: RuleSheet = {
  rule: 'R10',
  codes: {
    EVENT_ORDER: inAll('refuse'),
    EVENT_LATE: always('history'),
    IMPOSSIBLE_SPEED: modes('off', 'flag', 'flag', 'flag')
  }
};

/**
 * R10: what changes an instance does not happen before what changed it last. The ledger's order decides; a late
 * observation is kept as history, anything else that comes too late is refused. Also notes when and where the holder
 * saw the item, and what it was before. `unnamed` are items that the event changes without naming them: they were seen
 * with their container. Returns whether any item was changed, beyond its chain.
 */
export function settle(scope: EventScope, unnamed: ReadonlyMap<string, 'ancestor' | 'inside'>): boolean | Violation {
  const { book } = scope;
  let changes = false;
  const refused = firstOf(book.changed(), (entry) => {
    const { uri, draft } = entry;
    if (draft === null || unnamed.get(uri) === 'ancestor') return null;
    const was = book.settled(uri) ?? newItem(draft.kind);
    const isChange = isChanged(was, draft);
    changes ||= isChange;
    if (draft.kind !== 'instance') return null;
    return settleInstance(scope, entry, was, isChange) ?? (unnamed.has(uri) ? null : checkSpeed(scope, uri, was));
  });
  return refused ?? changes;
}

function settleInstance(scope: EventScope, entry: BookEntry, was: ItemState, isChange: boolean): Violation | null {
  const { event, context, book } = scope;
  const time = Math.max(0, event.eventTimeMs);
  if (isChange && time < was.since) {
    const isLate = event.action === 'OBSERVE' && !isMoving(event.bizStep);
    const refused = scope.raise(isLate ? 'EVENT_LATE' : 'EVENT_ORDER', [entry.uri], was.since);
    if (refused !== null) return refused;
  }
  const item = book.own(entry, 'instance');
  if (isChange) {
    item.since = time;
    item.before = beforeOf(was, item, [context.height, context.index, event.index]);
  }
  if (event.readPoint !== null && time >= was.seenMs) {
    item.seenAt = event.readPoint.item.uri;
    item.seenMs = time;
  }
  return null;
}

/** Everything that an event can change, but its chain, its sightings, and the levels below it. */
export const isChanged = (was: ItemState, item: ItemState): boolean =>
  was.status !== item.status ||
  was.location !== item.location ||
  was.disposition !== item.disposition ||
  was.custodian !== item.custodian ||
  was.owner !== item.owner ||
  was.parent !== item.parent ||
  was.children !== item.children ||
  was.contents !== item.contents ||
  was.transfer !== item.transfer ||
  was.persistent !== item.persistent ||
  was.balances !== item.balances ||
  was.recalls !== item.recalls ||
  was.attachedTo !== item.attachedTo ||
  was.attached !== item.attached ||
  was.soldBy !== item.soldBy ||
  was.outbound !== item.outbound ||
  was.remaining !== item.remaining;

/** null where lists changed, too: such an event is not taken back (rule R23). */
function beforeOf(was: ItemState, item: ItemState, place: EventPlace): Before | null {
  const hasLists = was.children !== item.children || was.contents !== item.contents || was.attached !== item.attached;
  const isElsewhere = was.parent !== item.parent || was.attachedTo !== item.attachedTo;
  if (hasLists || isElsewhere || was.remaining !== item.remaining) return null;
  const { status, custodian, owner, location, transfer, disposition, persistent, since, soldBy } = was;
  return { place, status, custodian, owner, location, transfer, disposition, persistent, since, soldBy };
}

/** A clone shows where one thing is at two places with too little time between. */
function checkSpeed(scope: EventScope, uri: string, was: ItemState): Violation | null {
  const time = Math.max(0, scope.event.eventTimeMs);
  const here = scope.event.readPoint?.item.uri ?? '';
  if (was.seenAt === '' || here === '' || here === was.seenAt) return null;
  const [from, to] = [coordinates(scope, was.seenAt), coordinates(scope, here)];
  if (from === null || to === null || !isTooFar(from, to, Math.abs(time - was.seenMs))) return null;
  return scope.raise('IMPOSSIBLE_SPEED', [uri], was.seenAt, here, Math.abs(time - was.seenMs));
}

function coordinates(scope: EventScope, place: string): Coordinates | null {
  const value = scope.values.get(locationKey(place));
  return value === null ? null : decodeLocation(value).coordinates;
}
