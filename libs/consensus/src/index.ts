/**
 * @lading/consensus — Chained PBFT as a pure function (spec/consensus.md): step(state, input, nowMs) → outputs.
 * Not here: I/O, clocks, randomness, signing, storage, anything about provenance. May import: membership, ledger, kernel.
 */
export * from './input.js';
export * from './message.js';
export * from './options.js';
export * from './output.js';
