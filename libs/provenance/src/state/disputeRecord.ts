import { encodeCbor } from '@lading/ledger';
import { array, stored, text, texts } from './storedFields.js';

/** An amount of a class, millionths. */
export interface Amount {
  readonly uri: string;
  readonly uom: string;
  readonly amount: bigint;
}

export type DisputeKind = 'missing' | 'damaged' | 'wrong' | 'surplus';

/** What a receiver contests of a shipment; its id is `<receiver>/<name>`. */
export interface DisputeRecord {
  readonly isOpen: boolean;
  readonly kind: DisputeKind;
  readonly from: string;
  readonly to: string;
  readonly items: readonly string[];
  readonly quantities: readonly Amount[];
  /** How it ended; '' while open. */
  readonly result: string;
}

export const disputeKey = (id: string): string => `provenance/dispute/${id}`;

/** CBOR [1, open, kind, from, to, [item…], [[item, unit, amount]…], result]. */
export const encodeDispute = (record: DisputeRecord): Uint8Array =>
  encodeCbor([
    1,
    record.isOpen,
    record.kind,
    record.from,
    record.to,
    record.items,
    record.quantities.map(({ uri, uom, amount }) => [uri, uom, amount.toString()]),
    record.result
  ]);

export function decodeDispute(value: Uint8Array): DisputeRecord {
  const [, isOpen, kind, from, to, items, quantities, result] = stored(value, 8);
  return {
    isOpen: isOpen === true,
    kind: text(kind) as DisputeKind,
    from: text(from),
    to: text(to),
    items: texts(items),
    quantities: array(quantities).map((entry) => {
      const [uri = '', uom = '', amount = '0'] = array(entry, 3).map(text);
      return { uri, uom, amount: BigInt(amount) };
    }),
    result: text(result)
  };
}
