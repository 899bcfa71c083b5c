import { operation, remarks, type Operation, type Remarks } from './operationPayload.js';

/** Operations on goods that are under way, and on disputes about them (spec/provenance.md §9). */

/** An amount of a class: a lot, or a product. */
export interface ItemAmount {
  /** URI of the class, in any spelling. */
  readonly item: string;
  /** UN/CEFACT unit; '' for pieces. */
  readonly uom: string;
  /** Decimal text such as '12.5': no program on the way rounds it. */
  readonly quantity: string;
}

/** Single items, amounts, or both. */
export interface NamedGoods {
  /** URIs, in any spelling. */
  readonly items?: readonly string[];
  readonly quantities?: readonly ItemAmount[];
}

export type DisputeKind = 'missing' | 'damaged' | 'wrong' | 'surplus';
export type DisputeResult = 'returned' | 'lost' | 'received' | 'settled';

const goods = ({ items = [], quantities = [] }: NamedGoods) => ({ items, quantities });

/** The destination does not want what `from` has shipped to it. */
export const rejectTransfer = (given: { readonly from: string } & NamedGoods & Remarks): Operation =>
  operation('transfer.reject', { from: given.from, ...goods(given), ...remarks(given) });

/** The shipper takes back what has not been received. `to`: '' for a destination that is no member. */
export const cancelTransfer = (given: { readonly to: string } & NamedGoods & Remarks): Operation =>
  operation('transfer.cancel', { to: given.to, ...goods(given), ...remarks(given) });

export interface NewDispute extends NamedGoods, Remarks {
  /** A name of one's own; the dispute is `<org>/<name>` from then on. */
  readonly dispute: string;
  readonly from: string;
  readonly kind: DisputeKind;
}

/** The destination says that not everything arrived as it was sent. */
export const openDispute = (given: NewDispute): Operation => {
  const { dispute, from, kind } = given;
  return operation('transfer.dispute', { dispute, from, kind, ...goods(given), ...remarks(given) });
};

/** `dispute`: its whole id. `returned` and `lost` are the shipper's, `received` is the destination's. */
export const resolveDispute = (given: { readonly dispute: string; readonly result: DisputeResult } & Remarks): Operation =>
  operation('transfer.resolve', { dispute: given.dispute, result: given.result, ...remarks(given) });
