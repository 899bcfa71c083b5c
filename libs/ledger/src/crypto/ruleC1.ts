import type { VerifySignature } from '@lading/kernel';
import { concatBytes, equalBytes } from '@lading/kernel';
import { ed25519 } from '@noble/curves/ed25519.js';
import { sha512 } from '@noble/hashes/sha2.js';

type Point = InstanceType<typeof ed25519.Point>;

const ORDER = ed25519.Point.Fn.ORDER;

/** The point of 32 bytes that are its only canonical encoding, or null. */
function canonicalPoint(bytes: Uint8Array): Point | null {
  if (bytes.length !== 32) return null;
  try {
    const point = ed25519.Point.fromBytes(bytes, false);
    // Encoding again also refuses x = 0 with the sign bit set, which RFC 8032 §5.1.3 step 4 forbids.
    return equalBytes(point.toBytes(), bytes) ? point : null;
  } catch {
    return null;
  }
}

/**
 * Rule C1.1 (spec/encoding.md §4): a public key may enter the registry iff it is 32 canonical bytes of a point
 * that is neither of small order nor has a torsion component.
 */
export function admitPublicKey(key: Uint8Array): boolean {
  const point = canonicalPoint(key);
  return point !== null && !point.isSmallOrder() && point.isTorsionFree();
}

function littleEndian(bytes: Uint8Array): bigint {
  let value = 0n;
  for (let i = bytes.length - 1; i >= 0; i--) value = (value << 8n) | BigInt(bytes[i] as number);
  return value;
}

/**
 * Rule C1.3: the answer of C1.2 (libsodium's crypto_sign_verify_detached) computed on noble points, so that a
 * browser and an auditor have a second implementation. Cofactorless: S < L, A and R canonical and not of small
 * order, and R = encode(S·B − k·A) byte by byte. About 1 ms; nodes use libsodium.
 */
export const verifyC1Noble: VerifySignature = (signature, message, publicKey) => {
  if (signature.length !== 64) return false;
  const encodedR = signature.subarray(0, 32);
  const s = littleEndian(signature.subarray(32));
  if (s >= ORDER) return false;
  const a = canonicalPoint(publicKey);
  const r = canonicalPoint(encodedR);
  if (a === null || r === null || a.isSmallOrder() || r.isSmallOrder()) return false;
  const k = littleEndian(sha512(concatBytes(encodedR, publicKey, message))) % ORDER;
  const expected = ed25519.Point.BASE.multiplyUnsafe(s).subtract(a.multiplyUnsafe(k));
  return equalBytes(expected.toBytes(), encodedR);
};
