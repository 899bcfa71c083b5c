import { encodeCbor } from '@lading/ledger';
import { repeatedKeys } from './repeatedKeys.js';
import { array, integer, once, stored, text } from './storedFields.js';

/** Bounds of one measurement in one unit, millionths. */
export interface ProductLimit {
  /** Word of the GS1 web vocabulary: `Temperature`. */
  readonly type: string;
  readonly uom: string;
  readonly min: bigint;
  readonly max: bigint;
}

/** Master data of a GTIN (operation `product.put`). */
export interface ProductRecord {
  readonly limits: readonly ProductLimit[];
  /** Mass of one piece, millionths of a kilogram; 0n: unknown. */
  readonly netMass: bigint;
  /** Mass of this product per 1000 of input, at least and at most; max 0: no bounds. */
  readonly yieldMin: number;
  readonly yieldMax: number;
}

export const productKey = repeatedKeys('provenance/product/');

/** CBOR [1, [[type, uom, min, max]…], netMass, yieldMin, yieldMax]; amounts are decimal texts of millionths. */
export const encodeProduct = ({ limits, netMass, yieldMin, yieldMax }: ProductRecord): Uint8Array =>
  encodeCbor([
    1,
    limits.map(({ type, uom, min, max }) => [type, uom, min.toString(), max.toString()]),
    netMass.toString(),
    yieldMin,
    yieldMax
  ]);

export const decodeProduct = once((value: Uint8Array): ProductRecord => {
  const [, limits, netMass, yieldMin, yieldMax] = stored(value, 5);
  return {
    limits: array(limits).map((entry) => {
      const [type, uom, min, max] = array(entry, 4);
      return { type: text(type), uom: text(uom), min: BigInt(text(min)), max: BigInt(text(max)) };
    }),
    netMass: BigInt(text(netMass)),
    yieldMin: integer(yieldMin),
    yieldMax: integer(yieldMax)
  };
});

/** GTIN (14 digits) of an instance or class by its canonical URI, or ''. */
export function gtinOf(uri: string): string {
  if (!uri.startsWith(GTIN_STEM)) return '';
  const end = GTIN_STEM.length + 14;
  // The item after the last one is often of the same product: one text stands for all of them.
  if (last.gtin === '' || !uri.startsWith(last.gtin, GTIN_STEM.length)) {
    const gtin = uri.slice(GTIN_STEM.length, end);
    if (!/^\d{14}$/.test(gtin)) return '';
    last.gtin = gtin;
  }
  return uri.length === end || uri[end] === '/' ? last.gtin : '';
}

const GTIN_STEM = 'https://id.gs1.org/01/';
const last = { gtin: '' };
