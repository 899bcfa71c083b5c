import { Cron } from 'croner';

/** Fields of a schedule, finest first, with their bounds (EPCIS 2.0 §8.2.5.3). */
const FIELDS = [
  ['second', 0, 59],
  ['minute', 0, 59],
  ['hour', 0, 23],
  ['dayOfMonth', 1, 31],
  ['month', 1, 12],
  ['dayOfWeek', 1, 7]
] as const;
export type ScheduleField = (typeof FIELDS)[number][0];
export const SCHEDULE_FIELDS: readonly string[] = FIELDS.map(([name]) => name);

/** How fine a field is; the two kinds of days are equally so. */
const RANK: Readonly<Record<ScheduleField, number>> = { second: 0, minute: 1, hour: 2, dayOfMonth: 3, dayOfWeek: 3, month: 4 };
const ELEMENT = /^(?:([0-9]{1,2})|\[([0-9]{1,2})-([0-9]{1,2})\])$/;

export interface Schedule {
  /** The next time strictly after, in milliseconds since 1970. */
  nextAfter(ms: number): number;
}

/** A schedule, or a sentence about what is wrong with it. */
export function readSchedule(fields: ReadonlyMap<string, string>): Schedule | string {
  const parts = new Map<ScheduleField, string>();
  for (const [name, text] of fields) {
    const field = FIELDS.find(([known]) => known === name);
    if (field === undefined) return `${name} is not a field of a schedule; known: ${SCHEDULE_FIELDS.join(', ')}`;
    const part = cronPart(text, field[1], field[2]);
    if (part === null) return `${name}: use numbers from ${field[1]} to ${field[2]} and ranges [a-b], separated by commas`;
    parts.set(field[0], part);
  }
  if (parts.size === 0) return 'a schedule has at least one field';
  const finest = Math.min(...[...parts.keys()].map((name) => RANK[name]));
  const part = (name: ScheduleField, lowest: string): string =>
    parts.get(name) ?? (RANK[name] < finest ? lowest : '*');
  // A day that is not given must not be pinned when the other kind of day is.
  const day = finest > RANK.dayOfMonth ? '1' : '*';
  const pattern = [
    part('second', '0'),
    part('minute', '0'),
    part('hour', '0'),
    parts.get('dayOfMonth') ?? day,
    part('month', '1'),
    parts.get('dayOfWeek') ?? '*'
  ].join(' ');
  const cron = new Cron(pattern, { timezone: 'UTC', domAndDow: true, paused: true });
  if (cron.nextRun(new Date(0)) === null) return 'no day ever matches';
  return { nextAfter: (ms) => cron.nextRun(new Date(ms))?.getTime() ?? Number.MAX_SAFE_INTEGER };
}

function cronPart(text: string, lowest: number, highest: number): string | null {
  const parts = text.split(',').map((element) => {
    const match = ELEMENT.exec(element.trim());
    if (match === null) return null;
    const [from, to] = match[1] === undefined ? [Number(match[2]), Number(match[3])] : [Number(match[1]), Number(match[1])];
    if (from < lowest || to > highest || from > to) return null;
    return from === to ? String(from) : `${from}-${to}`;
  });
  return parts.includes(null) ? null : parts.join(',');
}
