import { hash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { replay } from '@lading/simulator';
import type { FailingSchedule } from '@lading/simulator';

/** Schedules that once broke something, made small by `npm run sim -- --seed … --shrink`. */
const folder = join(process.cwd(), 'test/simulation/regressions');
const sha256 = (data: Uint8Array): Uint8Array => hash('sha256', data, 'buffer');
const files = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.json')) : [];

describe('Schedules that once broke something', () => {
  it.each(files)('%s is harmless now', (name) => {
    const schedule = JSON.parse(readFileSync(join(folder, name), 'utf8')) as FailingSchedule;
    expect(replay(schedule, { sha256 }).violation).toBeNull();
  }, 60_000);

  it('are kept as files', () => expect(files.length).toBeGreaterThan(0));
});
