import { randomUUID } from 'node:crypto';
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import type { Genesis } from '@lading/ledger';
import { DemoMember } from './demoMember.js';
import type { DemoLayout } from './layout.js';
import { type StoryEvent, type StoryPhase, STORY_CONTEXT } from './story/event.js';
import { packsOf } from './story/roastery.js';
import { place } from './story/names.js';
import { coffeeStory, storySize } from './story/story.js';

/** Captures of one organization in flight at a time. */
const PARALLEL = 8;
/** The member that records for each organization; registered when the network is born. */
export const CLERK = 'clerk';

export interface LoadedStory {
  readonly events: number;
  /** Milliseconds of every capture of this run, as its caller saw them; empty when all was loaded before. */
  readonly latenciesMs: readonly number[];
}

/**
 * Captures the coffee story through the public API, each event signed by its organization's clerk. What is loaded is
 * noted phase by phase, so that an interrupted load goes on; event ids make a repeated capture harmless.
 */
export async function loadStory(layout: DemoLayout, genesis: Genesis, report: (note: string) => void): Promise<LoadedStory> {
  const phases = coffeeStory(genesis.timeMs);
  const total = storySize(phases);
  const clerks = new Map<string, DemoMember>();
  for (const node of layout.nodes) clerks.set(node.id, await DemoMember.open(node, genesis, CLERK));
  const latenciesMs: number[] = [];
  let done = 0;
  const first = phasesLoaded(layout);
  for (const [index, phase] of phases.entries()) {
    if (index >= first) {
      await loadPhase(phase, clerks, latenciesMs, () => report(`${++done}/${total} events`));
      notePhase(layout, index + 1);
    } else done += phase.events.length;
  }
  return { events: total, latenciesMs };
}

/** One inspection by the first organization on top of the story. Returns the milliseconds it took. */
export async function captureOneMore(layout: DemoLayout, genesis: Genesis): Promise<number> {
  const [node] = layout.nodes;
  if (node === undefined) throw new Error('the network has no organization');
  const clerk = await DemoMember.open(node, genesis, CLERK);
  const event = {
    type: 'ObjectEvent',
    eventID: `urn:uuid:${randomUUID()}`,
    eventTime: new Date(Date.now() - 60_000).toISOString(),
    eventTimeZoneOffset: '+00:00',
    action: 'OBSERVE',
    bizStep: 'inspecting',
    readPoint: { id: place('finca-alta', 20) },
    epcList: [packsOf(0)[0]]
  };
  return capture(clerk, { organization: 'finca-alta', event }, 'one more');
}

async function loadPhase(
  phase: StoryPhase,
  clerks: ReadonlyMap<string, DemoMember>,
  latenciesMs: number[],
  tick: () => void
): Promise<void> {
  const waiting = [...phase.events];
  const worker = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      latenciesMs.push(await capture(clerks.get(next.organization) as DemoMember, next, phase.name));
      tick();
    }
  };
  await Promise.all(Array.from({ length: PARALLEL }, worker));
}

async function capture(clerk: DemoMember, { event }: StoryEvent, phase: string): Promise<number> {
  const body = new TextEncoder().encode(JSON.stringify({ '@context': STORY_CONTEXT, ...event }));
  const suffix = 'errorDeclaration' in event ? '-correction' : '';
  const tx = clerk.sign('epcis.capture', body, `story-${event.eventID.slice(-36)}${suffix}`);
  const started = performance.now();
  const answer = await fetch(`${clerk.node.url}/epcis/v2/events`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${clerk.token()}`,
      'content-type': 'application/json',
      'lading-signature': clerk.detachedSignature(tx)
    },
    body
  });
  const text = await answer.text();
  if (answer.status !== 201) throw new Error(`${phase}: ${clerk.node.name} answered ${answer.status} to ${event.eventID}: ${text}`);
  return performance.now() - started;
}

function phasesLoaded(layout: DemoLayout): number {
  if (!existsSync(layout.storyFile)) return 0;
  const { phases } = JSON.parse(readFileSync(layout.storyFile, 'utf8')) as { phases?: unknown };
  return typeof phases === 'number' ? phases : 0;
}

function notePhase(layout: DemoLayout, phases: number): void {
  const partial = `${layout.storyFile}.partial`;
  writeFileSync(partial, JSON.stringify({ phases }));
  renameSync(partial, layout.storyFile);
}
