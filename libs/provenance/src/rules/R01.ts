import type { NamedItem } from '../event/model.js';
import { requirePrefix } from './L3.js';
import { beginAgain, isEndedUnit } from './R03.js';
import { firstOf, instance, isViolation, observed, violation, type EventScope, type Violation } from './rule.js';
import { inAll, type RuleSheet } from './ruleSheet.js';

export const R01: RuleSheet = {
  rule: 'R1',
  codes: {
    DOUBLE_COMMISSION: inAll('record')
  }
};

/**
 * R1: an instance enters once, by ObjectEvent ADD or as an output of a TransformationEvent. A second entry is a sign
 * of a
 * clone or of a serial used twice: refused and recorded. EPCIS is silent; OPC OpenSCS asks for commissioning first.
 */
export function enterInstances(scope: EventScope, items: readonly NamedItem[]): Violation | null {
  return firstOf(items, (named) => {
    const known = instance(scope, named);
    if (isViolation(known)) return known;
    const { uri } = named.item;
    const item = isEndedUnit(uri, known) ? beginAgain(scope, uri, known) : known;
    if (isViolation(item)) return item;
    if (item.status !== 'UNKNOWN') return violation('DOUBLE_COMMISSION', [uri]);
    const foreign = requirePrefix(scope, named.item);
    if (foreign !== null) return foreign;
    const { signer, event, book } = scope;
    const entered = observed(item, event);
    entered.status = 'ACTIVE';
    entered.custodian = entered.owner = signer;
    entered.lot = named.item.lot;
    book.put(uri, entered);
    return null;
  });
}
