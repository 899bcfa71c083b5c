import type { NamedItem } from '../event/model.js';
import { withFields } from '../state/copyItem.js';
import { newItem, type ItemState } from '../state/itemState.js';
import { requirePrefix } from './L3.js';
import { actsAs, outermost } from './R05.js';
import { instance, isViolation, violation, type EventScope, type Violation } from './rule.js';
import { inAll, modes, type RuleSheet } from './ruleSheet.js';

export const R03: RuleSheet = {
  rule: 'R3',
  codes: {
    CONTAINER_UNKNOWN: modes('off', 'off', 'refuse', 'off'),
    SSCC_REUSED: inAll('record')
  }
};

/**
 * R3: a container may be born by the first AggregationEvent ADD that names it, without commissioning (the usual way for
 * an SSCC). It has no owner of its own: ownership is that of what it holds. Profile pharma asks for commissioning. One
 * that an agent packs for its principal is the principal's.
 */
export function containerFor(scope: EventScope, parent: NamedItem): ItemState | Violation {
  const { uri } = parent.item;
  const known = instance(scope, parent);
  if (isViolation(known)) return known;
  const item = isEndedUnit(uri, known) ? beginAgain(scope, uri, known) : known;
  if (isViolation(item) || item.status !== 'UNKNOWN') return item;
  const refused = scope.raise('CONTAINER_UNKNOWN', [uri]) ?? requirePrefix(scope, parent.item);
  return refused ?? withFields(item, { status: 'ACTIVE', custodian: packsFor(scope) });
}

/** Whose goods the signer packs: its own, or those of the first child's holder that it is an agent of. */
function packsFor(scope: EventScope): string {
  const [child] = scope.event.children;
  const item = child === undefined ? null : scope.book.get(child.item.uri);
  const holder = item === null ? '' : outermost(scope.book, item).custodian;
  return holder !== '' && actsAs(scope, holder, 'pack') ? holder : scope.signer;
}

/** GS1 General Specifications, logistic units: an SSCC is not given out again within a year. */
const YEAR_MS = 365 * 86_400_000;

/** A logistic unit whose life is over; its number may begin another one. */
export const isEndedUnit = (uri: string, { status }: ItemState): boolean =>
  (status === 'INACTIVE' || status === 'DESTROYED') && uri.startsWith('https://id.gs1.org/00/');

/**
 * The logistic unit before its next life, on the same chain; what is fixed to it stays. Refused and recorded within a year
 * of its end, and while something is still in it.
 */
export function beginAgain(scope: EventScope, uri: string, item: ItemState): ItemState | Violation {
  const isEmpty = item.children.length + item.contents.length === 0;
  if (!isEmpty || scope.event.eventTimeMs < item.since + YEAR_MS) return violation('SSCC_REUSED', [uri], item.since);
  const { count, head, since, attached, attachedTo } = item;
  return withFields(newItem('instance'), { count, head, since, attached, attachedTo });
}
