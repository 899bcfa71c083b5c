import { hash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Mutant } from '@lading/consensus';
import { replay } from '@lading/simulator';
import type { FailingSchedule } from '@lading/simulator';

/** Small schedules, each of which a core without one rule cannot bear: found by seed, made small, kept. */
const folder = join(process.cwd(), 'test/simulation/mutants');
const sha256 = (data: Uint8Array): Uint8Array => hash('sha256', data, 'buffer');
const scheduleOf = (name: string): FailingSchedule => JSON.parse(readFileSync(join(folder, name), 'utf8')) as FailingSchedule;
const files = readdirSync(folder).filter((name) => name.endsWith('.json')).sort();

describe('A saved schedule', () => {
  it.each(files)('shows what the rule is for that %s names: broken without it, harmless with it', (name) => {
    const schedule = scheduleOf(name);
    const mutants = new Set(schedule.mutants as readonly Mutant[]);
    expect([...mutants]).toEqual([name.replace('.json', '')]);
    expect(replay(schedule, { sha256, mutants }).violation?.invariant).toBe(schedule.invariant);
    expect(replay(schedule, { sha256 }).violation).toBeNull();
  }, 60_000);

  it.each<Mutant>(['no-parent-check', 'hand-over-any-view', 'step-back', 'new-view-twice'])('there is one for %s', (mutant) => {
    expect(files).toContain(`${mutant}.json`);
  });
});
