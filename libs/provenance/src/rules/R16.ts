import { enterInstances } from './R01.js';
import { creditClasses } from './R02.js';
import { violation, type EventScope, type Violation } from './rule.js';
import { inAll, type RuleSheet } from './ruleSheet.js';

export const R16: RuleSheet = {
  rule: 'R16',
  codes: {
    INPUT_IS_OUTPUT: inAll('refuse')
  }
};

/** R16: outputs enter by R1 and R2; no instance is input and output of the same event. */
export function createOutputs(scope: EventScope): Violation | null {
  const { event } = scope;
  const inputs = new Set(event.inputs.map((named) => named.item.uri));
  const both = event.outputs.find((named) => inputs.has(named.item.uri));
  if (both !== undefined) return violation('INPUT_IS_OUTPUT', [both.item.uri]);
  return enterInstances(scope, event.outputs) ?? creditClasses(scope, event.outputQuantities);
}
