import { lint, type Lint } from './lint.js';

/** Dates and times of element strings (GS1 General Specifications §3.4). Years of two digits are read around 2000. */

const DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] as const;

const daysIn = (year: number, month: number): number => {
  const isLeap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
  return month === 2 && isLeap ? 29 : (DAYS[month - 1] ?? 0);
};

/** `allowsDayZero`: day 00 stands for the last day of the month. */
const date =
  (yearDigits: 2 | 4, allowsDayZero: boolean): Lint =>
  (data) => {
    const size = yearDigits + 4;
    if (!/^\d*$/.test(data) || data.length !== size) return `a date of ${size} digits is expected`;
    const year = Number(data.slice(0, yearDigits)) + (yearDigits === 2 ? 2000 : 0);
    const month = Number(data.slice(yearDigits, yearDigits + 2));
    const day = Number(data.slice(yearDigits + 2));
    if (month < 1 || month > 12) return 'there is no such month';
    if (day > daysIn(year, month) || (day === 0 && !allowsDayZero)) return 'there is no such day';
    return null;
  };

const below = (limit: number, what: string): Lint =>
  lint((data) => /^\d\d$/.test(data) && Number(data) < limit, `${what} of two digits is expected`);

const hour = below(24, 'an hour');
const minute = below(60, 'a minute');

export const DATE_LINTERS: readonly (readonly [string, Lint])[] = [
  ['yymmdd', date(2, false)],
  ['yymmd0', date(2, true)],
  ['yyyymmdd', date(4, false)],
  ['yyyymmd0', date(4, true)],
  ['hh', hour],
  ['mi', minute],
  ['ss', below(60, 'a second')],
  [
    'hhmi',
    (data, lookup) => (data.length === 4 ? (hour(data.slice(0, 2), lookup) ?? minute(data.slice(2), lookup)) : 'hhmm is expected')
  ]
];
