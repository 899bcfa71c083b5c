import { ed25519 } from '@noble/curves/ed25519.js';
import { sha256, sha512 } from '@noble/hashes/sha2.js';
import { asciiBytes, concatBytes, toHex } from '@lading/kernel';

/**
 * Builds the self-test cases of rule C1 from first principles: curve points and scalars, no signing library. The
 * result is committed in libs/identity; a test keeps the two equal.
 */

const { Point } = ed25519;
type CurvePoint = InstanceType<typeof Point>;
const L = Point.Fn.ORDER;
const P = Point.Fp.ORDER;

export interface BuiltCase {
  readonly name: string;
  readonly publicKey: string;
  readonly message: string;
  readonly signature: string;
  readonly admitted: boolean;
  readonly accepted: boolean;
}

const seedBytes = (label: string): Uint8Array => sha256(asciiBytes(`lading/c1-self-test/${label}`));

function bigintLe(bytes: Uint8Array): bigint {
  return BigInt(`0x${toHex(Uint8Array.from(bytes).reverse())}`);
}

function le32(value: bigint): Uint8Array {
  return Uint8Array.from({ length: 32 }, (_, i) => Number((value >> BigInt(8 * i)) & 255n));
}

const scalar = (label: string): bigint => (bigintLe(seedBytes(label)) % (L - 1n)) + 1n;

const challenge = (r: Uint8Array, a: Uint8Array, message: Uint8Array): bigint =>
  bigintLe(sha512(concatBytes(r, a, message))) % L;

const times = (point: CurvePoint, k: bigint): CurvePoint => {
  const reduced = k % (8n * L);
  return reduced === 0n ? Point.ZERO : point.multiplyUnsafe(reduced % L).add(smallMultiple(point, reduced));
};

/** multiplyUnsafe takes scalars below L; torsion needs the multiple of 8 L as well: k P = (k mod L) P + ⌊k/L⌋ L P. */
function smallMultiple(point: CurvePoint, k: bigint): CurvePoint {
  const lTimes = point.multiplyUnsafe(L - 1n).add(point);
  let sum = Point.ZERO;
  for (let i = 0n; i < k / L; i++) sum = sum.add(lTimes);
  return sum;
}

/** A point of order 8: L times a point that has a torsion component. */
function torsionPoint(): CurvePoint {
  for (let y = 2n; ; y++) {
    let point: CurvePoint;
    try {
      point = Point.fromBytes(le32(y));
    } catch {
      continue;
    }
    const torsion = times(point, L);
    if (!times(torsion, 4n).equals(Point.ZERO)) return torsion;
  }
}

const G = Point.BASE;
const T8 = torsionPoint();

function findMessage(label: string, wanted: (k: bigint) => boolean, r: Uint8Array, a: Uint8Array): Uint8Array {
  for (let i = 0; ; i++) {
    const message = asciiBytes(`${label} ${i}`);
    if (wanted(challenge(r, a, message))) return message;
  }
}

export function buildC1Cases(): readonly BuiltCase[] {
  const cases: BuiltCase[] = [];
  const add = (
    name: string, key: Uint8Array, message: Uint8Array, r: Uint8Array, s: Uint8Array, admitted: boolean, accepted: boolean
  ): void => {
    const [publicKey, signature] = [toHex(key), toHex(concatBytes(r, s))];
    cases.push({ name, publicKey, message: toHex(message), signature, admitted, accepted });
  };
  const a = scalar('key');
  const A = times(G, a).toBytes();
  const honest = (message: Uint8Array, label: string): { r: Uint8Array; s: bigint } => {
    const nonce = scalar(label);
    const r = times(G, nonce).toBytes();
    return { r, s: (nonce + challenge(r, A, message) * a) % L };
  };

  for (const length of [0, 1, 32, 128]) {
    const message = Uint8Array.from({ length }, (_, i) => (i * 7 + length) & 255);
    const { r, s } = honest(message, `good ${length}`);
    add(`good, ${length} bytes`, A, message, r, le32(s), true, true);
  }
  const message = asciiBytes('lading');
  const { r, s } = honest(message, 'base');
  add('another message', A, asciiBytes('Lading'), r, le32(s), true, false);
  add('another key', times(G, scalar('other key')).toBytes(), message, r, le32(s), true, false);
  add('S with one bit flipped', A, message, r, le32(s ^ 1n), true, false);
  add('S + L', A, message, r, le32(s + L), true, false);
  add('S + 8 L', A, message, r, le32((s + 8n * L) % (1n << 256n)), true, false);
  add('S with its top bit set', A, message, r, le32(s | (1n << 255n)), true, false);
  add('R with its sign bit flipped', A, message, flipSign(r), le32(s), true, false);
  add('signature of 63 bytes', A, message, r, le32(s).subarray(0, 31), true, false);
  add('signature of 65 bytes', A, message, r, concatBytes(le32(s), Uint8Array.of(0)), true, false);
  add('key of 31 bytes', A.subarray(0, 31), message, r, le32(s), false, false);
  add('key of 33 bytes', concatBytes(A, Uint8Array.of(0)), message, r, le32(s), false, false);
  addSmallOrderR(add, a, A);
  addSmallOrderKeys(add);
  addMixedOrderKeys(add, a);
  return cases;
}

type Add = (
  name: string, key: Uint8Array, message: Uint8Array, r: Uint8Array, s: Uint8Array, admitted: boolean, accepted: boolean
) => void;

const flipSign = (encoded: Uint8Array): Uint8Array => encoded.map((byte, i) => (i === 31 ? byte ^ 0x80 : byte));

/** The holder of an admitted key crafts R: some libraries accept each of these. */
function addSmallOrderR(add: Add, a: bigint, A: Uint8Array): void {
  const message = asciiBytes('crafted R');
  const solved = (r: Uint8Array, nonce = 0n): Uint8Array => le32((nonce + challenge(r, A, message) * a) % L);
  const identity = Point.ZERO.toBytes();
  add('R = identity', A, message, identity, solved(identity), true, false);
  add('R = identity with the sign bit', A, message, flipSign(identity), solved(flipSign(identity)), true, false);
  const nonCanonical = le32(P + 1n);
  add('R = identity, not canonical', A, message, nonCanonical, solved(nonCanonical), true, false);
  for (const multiple of [1n, 2n, 4n]) {
    const r = times(T8, multiple).toBytes();
    add(`R of order ${8n / multiple}`, A, message, r, solved(r), true, false);
    const nonce = scalar(`torsioned ${multiple}`);
    const mixed = times(G, nonce).add(times(T8, multiple)).toBytes();
    add(`R plus a point of order ${8n / multiple}`, A, message, mixed, solved(mixed, nonce), true, false);
  }
}

/** S B − k A = R holds for every message or for one in eight. */
function addSmallOrderKeys(add: Add): void {
  const nonce = scalar('small key');
  const r = times(G, nonce).toBytes();
  const identity = Point.ZERO.toBytes();
  const message = asciiBytes('small-order key');
  add('key = identity', identity, message, r, le32(nonce), false, false);
  add('key = identity with the sign bit', flipSign(identity), message, r, le32(nonce), false, false);
  add('key = identity, not canonical', le32(P + 1n), message, r, le32(nonce), false, false);
  add('key and R = identity, S = 0', identity, message, identity, le32(0n), false, false);
  const eight = T8.toBytes();
  const fits = findMessage('order 8', (k) => k % 8n === 0n, r, eight);
  add('key of order 8, k = 0 mod 8', eight, fits, r, le32(nonce), false, false);
  add('key of y = 0, order 4', le32(0n), findMessage('order 4', (k) => k % 4n === 0n, r, le32(0n)), r, le32(nonce), false, false);
}

/** libsodium verifies some of these: only admission keeps such keys out. */
function addMixedOrderKeys(add: Add, a: bigint): void {
  const key = times(G, a).add(T8).toBytes();
  const nonce = scalar('mixed key');
  const r = times(G, nonce).toBytes();
  for (const [name, residue, accepted] of [['k = 0 mod 8', 0n, true], ['k = 3 mod 8', 3n, false]] as const) {
    const message = findMessage('mixed', (k) => k % 8n === residue, r, key);
    add(`key plus a point of order 8, ${name}`, key, message, r, le32((nonce + challenge(r, key, message) * a) % L), false, accepted);
  }
}
