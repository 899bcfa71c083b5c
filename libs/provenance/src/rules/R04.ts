import type { NamedItem } from '../event/model.js';
import type { EventScope, Violation } from './rule.js';
import { inAll, type RuleSheet } from './ruleSheet.js';

export const R04: RuleSheet = { rule: 'R4', codes: { ASSET_CONSUMED: inAll('refuse') } };

/** GRAI and GIAI: things that go round. */
const ASSETS: ReadonlySet<string> = new Set(['8003', '8004']);

/** R4: a returnable or fixed asset is commissioned once (rule R1) and never consumed. */
export const refuseAsset = (scope: EventScope, { item }: NamedItem): Violation | null =>
  item.gs1 !== null && ASSETS.has(item.gs1.ai) ? scope.raise('ASSET_CONSUMED', [item.uri]) : null;
