import { operation, remarks, type Operation, type Remarks } from './operationPayload.js';

/** Operations of recalls (spec/provenance.md §9). `recall`: its whole id, `<org>/<name>`, but for the one that opens it. */

/** What is recalled: a product, some of it, or one container. */
export type RecallScope =
  | { readonly gtin: string }
  | { readonly gtin: string; readonly lots: readonly string[] }
  | { readonly gtin: string; readonly serials: readonly string[] }
  | { readonly gtin: string; readonly range: { readonly from: string; readonly to: string } }
  | { readonly item: string };

export type RecallAct = 'quarantine' | 'return' | 'destroy';

/** Decimal text and UN/CEFACT unit; '' for pieces. */
export interface RecallAmount {
  readonly uom: string;
  readonly quantity: string;
}

/** Why one more item is concerned: it is inside `from` or the other way ('' as `by`), or `by` made it from that. */
export interface RecallLink {
  readonly item: string;
  readonly from: string;
  readonly by: string;
}

/** A recall by its name or id. */
export interface NamedRecall {
  readonly recall: string;
}

/** `recall`: a name of one's own. `destinations`: parties besides the initiator to whom recalled goods may go. */
export interface NewRecall extends NamedRecall, Remarks {
  readonly scope: RecallScope;
  readonly destinations?: readonly string[];
}

export function openRecall(given: NewRecall): Operation {
  const { recall, scope, destinations = [] } = given;
  return operation('recall.open', { recall, destinations, ...scope, ...remarks(given) });
}

/** In an order in which each link follows from what is recalled by then: `lading trace --forward` shows one. */
export const extendRecall = (given: NamedRecall & { readonly links: readonly RecallLink[] } & Remarks): Operation =>
  operation('recall.extend', { recall: given.recall, links: given.links, ...remarks(given) });

/** What one has; replaces what one said before. */
export const acknowledgeRecall = (given: NamedRecall & { readonly onHand: readonly RecallAmount[] } & Remarks): Operation =>
  operation('recall.acknowledge', { recall: given.recall, onHand: given.onHand, ...remarks(given) });

/** What one has done with some of it. */
export function reportRecall(given: NamedRecall & { readonly act: RecallAct } & RecallAmount & Remarks): Operation {
  const { recall, act, uom, quantity } = given;
  return operation('recall.report', { recall, act, uom, quantity, ...remarks(given) });
}

export interface ReleasedAmount extends RecallAmount {
  readonly organization: string;
}

/** `released`: what members may use again. All else that somebody had must be returned or destroyed. */
export const closeRecall = (given: NamedRecall & { readonly released?: readonly ReleasedAmount[] } & Remarks): Operation =>
  operation('recall.close', { recall: given.recall, released: given.released ?? [], ...remarks(given) });
