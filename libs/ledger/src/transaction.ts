import type { Hash, KeyId, OrganizationId } from '@lading/kernel';

/** The members of a protected header (spec/ledger.md §3): each exactly once, no others. */
export interface TransactionHeader {
  readonly alg: 'Ed25519';
  readonly typ: 'lading+jws';
  readonly kid: KeyId;
  /** base64url of the chain id. */
  readonly chain: string;
  readonly op: string;
  /** The client's idempotency key: 1–128 printable ASCII characters. */
  readonly jti: string;
  /** Seconds since 1970. */
  readonly iat: number;
  readonly exp: number;
  /** 1 … f+1 organizations that may batch it. */
  readonly lanes: readonly OrganizationId[];
}

/**
 * A decoded, statically valid member-signed JWS. Invariants:
 * 1. `encoded` is the deterministic CBOR [protectedHeader, payload, signature] of the bytes received.
 * 2. The header passed the strict scanner and has exactly the members above.
 * 3. Whether the signature verifies is NOT part of the type: see `SignedBy`.
 */
export interface Transaction {
  readonly txId: Hash;
  readonly header: TransactionHeader;
  /** Parts of `kid`. */
  readonly organization: OrganizationId;
  readonly member: string;
  readonly publicKey: Uint8Array;
  readonly protectedBytes: Uint8Array;
  readonly payload: Uint8Array;
  readonly signature: Uint8Array;
  readonly encoded: Uint8Array;
}

export type TransactionFault =
  'TX_MALFORMED' | 'TX_HEADER' | 'TX_TOO_LARGE' | 'TX_WRONG_CHAIN' | 'TX_SIGNATURE' | 'TX_LIFETIME' | 'TX_LANE';
