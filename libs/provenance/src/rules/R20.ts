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
  const acted = event.type === 'ObjectEvent' && event.action === 'ADD' ? [] : event.epcs;
  // A logistic unit that has ended may begin another life by being packed: rule R3.
  const isPacking = event.type === 'AggregationEvent' && event.action === 'ADD';
  const parent = event.parent === null || (isPacking && event.parent.item.gs1?.ai === '00') ? [] : [event.parent];
  return firstOf([...acted, ...parent, ...event.children, ...event.inputs], (named) => {
    const item = book.get(named.item.uri);
    return item !== null && isFinal(item.status) ? violation('AFTER_FINAL', [named.item.uri], item.status) : null;
  });
}
