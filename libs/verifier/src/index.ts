/**
 * @lading/verifier — judges proofs offline, with nothing but the genesis file (spec/proofs.md): a reader's tool, small
 * enough to be read in one sitting, in Node and in browsers. Not here: storage, network, clocks, printing.
 * May import: membership, ledger, kernel, @noble/*.
 */
export * from './report.js';
export * from './verifyReceipt.js';
