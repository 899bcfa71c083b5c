import type { Coordinates } from '../state/locationRecord.js';

/** Faster than any freight, metres a second (1000 km/h), and the room that a site and its clock may take up. */
const METRES_A_SECOND = 278n;
const TOLERANCE_METRES = 5_000n;
const EARTH_RADIUS_METRES = 6_371_000n;
const SCALE = 1_000_000n;

/** sin of 0° … 90° × 10^6: integers, so that every node computes the same distance. */
const SINE: readonly number[] = [
  0, 17452, 34899, 52336, 69756, 87156, 104528, 121869, 139173, 156434, 173648, 190809, 207912,
  224951, 241922, 258819, 275637, 292372, 309017, 325568, 342020, 358368, 374607, 390731, 406737, 422618,
  438371, 453990, 469472, 484810, 500000, 515038, 529919, 544639, 559193, 573576, 587785, 601815, 615661,
  629320, 642788, 656059, 669131, 681998, 694658, 707107, 719340, 731354, 743145, 754710, 766044, 777146,
  788011, 798636, 809017, 819152, 829038, 838671, 848048, 857167, 866025, 874620, 882948, 891007, 898794,
  906308, 913545, 920505, 927184, 933580, 939693, 945519, 951057, 956305, 961262, 965926, 970296, 974370,
  978148, 981627, 984808, 987688, 990268, 992546, 994522, 996195, 997564, 998630, 999391, 999848, 1000000
];

/** sin of an angle in degrees × 10^6, × 10^6; straight lines between whole degrees. */
export function sine(angle: number): number {
  const turned = ((angle % 360_000_000) + 360_000_000) % 360_000_000;
  if (turned >= 180_000_000) return -sine(turned - 180_000_000);
  const folded = turned > 90_000_000 ? 180_000_000 - turned : turned;
  const degree = Math.trunc(folded / 1_000_000);
  const rest = folded - degree * 1_000_000;
  const [low = 0, high = 1_000_000] = [SINE[degree], SINE[degree + 1]];
  return low + Math.trunc(((high - low) * rest) / 1_000_000);
}

const cosine = (angle: number): number => sine(angle + 90_000_000);

/** On the unit sphere, × 10^6. */
function point({ latitude, longitude }: Coordinates): readonly bigint[] {
  const [flat, up] = [BigInt(cosine(latitude)), BigInt(sine(latitude))];
  return [(flat * BigInt(cosine(longitude))) / SCALE, (flat * BigInt(sine(longitude))) / SCALE, up];
}

/** The square of the straight way through the earth, metres: never longer than any way that goods can take. */
export function chordSquared(a: Coordinates, b: Coordinates): bigint {
  const [from, to] = [point(a), point(b)];
  let sum = 0n;
  for (const [i, start] of from.entries()) sum += (start - (to[i] ?? 0n)) ** 2n;
  return (sum * EARTH_RADIUS_METRES ** 2n) / SCALE ** 2n;
}

/** Whether two places are further apart than anything travels in that time. */
export function isTooFar(a: Coordinates, b: Coordinates, milliseconds: number): boolean {
  const reach = (METRES_A_SECOND * BigInt(milliseconds)) / 1000n + TOLERANCE_METRES;
  return chordSquared(a, b) > reach * reach;
}
