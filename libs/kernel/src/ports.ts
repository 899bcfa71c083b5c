/** Functions the pure libs are handed: a node passes native ones, a browser the pure defaults of @lading/ledger. */

/** SHA-256 (FIPS 180-4): any length in, 32 bytes out. */
export type Sha256 = (data: Uint8Array) => Uint8Array;

/**
 * Rule C1 (spec/encoding.md): true iff libsodium's crypto_sign_verify_detached accepts. The key's admission
 * (canonical, not small-order, torsion-free) is a separate check, made when a key is registered.
 */
export type VerifySignature = (signature: Uint8Array, message: Uint8Array, publicKey: Uint8Array) => boolean;
