import { LIMITS } from '@lading/kernel';
import { agentKey, type AgentAct } from '../state/agency.js';
import { decodeTexts } from '../state/delegation.js';
import type { ItemBook } from '../state/itemBook.js';
import type { ItemState } from '../state/itemState.js';
import { violation, type EventScope, type Violation } from './rule.js';
import { inAll, type RuleSheet } from './ruleSheet.js';

export const R05: RuleSheet = {
  rule: 'R5',
  codes: {
    NOT_HOLDER: inAll('record')
  }
};

/** The outermost container of an item, or the item itself: the one whose custodian and place count. */
export function outermost(book: ItemBook, item: ItemState): ItemState {
  let top = item;
  for (let level = 0; top.parent !== '' && level <= LIMITS.nestingDepth; level++) {
    const parent = book.get(top.parent);
    if (parent === null) break;
    top = parent;
  }
  return top;
}

/** Whether the signer is `principal`, or was let do this with what `principal` holds. */
export function actsAs({ signer, values }: EventScope, principal: string, act: AgentAct): boolean {
  if (principal === signer) return true;
  const allowed = principal === '' ? null : values.get(agentKey(principal, signer));
  return allowed !== null && decodeTexts(allowed).includes(act);
}

/**
 * R5: only the present custodian changes an item, or an agent that it has registered for such an act; custody stays with
 * the custodian. `act` null: no agent does that. Everybody else gets NOT_HOLDER with the item's identifier.
 */
export function requireHolder(
  scope: EventScope,
  uri: string,
  item: ItemState,
  act: AgentAct | null
): Violation | null {
  const { custodian } = outermost(scope.book, item);
  const isOurs = act === null ? custodian === scope.signer : actsAs(scope, custodian, act);
  return isOurs ? null : violation('NOT_HOLDER', [uri], custodian);
}
