import { assert } from '@lading/kernel';
import { decodeCbor, type CborValue } from '@lading/ledger';

/** State values are our own: one that does not decode is a bug or damage, so these assert. */
export function stored(bytes: Uint8Array, size?: number): readonly CborValue[] {
  const decoded = decodeCbor(bytes);
  assert(decoded.ok, 'state value: not CBOR');
  return array(decoded.value, size);
}

/** Decodes each value in memory once: rules ask for the same one with every item. Values are never written to. */
export function once<T>(decode: (value: Uint8Array) => T): (value: Uint8Array) => T {
  const known = new WeakMap<Uint8Array, { readonly decoded: T }>();
  return (value) => {
    const found = known.get(value) ?? { decoded: decode(value) };
    known.set(value, found);
    return found.decoded;
  };
}

export function array(value: CborValue | undefined, size?: number): readonly CborValue[] {
  assert(Array.isArray(value) && (size === undefined || value.length === size), 'state value: array');
  return value as readonly CborValue[];
}

export function text(value: CborValue | undefined): string {
  assert(typeof value === 'string', 'state value: text');
  return value;
}

export function integer(value: CborValue | undefined): number {
  assert(typeof value === 'number', 'state value: integer');
  return value;
}

export const texts = (value: CborValue | undefined): readonly string[] => array(value).map(text);
