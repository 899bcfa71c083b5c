import type { NamedItem } from '../event/model.js';
import { isFinal } from '../state/itemState.js';
import { firstOf, violation, type EventScope, type Violation } from './rule.js';
import { inAll, type RuleSheet } from './ruleSheet.js';

export const R20: RuleSheet = {
  rule: 'R20',
  codes: {
    AFTER_FINAL: inAll('record')
  }
};

/**
 * R20: nothing happens to an item after its final state. An event on one is a sign of a clone: refused and recorded.
 * Entries are rule R1's; paperwork (TransactionEvent) may follow late.
 */
export function refuseFinal(scope: EventScope): Violation | null {
  const { event, book } = scope;
  if (event.type === 'TransactionEvent') return null;
  const living = ({ item: { uri } }: NamedItem): Violation | null => {
    const item = book.get(uri);
    return item !== null && isFinal(item.status) ? violation('AFTER_FINAL', [uri], item.status) : null;
  };
  const isEntry = event.type === 'ObjectEvent' && event.action === 'ADD';
  // A logistic unit that has ended may begin another life by being packed: rule R3.
  const isPacking = event.type === 'AggregationEvent' && event.action === 'ADD';
  const isActed = event.parent !== null && !(isPacking && event.parent.item.gs1?.ai === '00');
  return (
    (isEntry ? null : firstOf(event.epcs, living)) ??
    (isActed ? living(event.parent) : null) ??
    firstOf(event.children, living) ??
    firstOf(event.inputs, living)
  );
}
