const DATE_TIME =
  /^(\d{4})-(\d{2})-(\d{2})[Tt ](\d{2}):(\d{2}):(\d{2})(?:\.(\d+))?(?:([Zz])|([+-])(\d{2}):(\d{2}))$/;

const daysIn = (year: number, month: number): number => {
  if (month === 2) return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0 ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
};

/** Days since 1970-01-01 of the proleptic Gregorian calendar. */
function daysSince1970(year: number, month: number, day: number): number {
  const y = month > 2 ? year : year - 1;
  const era = Math.floor(y / 400);
  const ofEra = y - era * 400;
  const ofYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  return era * 146_097 + ofEra * 365 + Math.floor(ofEra / 4) - Math.floor(ofEra / 100) + ofYear - 719_468;
}

/** Half a millisecond and more counts up (CBV 2.0 §8.9.2 rule 9). */
const milliseconds = (fraction: string): number =>
  Number(fraction.slice(0, 3).padEnd(3, '0')) + ((fraction[3] ?? '0') >= '5' ? 1 : 0);

/**
 * RFC 3339 date-time with a zone, as milliseconds since 1970; null when it is not one. A leap second is read as the
 * first instant of the next minute. Written out because Date.parse accepts other texts on other engines.
 */
export function parseDateTime(text: string): number | null {
  const match = DATE_TIME.exec(text);
  if (match === null) return null;
  const part = (index: number): number => Number(match[index] ?? '0');
  const [year, month, day, hour, minute, second] = [part(1), part(2), part(3), part(4), part(5), part(6)];
  if (month < 1 || month > 12 || day < 1 || day > daysIn(year, month) || hour > 23 || minute > 59) return null;
  const offsetMinutes = (match[9] === '-' ? -1 : 1) * (part(10) * 60 + part(11));
  if (part(10) > 23 || part(11) > 59 || second > 60) return null;
  const minutes = daysSince1970(year, month, day) * 1440 + hour * 60 + minute - offsetMinutes;
  // A leap second exists only at the end of a UTC day.
  if (second === 60 && ((minutes % 1440) + 1440) % 1440 !== 1439) return null;
  return (minutes * 60 + second) * 1000 + milliseconds(match[7] ?? '');
}

/** The UTC text with milliseconds, as the event hash writes it. */
export const formatUtc = (ms: number): string => new Date(ms).toISOString();
