import { encodeCbor, type CborValue } from '@lading/ledger';
import { repeatedKeys } from './repeatedKeys.js';
import { array, integer, once, stored, text, texts } from './storedFields.js';

/** Degrees × 10^6. */
export interface Coordinates {
  readonly latitude: number;
  readonly longitude: number;
}

/** Master data of a readPoint or bizLocation (operation `location.put`). */
export interface LocationRecord {
  /** Organization that answers for the place. */
  readonly owner: string;
  /** Canonical URI of the place around it, or ''. */
  readonly parent: string;
  readonly coordinates: Coordinates | null;
  /** Organizations that may also name it in their events: tenants, service providers. */
  readonly users: readonly string[];
}

export const locationKey = repeatedKeys('provenance/location/');

/** CBOR [1, owner, parent, null or [latitude + 90°, longitude + 180°], [user…]]; degrees × 10^6, unsigned. */
export function encodeLocation({ owner, parent, coordinates, users }: LocationRecord): Uint8Array {
  const at: CborValue =
    coordinates === null ? null : [coordinates.latitude + 90_000_000, coordinates.longitude + 180_000_000];
  return encodeCbor([1, owner, parent, at, users]);
}

export const decodeLocation = once((value: Uint8Array): LocationRecord => {
  const [, owner, parent, at, users] = stored(value, 5);
  const shifted = at === null ? null : array(at, 2).map(integer);
  const [latitude = 0, longitude = 0] = shifted ?? [];
  const coordinates =
    shifted === null ? null : { latitude: latitude - 90_000_000, longitude: longitude - 180_000_000 };
  return { owner: text(owner), parent: text(parent), coordinates, users: texts(users) };
});
