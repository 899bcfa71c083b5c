/**
 * @lading/simulator — a whole network in one process on virtual time: the real consensus core and codec, simulated
 * disks, databases, links and crashes, Byzantine nodes, an oracle that sees everything, schedules by seed.
 * Not here: sockets, files, clocks, randomness. May import: engine and below, never an adapter.
 */
export { ADVERSARIES, type AdversaryName } from './adversaries/names.js';
export { castAdversary } from './adversaries/cast.js';
export { Agenda } from './agenda.js';
export { Cluster, LAN_PACE, type ClusterOptions } from './cluster.js';
export { cover, coverageText, CRASH_POINTS, gapsOf, type Coverage } from './coverage.js';
export { Dice } from './dice.js';
export { Nemesis } from './nemesis.js';
export { steadyLinks, stormyLinks, type Frame, type LinkModel, type Weather } from './network.js';
export { Oracle } from './oracle/oracle.js';
export { Violation, type Invariant } from './oracle/violation.js';
export { FAULT_KINDS, type FaultKind } from './plans/faultPlan.js';
export { changed as changedConfig, renewKey } from './plans/membership.js';
export type { StoredBlock } from './restart.js';
export { simulate, TARGET_BLOCKS, type Outcome, type SimulationOptions } from './simulate.js';
export { SimulatedNode } from './simulatedNode.js';
export type { Actor, Adversary, Pace, Power } from './surroundings.js';
export { GENESIS_ROOT, LAN_PARAMETERS, makeWorld, membersOf, simulatedOrganization, toyStateRoot } from './world.js';
export { countCrashPoints, crashAt, type CrashPoint, type CrashPointOptions } from './crashPoints.js';
export { replay, shrink, type FailingSchedule } from './shrink.js';
export { MUTANT_SCHEDULES, WIPED_KEY_REUSED } from './mutantSchedules.js';
export { ScenarioError, titleOf } from './scenario/lines.js';
export { playScenario, type ScenarioOptions } from './scenario/scenario.js';
