/**
 * @lading/ledger — the formats every node must agree on to the bit (spec/encoding.md, spec/ledger.md): hashing,
 * CBOR, the strict JSON scanner, Merkle trees, transactions, batches, blocks, certificates, state tree, proofs,
 * and the interface that contracts implement. Not here: what the formats are used for, I/O, clocks, randomness.
 * May import: kernel, @noble/*, cborg.
 */
export * from './reading.js';
export * from './batch.js';
export * from './batchCodec.js';
export * from './block.js';
export * from './blockCodec.js';
export * from './cborFields.js';
export * from './certificateCodec.js';
export * from './configChange.js';
export * from './configEvaluation.js';
export * from './configJson.js';
export * from './configRules.js';
export * from './contract.js';
export { EMPTY_HEAD, encodeLinks, hashEventBytes } from './itemChainWriting.js';
export * from './json/decimal.js';
export * from './json/node.js';
export * from './json/scanJson.js';
export * from './jsonFields.js';
export * from './keyOfBytes.js';
export * from './merkle/compactRange.js';
export * from './merkle/paths.js';
export * from './merkle/root.js';
export * from './outcome.js';
export * from './proof/buildConsistency.js';
export * from './proof/buildEpochLink.js';
export * from './proof/buildReceipt.js';
export * from './proof/buildStateProof.js';
export * from './proof/proofPieces.js';
export { bucketHash } from './stateBucket.js';
export * from './stateBucketHashes.js';
export { ENTRY_BYTES, PackedBuckets } from './packedBuckets.js';
export type { BucketLeaves } from './packedBuckets.js';
export * from './stateTree.js';
export * from './transactionHeader.js';
export * from './transactionWriting.js';
