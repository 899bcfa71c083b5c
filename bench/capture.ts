import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { CaptureJob } from '@lading/api';
import { FileSigner, NETWORK_FILES } from '@lading/identity';
import { LadingClient } from '@lading/sdk';
import type { DemoMember } from '../apps/node/src/dev/demoMember.js';
import { CLERK } from '../apps/node/src/dev/storyLoader.js';
import { call, bearer } from '../test/e2e/http.js';
import { cpuClock, type CpuTimes } from './cpu.js';
import { epcisDocument } from './loadProjection.js';
import type { BenchNetwork } from './site.js';
import { journeyEvents, EVENTS_PER_TRANSACTION } from './world.js';

const POLL_MS = 20;
const TIMEOUT_MS = 120_000;
/** Stages of a journey that its grower tells: made, packed, stored, shipped. */
const OWN_STAGES = 4;
const STAGES = 10;

/** A document of the first organization's events; documents of different numbers tell of different pallets. */
export function growerDocument(number: number, count: number): Uint8Array {
  const groups = Math.ceil(count / (EVENTS_PER_TRANSACTION * OWN_STAGES));
  const events: object[] = [];
  for (let group = number * groups; events.length < count; group++) {
    for (let stage = 0; stage < OWN_STAGES; stage++) events.push(...journeyEvents(group * STAGES + stage).events);
  }
  return epcisDocument(events.slice(0, count), Date.now());
}

/** What a document took, from its first request on. */
export interface Captured {
  /** Until all parts were in blocks and executed, their outcomes known. */
  readonly seconds: number;
  /** From then on, until queries showed the events. */
  readonly lagMs: number;
  /** Of all nodes and the database, until the outcomes were known, and until the events could be read. */
  readonly cpu: CpuTimes;
  readonly cpuReadable: CpuTimes;
  readonly job: CaptureJob;
}

/** As `lading event capture` does: the member's own key signs parts of the document. */
export async function captureSigned(running: BenchNetwork, document: Uint8Array): Promise<Captured> {
  const clerk = clerkOf(running);
  const { node } = clerk;
  const key = await FileSigner.open(join(node.directory, NETWORK_FILES.member(CLERK)));
  const signer = { organization: node.id, member: CLERK, publicKey: key.publicKey, sign: (message: Uint8Array) => key.sign(message) };
  const client = new LadingClient({ urls: [node.url], genesis: running.network.genesis, token: () => clerk.token() });
  return timedCapture(running, async () => {
    const options = { behaviour: 'proceed', timeoutMs: TIMEOUT_MS, until: 'decided' } as const;
    const { job } = await client.capture(document, signer, options);
    if (job === null) throw new Error('a document without a job');
    return job.captureID;
  });
}

/** Custody mode: the node's service key signs for the bearer of a token. */
export function captureInCustody(running: BenchNetwork, document: Uint8Array): Promise<Captured> {
  const clerk = clerkOf(running);
  return timedCapture(running, async () => {
    const answer = await call(`${clerk.node.url}/epcis/v2/capture`, {
      method: 'POST',
      headers: { ...bearer(clerk), 'content-type': 'application/json', 'gs1-capture-error-behaviour': 'proceed' },
      body: document
    });
    if (answer.status !== 202) throw new Error(`capture: ${answer.status} ${answer.text.slice(0, 500)}`);
    const location = answer.headers.get('location') ?? '';
    const captureId = decodeURIComponent(location.slice(location.lastIndexOf('/') + 1));
    await jobWhen(clerk, captureId, ({ parts }) => parts.every(({ state }) => state !== 'pending'));
    return captureId;
  });
}

function clerkOf(running: BenchNetwork): DemoMember {
  const [clerk] = running.clerks;
  if (clerk === undefined) throw new Error('nobody to ask for');
  return clerk;
}

/** `decide` resolves with the capture's id when all its parts are decided. */
async function timedCapture(running: BenchNetwork, decide: () => Promise<string>): Promise<Captured> {
  const clock = await cpuClock(running);
  const before = clock();
  const started = performance.now();
  const captureId = await decide();
  const decided = performance.now();
  const cpu = difference(before, clock());
  const job = await jobWhen(clerkOf(running), captureId, ({ running: isRunning }) => !isRunning);
  const lagMs = performance.now() - decided;
  return { seconds: (decided - started) / 1000, lagMs, cpu, cpuReadable: difference(before, clock()), job };
}

const difference = (from: CpuTimes, to: CpuTimes): CpuTimes => {
  return { nodesMs: to.nodesMs - from.nodesMs, postgresMs: to.postgresMs - from.postgresMs };
};

async function jobWhen(clerk: DemoMember, captureId: string, holds: (job: CaptureJob) => boolean): Promise<CaptureJob> {
  const started = performance.now();
  for (;;) {
    const location = `${clerk.node.url}/epcis/v2/capture/${encodeURIComponent(captureId)}`;
    const job = (await call(location, { headers: bearer(clerk) })).json as unknown as CaptureJob;
    if (holds(job)) return job;
    if (performance.now() - started > TIMEOUT_MS) throw new Error(`the capture is not decided after ${TIMEOUT_MS / 1000} s`);
    await delay(POLL_MS);
  }
}
