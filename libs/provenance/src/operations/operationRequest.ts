import type { Amount, DisputeKind } from '../state/disputeRecord.js';
import type { NetworkParameters } from '@lading/ledger';
import type { ItemLinkRecord } from '../state/linkRecord.js';
import type { LocationRecord } from '../state/locationRecord.js';
import type { ProductRecord } from '../state/productRecord.js';
import type { RecallScope } from '../state/recallRecord.js';

/** Items by canonical URI, and amounts of classes. */
export interface Goods {
  readonly items: readonly string[];
  readonly quantities: readonly Amount[];
}

export type DisputeResult = 'returned' | 'lost' | 'received' | 'settled';
export type RecallAct = 'quarantine' | 'return' | 'destroy';

export interface UnitAmount {
  readonly uom: string;
  readonly amount: bigint;
}

/** Why one more item is concerned by a recall: it is inside `from` or the other way, or `by` made it from that. */
export interface RecallLink {
  readonly item: string;
  readonly from: string;
  /** '' for packing, else the name of a transformation (state/transformationRecord). */
  readonly by: string;
}

/** What the payload of an operation says (spec/provenance.md §9); names of recalls and disputes are whole ids. */
export type OperationBody =
  | { readonly op: 'transfer.reject'; readonly from: string; readonly goods: Goods }
  | { readonly op: 'transfer.cancel'; readonly to: string; readonly goods: Goods }
  | {
      readonly op: 'transfer.dispute';
      readonly id: string;
      readonly from: string;
      readonly kind: DisputeKind;
      readonly goods: Goods;
    }
  | { readonly op: 'transfer.resolve'; readonly id: string; readonly result: DisputeResult }
  | {
      readonly op: 'recall.open';
      readonly id: string;
      readonly subject: string;
      readonly scope: RecallScope;
      readonly destinations: readonly string[];
    }
  | { readonly op: 'recall.extend'; readonly id: string; readonly links: readonly RecallLink[] }
  | { readonly op: 'recall.acknowledge'; readonly id: string; readonly onHand: readonly UnitAmount[] }
  | { readonly op: 'recall.report'; readonly id: string; readonly act: RecallAct; readonly amount: UnitAmount }
  | {
      readonly op: 'recall.close';
      readonly id: string;
      readonly released: readonly (UnitAmount & { readonly organization: string })[];
    }
  | { readonly op: 'location.put'; readonly uri: string; readonly record: Omit<LocationRecord, 'owner'> }
  | { readonly op: 'product.put'; readonly gtin: string; readonly record: ProductRecord }
  | {
      readonly op: 'gcp.put';
      readonly prefix: string;
      readonly organization: string;
      readonly allows: readonly string[];
    }
  | { readonly op: 'transformation.close'; readonly group: string }
  | { readonly op: 'agent.put'; readonly organization: string; readonly allows: readonly string[] }
  | { readonly op: 'profile.put'; readonly profile: NetworkParameters['profile'] | '' }
  | { readonly op: 'link.put'; readonly uri: string; readonly links: readonly ItemLinkRecord[] };

/** A parsed operation with what every one of them has. */
export interface OperationRequest {
  readonly body: OperationBody;
  /** `<org>/<member>` for whom a service key signs; '' when absent. */
  readonly onBehalfOf: string;
  readonly payload: Uint8Array;
}

export type OperationName = OperationBody['op'];

export const PROVENANCE_OPERATIONS = [
  'transfer.reject',
  'transfer.cancel',
  'transfer.dispute',
  'transfer.resolve',
  'recall.open',
  'recall.extend',
  'recall.acknowledge',
  'recall.report',
  'recall.close',
  'location.put',
  'product.put',
  'gcp.put',
  'transformation.close',
  'agent.put',
  'profile.put',
  'link.put'
] as const satisfies readonly OperationName[];

/** Entries of a list in one operation. */
export const OPERATION_ENTRIES = 1000;
