/**
 * @lading/engine — drives the pure core: executes its outputs in order against ports, runs contracts, keeps the
 * mempool and the lanes. Not here: Nest, Node I/O, SQL, sockets (adapters implement ports.ts).
 * May import: consensus, provenance, membership, ledger, kernel.
 */
export * from './audit.js';
export * from './audit/treeRows.js';
export * from './auditSource.js';
export * from './epochViews.js';
export * from './events.js';
export * from './fault.js';
export * from './history/historyPorts.js';
export * from './node.js';
export * from './node/nodeOptions.js';
export * from './execution/pastStates.js';
export * from './nodeApi.js';
export * from './ports.js';
export type { StateTreeFile } from './recovery/savedTree.js';
export { decodeManifest, heightOfManifest } from './snapshot/manifest.js';
export type { SnapshotManifest } from './snapshot/manifest.js';
export type { SnapshotOptions } from './snapshot/snapshots.js';
export * from './snapshotPorts.js';
