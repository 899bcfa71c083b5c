import type { ExecutionContext, Outcome, OutcomeDetail } from '@lading/ledger';
import type { ItemKind } from '../identifiers/canonicalItem.js';
import type { ItemBook } from '../state/itemBook.js';
import type { ItemState } from '../state/itemState.js';
import type { SideValues } from '../state/sideValues.js';

/** Codes of refused operations, beside those of rules; each has a page in docs/errors. */
export type OperationCode =
  | 'DISPUTE_EXISTS'
  | 'DISPUTE_UNKNOWN'
  | 'DISPUTE_CLOSED'
  | 'NOT_DISPUTANT'
  | 'NO_OPEN_TRANSFER'
  | 'NOT_DESTINATION'
  | 'NOT_SHIPPER'
  | 'TRANSFER_DISPUTED'
  | 'LIST_BALANCES'
  | 'RECALL_EXISTS'
  | 'RECALL_UNKNOWN'
  | 'RECALL_CLOSED'
  | 'RECALL_UNACCOUNTED'
  | 'NOT_INITIATOR'
  | 'NOT_IN_RECALL'
  | 'NOT_ACKNOWLEDGED'
  | 'NOT_HOLDER'
  | 'LIST_RECALLS'
  | 'NOT_PREFIX_HOLDER'
  | 'LOCATION_NOT_OWN'
  | 'ORGANIZATION_UNKNOWN'
  | 'GROUP_UNKNOWN'
  | 'GROUP_CLOSED';

/** One operation being applied; nothing reaches the state when it is refused. */
export interface OperationScope {
  readonly context: ExecutionContext;
  readonly signer: string;
  readonly book: ItemBook;
  readonly values: SideValues;
  /** Subjects of recalls whose chain the operation extends. */
  readonly recalls: Set<string>;
  /** Anomalies of what is applied all the same. */
  readonly flags: { readonly code: string; readonly item: string; readonly parameters: readonly OutcomeDetail[] }[];
}

export type Refusal = { readonly code: OperationCode; readonly detail: readonly OutcomeDetail[] } | null;

export const refuse = (code: OperationCode, ...detail: readonly OutcomeDetail[]): Refusal => ({ code, detail });

export const refusedOutcome = ({ code, detail }: NonNullable<Refusal>): Outcome => ({
  status: 'REJECTED',
  code,
  detail
});

/** Changes an item beyond its chain. Rule R23 takes events back, not operations: nothing to go back to is kept. */
export function change(scope: OperationScope, uri: string, kind: ItemKind, item: ItemState): void {
  scope.book.put(uri, { ...item, kind, before: null });
}
