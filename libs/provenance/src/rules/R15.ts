import { debitClasses } from './R02.js';
import { requireHolder } from './R05.js';
import { refuseInParent } from './R13.js';
import { firstOf, instance, isViolation, violation, type EventScope, type Violation } from './rule.js';

/** R15: inputs of a transformation are held and ACTIVE; instances are CONSUMED, class amounts are debited. */
export function consumeInputs(scope: EventScope): Violation | null {
  const { event, book } = scope;
  const instances = firstOf(event.inputs, (named) => {
    const item = instance(scope, named);
    if (isViolation(item)) return item;
    const { uri } = named.item;
    const refused = refuseInParent(uri, item) ?? requireHolder(scope, uri, item);
    if (refused !== null) return refused;
    if (item.status !== 'ACTIVE') return violation('NOT_ACTIVE', [uri], item.status);
    book.put(uri, { ...item, status: 'CONSUMED' });
    return null;
  });
  return instances ?? debitClasses(scope, event.inputQuantities);
}
