import type { ExecutionContext, OutcomeDetail } from '@lading/ledger';
import type { EpcisEvent, NamedItem, NamedQuantity } from '../event/model.js';
import type { ItemBook } from '../state/itemBook.js';
import { copyItem } from '../state/copyItem.js';
import type { ItemState, OwnItem } from '../state/itemState.js';
import type { SideValues } from '../state/sideValues.js';

/** Why an event was not applied as it stands. Each has a page in docs/errors. */
export type RuleCode =
  | 'DOUBLE_COMMISSION'
  | 'QUANTITY_REQUIRED'
  | 'CLASS_IN_USE'
  | 'LIST_BALANCES'
  | 'NOT_HOLDER'
  | 'NOT_ACTIVE'
  | 'DESTINATION_REQUIRED'
  | 'TRANSFER_OPEN'
  | 'NO_OPEN_TRANSFER'
  | 'NOT_DESTINATION'
  | 'OVER_RECEIPT'
  | 'NOT_SHIPPER'
  | 'ALREADY_IN_PARENT'
  | 'PARENT_CYCLE'
  | 'NESTING_TOO_DEEP'
  | 'LIST_CHILDREN'
  | 'LIST_DISPOSITIONS'
  | 'NOT_IN_PARENT'
  | 'IN_PARENT'
  | 'BALANCE_TOO_LOW'
  | 'INPUT_IS_OUTPUT'
  | 'AFTER_FINAL'
  | 'KIND_MISMATCH'
  | 'DECLARES_UNKNOWN_EVENT'
  | 'EVENT_ID_CONFLICT'
  | 'EVENT_TIME_FUTURE'
  | 'NOT_OWNER'
  | 'NOT_SELLER'
  | 'GCP_NOT_OWN'
  | 'GCP_FOREIGN'
  | 'LOCATION_NOT_OWN'
  | 'CONTAINER_UNKNOWN'
  | 'ASSET_CONSUMED'
  | 'CHAIN_GAP'
  | 'EVENT_ORDER'
  | 'EVENT_LATE'
  | 'IMPOSSIBLE_SPEED'
  | 'ALREADY_ATTACHED'
  | 'NOT_ATTACHED'
  | 'GROUP_CLOSED'
  | 'MASS_BALANCE'
  | 'RECALLED'
  | 'EXCURSION'
  | 'DISPUTED'
  | 'TRANSFER_DISPUTED'
  | 'LIST_RECALLS'
  | 'LIST_TRANSFORMATION'
  | 'STEP_EXCLUDED'
  | 'SSCC_REUSED'
  | 'REMAINING_GROWS';

export interface Violation {
  readonly code: RuleCode;
  /** Items at fault, canonical URIs. */
  readonly items: readonly string[];
  /** Further parameters of the sentence on the code's page. */
  readonly parameters: readonly OutcomeDetail[];
}

export const violation = (
  code: RuleCode,
  items: readonly string[],
  ...parameters: readonly OutcomeDetail[]
): Violation => ({ code, items, parameters });

/** One event being applied. Rules read and change items through `book`; a violation undoes the event's changes. */
export interface EventScope {
  readonly event: EpcisEvent;
  /** The organization that signed. */
  readonly signer: string;
  readonly context: ExecutionContext;
  readonly book: ItemBook;
  /** State beside items: master data, recalls, records of transformations. */
  readonly values: SideValues;
  /**
   * Says that a rule is broken; what follows is the profile's: null where the event may go on (`off`, `flag`).
   */
  raise(code: RuleCode, items: readonly string[], ...parameters: readonly OutcomeDetail[]): Violation | null;
  /** Names an item that the event changes without listing it, so that its chain is extended, too. */
  link(role: 'ancestor' | 'expandedChild' | 'expandedChildClass', uri: string): void;
}

/** A rule checks and changes; null when it holds. */
export type Rule = (scope: EventScope) => Violation | null;

/** The first violation of a list of checks, in order. */
export function firstOf<T>(list: readonly T[], check: (value: T) => Violation | null): Violation | null {
  for (const value of list) {
    const found = check(value);
    if (found !== null) return found;
  }
  return null;
}

/** The instance as the book has it; a violation when the identifier is no instance. */
export function instance(scope: EventScope, named: NamedItem): ItemState | Violation {
  return ofKind(scope, named, 'instance');
}

export function classItem(scope: EventScope, named: NamedQuantity): ItemState | Violation {
  return ofKind(scope, named, 'class');
}

function ofKind(scope: EventScope, named: NamedItem, kind: 'instance' | 'class'): ItemState | Violation {
  const { uri } = named.item;
  const item = scope.book.at(uri, kind);
  return named.item.kind === kind && item.kind === kind ? item : violation('KIND_MISMATCH', [uri]);
}

export const isViolation = (value: ItemState | Violation): value is Violation => 'code' in value;

/** A copy with location, disposition and persistent dispositions as the event states them; `isInside`: the place is the container's. */
export function observed(item: ItemState, event: EpcisEvent, isInside = item.parent !== ''): OwnItem {
  const own = copyItem(item);
  if (!isInside && event.bizLocation !== null) own.location = event.bizLocation.item.uri;
  if (event.disposition !== '') own.disposition = event.disposition;
  own.persistent = persistentAfter(item, event);
  return own;
}

function persistentAfter(item: ItemState, event: EpcisEvent): readonly string[] {
  if (event.persistentSet.length + event.persistentUnset.length === 0) return item.persistent;
  const persistent = new Set(item.persistent);
  for (const word of event.persistentUnset) persistent.delete(word);
  for (const word of event.persistentSet) persistent.add(word);
  const words = [...persistent].sort();
  const isSame = words.length === item.persistent.length && words.every((word, i) => word === item.persistent[i]);
  return isSame ? item.persistent : words;
}
