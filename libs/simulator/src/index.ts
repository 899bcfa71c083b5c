/**
 * @lading/simulator — a whole network in one process on virtual time: the real consensus core and codec, simulated
 * disks, databases, links and crashes, an oracle that sees everything, schedules by seed.
 * Not here: sockets, files, clocks, randomness. May import: engine and below, never an adapter.
 */
export { Agenda } from './agenda.js';
export { Cluster, LAN_PACE, type ClusterOptions } from './cluster.js';
export { Dice } from './dice.js';
export type { FaultKind } from './faultPlan.js';
export { steadyLinks, stormyLinks, type Frame, type LinkModel, type Weather } from './network.js';
export { Oracle, Violation, type Invariant } from './oracle.js';
export type { StoredBlock } from './restart.js';
export { SimulatedNode, type Pace } from './simulatedNode.js';
export { simulate, TARGET_BLOCKS, type Outcome, type SimulationOptions } from './simulate.js';
export { GENESIS_ROOT, LAN_PARAMETERS, makeWorld, toyStateRoot } from './world.js';
export { cover, coverageText, CRASH_POINTS, gapsOf, type Coverage } from './coverage.js';
