/** Functions the pure libs are handed: a node passes native ones, a browser the pure defaults of @lading/ledger. */

/** SHA-256 (FIPS 180-4): any length in, 32 bytes out. */
export interface Sha256 {
  (data: Uint8Array): Uint8Array;
  /** The same hash of many 64-byte messages at once, where that is quicker than one after the other. */
  readonly hashPairs?: HashPairs;
  /** The same hash of many messages of one size. */
  readonly hashEqual?: HashEqual;
  /** The same hash of many messages of a byte and 64 more: leaves and nodes of RFC 9162. */
  readonly hashPrefixed?: HashPrefixed;
  /** Memory for a large tree whose nodes the machine hashes where they lie. */
  readonly openNodes?: (count: number) => TreeNodes;
}

/**
 * Nodes of a perfect binary tree in one piece of memory: node i has the 32 bytes from 32 · i on, its children are the nodes
 * 2 · i and 2 · i + 1, the root is node 1. Slot 0 holds nothing that anybody reads.
 */
export interface TreeNodes {
  readonly bytes: Uint8Array;
  /** Nodes to be hashed, by number. */
  readonly list: Uint32Array;
  /** SHA-256 of the two children of each of the first `count` nodes of the list, in any order: none is a child of another. */
  readonly hash: (count: number) => void;
}

/** SHA-256 of `count` messages of 64 bytes that lie end to end in `input`; writes 32 bytes each to `output`. */
export type HashPairs = (input: Uint8Array, count: number, output: Uint8Array) => void;

/** SHA-256 of `count` messages of `size` bytes (at most 55, which are one block) that lie end to end; writes 32 bytes each to `output`. */
export type HashEqual = (input: Uint8Array, size: number, count: number, output: Uint8Array) => void;

/** SHA-256 of `prefix` ‖ m for each of `count` messages m of 64 bytes that lie end to end; writes 32 bytes each to `output`. */
export type HashPrefixed = (prefix: number, input: Uint8Array, count: number, output: Uint8Array) => void;

/**
 * Rule C1 (spec/encoding.md): true iff libsodium's crypto_sign_verify_detached accepts. The key's admission
 * (canonical, not small-order, torsion-free) is a separate check, made when a key is registered.
 */
export type VerifySignature = (signature: Uint8Array, message: Uint8Array, publicKey: Uint8Array) => boolean;
