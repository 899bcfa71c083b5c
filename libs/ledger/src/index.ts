/**
 * @lading/ledger — the formats every node must agree on to the bit (spec/encoding.md, spec/ledger.md): hashing,
 * CBOR, the strict JSON scanner, Merkle trees, transactions, batches, blocks, certificates, state tree, proofs,
 * and the interface that contracts implement. Not here: what the formats are used for, I/O, clocks, randomness.
 * May import: kernel, @noble/*, cborg.
 */
export * from './batch.js';
export * from './block.js';
export * from './certificate.js';
export * from './config.js';
export * from './contract.js';
export * from './transaction.js';
export * from './codec/decodeCbor.js';
export * from './codec/encodeCbor.js';
export * from './crypto/ruleC1.js';
export * from './crypto/sha256Noble.js';
export * from './hash.js';
export * from './merkle/compactRange.js';
export * from './merkle/consistency.js';
export * from './merkle/inclusion.js';
export * from './merkle/subtree.js';
export * from './merkle/tree.js';
export * from './json/decimal.js';
export * from './json/node.js';
export * from './json/scanJson.js';
export * from './batchCodec.js';
export * from './blockCodec.js';
export * from './cborFields.js';
export * from './certificateCodec.js';
export * from './configCodec.js';
export * from './configChange.js';
export * from './configEvaluation.js';
export * from './configJson.js';
export * from './configRules.js';
export * from './epochLink.js';
export * from './genesis.js';
export * from './identifiers.js';
export * from './jsonFields.js';
export * from './quorum.js';
export * from './transactionCodec.js';
export * from './transactionHeader.js';
export * from './vote.js';
export * from './itemChain.js';
export * from './outcome.js';
export { bucketHash, bucketHashOf, entryLeaf, type StateEntry } from './stateBucket.js';
export * from './stateBucketHashes.js';
export * from './stateProof.js';
export * from './stateTree.js';
export * from './receipt.js';
export * from './proof/buildConsistency.js';
export * from './proof/shape.js';
export * from './proof/shapes.js';
export * from './proof/signedVote.js';
