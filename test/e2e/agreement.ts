import type { DemoMember } from '../../apps/node/src/dev/demoMember.js';
import { eventually, statusOf } from './http.js';
import type { Load } from './load.js';
import { recordedEvents } from './load.js';

/** Waits until all nodes stand at one height with one state root. */
export function sameState(urls: readonly string[], timeoutMs = 30_000): Promise<number> {
  return eventually('all nodes at one height with one state root', timeoutMs, async () => {
    const statuses = await Promise.all(urls.map(statusOf));
    return new Set(statuses.map(({ height, stateRoot }) => `${height} ${stateRoot}`)).size === 1;
  });
}

/** Everything acknowledged is on every node exactly once, and nothing was refused. Returns how many were lost or doubled. */
export async function checkRecorded(load: Load, reader: DemoMember, urls: readonly string[]): Promise<number> {
  expect(load.refused).toEqual([]);
  let wrong = 0;
  for (const url of urls) {
    const counts = await recordedEvents(reader, url);
    const lost = load.acknowledged.filter(({ eventID }) => !counts.has(eventID));
    const doubled = [...counts].filter(([, times]) => times > 1);
    expect([url, lost, doubled]).toEqual([url, [], []]);
    wrong += lost.length + doubled.length;
  }
  return wrong;
}
