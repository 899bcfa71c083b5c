import { gtinOf } from '../state/productRecord.js';
import type { ItemState } from '../state/itemState.js';

export const RECALL_PLACES = ['onHand', 'inTransit', 'consumed', 'sold', 'ended', 'unaccounted'] as const;
export type RecallPlace = (typeof RECALL_PLACES)[number];

/** Where what a recall would reach is now: one organization, product and unit; pieces count 1. Millionths. */
export interface RecallLine extends Readonly<Record<RecallPlace, bigint>> {
  readonly organization: string;
  readonly product: string;
  readonly uom: string;
}

const PIECE = 1_000_000n;

/**
 * The goods of a forward trace by who has them. `states`: null for what no event of the rules has touched: it is listed as
 * unaccounted for, because nobody can say where it is. `outermost`: custodian of the container around an item.
 */
export function recallReach(
  states: ReadonlyMap<string, ItemState | null>,
  custodianOf: (container: string) => string
): readonly RecallLine[] {
  const lines = new Map<string, Record<RecallPlace, bigint> & Pick<RecallLine, 'organization' | 'product' | 'uom'>>();
  const add = (organization: string, uri: string, uom: string, place: RecallPlace, amount: bigint): void => {
    const gtin = gtinOf(uri);
    const product = gtin === '' ? uri : gtin;
    const key = JSON.stringify([organization, product, uom]);
    const none = { onHand: 0n, inTransit: 0n, consumed: 0n, sold: 0n, ended: 0n, unaccounted: 0n };
    const line = lines.get(key) ?? { organization, product, uom, ...none };
    line[place] += amount;
    lines.set(key, line);
  };
  for (const [uri, state] of states) {
    if (uri.startsWith('tgroup/')) continue;
    if (state === null) add('', uri, '', 'unaccounted', PIECE);
    else if (state.kind === 'instance') add(...instanceLine(state, custodianOf, uri), PIECE);
    else if (state.kind === 'class') {
      for (const { place, uom, amount } of state.balances) add(...balanceLine(place, custodianOf, uri, uom), amount);
    }
  }
  return [...lines.values()].sort((a, b) => (a.organization < b.organization ? -1 : a.organization > b.organization ? 1 : 0));
}

type Line = [organization: string, uri: string, uom: string, place: RecallPlace];

function instanceLine(state: ItemState, custodianOf: (uri: string) => string, uri: string): Line {
  const holder = state.parent === '' ? state.custodian : custodianOf(state.parent);
  switch (state.status) {
    case 'ACTIVE':
    case 'IN_PARENT':
      return [holder, uri, '', 'onHand'];
    case 'IN_TRANSFER':
      return [holder, uri, '', 'inTransit'];
    case 'CONSUMED':
      return [holder, uri, '', 'consumed'];
    case 'SOLD':
    case 'DISPENSED':
      return [state.soldBy === '' ? holder : state.soldBy, uri, '', 'sold'];
    case 'INACTIVE':
    case 'DESTROYED':
      return [holder, uri, '', 'ended'];
    case 'UNKNOWN':
      return ['', uri, '', 'unaccounted'];
  }
}

/** Places of balances: spec/provenance.md 5.1. */
function balanceLine(place: string, custodianOf: (uri: string) => string, uri: string, uom: string): Line {
  if (place.startsWith('org:')) return [place.slice(4), uri, uom, 'onHand'];
  if (place.startsWith('in:')) return [custodianOf(place.slice(3)), uri, uom, 'onHand'];
  const [from = ''] = place.slice(place.indexOf(':') + 1).split('/');
  return [from, uri, uom, 'inTransit'];
}
