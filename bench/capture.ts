import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { CaptureJob } from '@lading/api';
import { FileSigner, NETWORK_FILES } from '@lading/identity';
import { LadingClient } from '@lading/sdk';
import { CLERK } from '../apps/node/src/dev/storyLoader.js';
import { call, bearer } from '../test/e2e/http.js';
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

/** Seconds from handing over the document to the job's end, and the job. */
export interface Captured {
  readonly seconds: number;
  readonly job: CaptureJob;
}

/** As `lading event capture` does: the member's own key signs parts of the document. */
export async function captureSigned(running: BenchNetwork, document: Uint8Array): Promise<Captured> {
  const [clerk] = running.clerks;
  if (clerk === undefined) throw new Error('nobody to sign');
  const { node } = clerk;
  const key = await FileSigner.open(join(node.directory, NETWORK_FILES.member(CLERK)));
  const signer = { organization: node.id, member: CLERK, publicKey: key.publicKey, sign: (message: Uint8Array) => key.sign(message) };
  const client = new LadingClient({ urls: [node.url], genesis: running.network.genesis, token: () => clerk.token() });
  const started = performance.now();
  const { job } = await client.capture(document, signer, { behaviour: 'proceed', timeoutMs: TIMEOUT_MS });
  const seconds = (performance.now() - started) / 1000;
  if (job === null) throw new Error('a document without a job');
  return { seconds, job };
}

/** Custody mode: the node's service key signs for the bearer of a token. */
export async function captureInCustody(running: BenchNetwork, document: Uint8Array): Promise<Captured> {
  const [clerk] = running.clerks;
  if (clerk === undefined) throw new Error('nobody to ask for');
  const started = performance.now();
  const answer = await call(`${clerk.node.url}/epcis/v2/capture`, {
    method: 'POST',
    headers: { ...bearer(clerk), 'content-type': 'application/json', 'gs1-capture-error-behaviour': 'proceed' },
    body: document
  });
  if (answer.status !== 202) throw new Error(`capture: ${answer.status} ${answer.text.slice(0, 500)}`);
  const location = `${clerk.node.url}${answer.headers.get('location') ?? ''}`;
  for (;;) {
    const job = (await call(location, { headers: bearer(clerk) })).json as unknown as CaptureJob;
    const seconds = (performance.now() - started) / 1000;
    if (!job.running) return { seconds, job };
    if (seconds * 1000 > TIMEOUT_MS) throw new Error(`the capture is not decided after ${seconds} s`);
    await delay(POLL_MS);
  }
}
