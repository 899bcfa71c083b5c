/**
 * @lading/api — what crosses HTTP, shared by nodes, SDK and web: problem documents and the registry of codes
 * (RFC 9457), header names, and the schemas of answers. Not here: routes, I/O, the meaning of events.
 * May import: membership, ledger, kernel, zod.
 */
export * from './accept.js';
export * from './codes/registry.js';
export * from './codes/types.js';
export * from './comparisonLimits.js';
export * from './csv.js';
export * from './epcisXml.js';
export * from './eventGroups.js';
export * from './headers.js';
export * from './http/audit.js';
export * from './http/capture.js';
export * from './http/evidence.js';
export * from './http/ledger.js';
export * from './http/network.js';
export * from './http/problem.js';
export * from './http/questions.js';
export * from './http/status.js';
export * from './http/trace.js';
export * from './ndjson.js';
export * from './nodeConfig.js';
export * from './outboxConfig.js';
export * from './problem.js';
export * from './receive.js';
export * from './schemas.js';
