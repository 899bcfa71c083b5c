import { readSchedule } from './schedule.js';

/** Runs after the first second of 2026-03-01, a Sunday. */
function runs(fields: Readonly<Record<string, string>>, count = 3): readonly string[] {
  const schedule = readSchedule(new Map(Object.entries(fields)));
  if (typeof schedule === 'string') return [schedule];
  const times: string[] = [];
  let at = Date.UTC(2026, 2, 1, 0, 0, 1);
  while (times.length < count) times.push(new Date((at = schedule.nextAfter(at))).toISOString());
  return times;
}

describe('schedules of subscriptions', () => {
  it('run once at the time given, not at every finer instant of it', () => {
    expect(runs({ hour: '1', minute: '5' })).toEqual([1, 2, 3].map((day) => `2026-03-0${day}T01:05:00.000Z`));
    expect(runs({ minute: '30' }, 2)).toEqual(['2026-03-01T00:30:00.000Z', '2026-03-01T01:30:00.000Z']);
    expect(runs({ month: '6' }, 2)).toEqual(['2026-06-01T00:00:00.000Z', '2027-06-01T00:00:00.000Z']);
  });

  it('read lists and ranges', () => {
    expect(runs({ second: '10,[58-59]' })).toEqual([10, 58, 59].map((s) => `2026-03-01T00:00:${s}.000Z`));
  });

  it('count days of the week from Monday, and want both kinds of days to match', () => {
    expect(runs({ dayOfWeek: '1' }, 1)).toEqual(['2026-03-02T00:00:00.000Z']);
    expect(runs({ dayOfWeek: '7', hour: '3' }, 1)).toEqual(['2026-03-01T03:00:00.000Z']);
    expect(runs({ dayOfWeek: '1', dayOfMonth: '1' }, 1)).toEqual(['2026-06-01T00:00:00.000Z']);
  });

  it.each([
    [{}, 'at least one field'],
    [{ week: '1' }, 'not a field'],
    [{ hour: '24' }, 'from 0 to 23'],
    [{ minute: '5-10' }, 'ranges'],
    [{ minute: '[10-5]' }, 'ranges'],
    [{ minute: '*' }, 'ranges'],
    [{ dayOfMonth: '31', month: '2' }, 'no day']
  ])('refuse %j', (fields, why) => expect(runs(fields as Record<string, string>)[0]).toContain(why));
});
