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
