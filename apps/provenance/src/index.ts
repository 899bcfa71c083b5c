/**
 * @lading/provenance-app — the provenance application: one Nest module with EPCIS 2.0 capture and query, trace and
 * items, and the projector that follows the ledger. Not here: consensus, the process that hosts it, authentication (the
 * host's guards read the marks on the routes).
 * May import: every lib but simulator and sdk; Nest.
 */
import 'reflect-metadata';

export type { OutboxPosition, OutboxStatus } from './outbox/outbox.types.js';
export { ProvenanceModule } from './provenance.module.js';
export type { ProvenanceOptions, ServiceKey } from './provenance.options.js';
export { ProvenanceReader } from './provenanceReader.js';
export { historyFault } from './history/historyFault.js';
export { sendJson } from './http/sendJson.js';
export { projectTransaction, type ProjectedTransaction } from './projector/projectTransaction.js';
export { ReadCaptures } from './projector/readCaptures.js';
