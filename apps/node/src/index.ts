/**
 * @lading/node — one organization's node as a process: reads its files, opens stores and keys, runs the engine,
 * serves HTTP. Entry points: main.ts, migrate.ts, audit.ts. Not here: consensus, formats, EPCIS.
 * May import: every lib but simulator and sdk, and the one module of apps/provenance; Nest.
 */
import 'reflect-metadata';

export { createHttpApp } from './http/createHttpApp.js';
export { openApiDocument } from './http/openApi.js';
export { NodeModule } from './node.module.js';
export type { NodeContext } from './nodeContext.js';
export { readNodeFiles } from './start/configFile.js';
export { readParts } from './start/nodeParts.js';
export { startNode } from './start/runningNode.js';
export type { RunningNode } from './start/runningNode.js';
export { explain } from './start/startFault.js';
export { Telemetry } from './start/telemetry.js';
