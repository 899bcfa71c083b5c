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
