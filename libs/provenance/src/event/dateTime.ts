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

const ZERO = 0x30;

/** The number of the digits [from, to) of a text; −1 when one of them is none. */
function digits(text: string, from: number, to: number): number {
  let value = 0;
  for (let at = from; at < to; at++) {
    const digit = text.charCodeAt(at) - ZERO;
    if (!(digit >= 0 && digit <= 9)) return -1;
    value = value * 10 + digit;
  }
  return value;
}

/** `YYYY-MM-DDThh:mm:ss`, the signs between its digits; a small t and a space stand for the T as well (RFC 3339 §5.6). */
const hasSigns = (text: string): boolean =>
  text[4] === '-' &&
  text[7] === '-' &&
  (text[10] === 'T' || text[10] === 't' || text[10] === ' ') &&
  text[13] === ':' &&
  text[16] === ':';

const FRACTION_AT = 19;

/** Index behind the fraction of a second; −1 for a point without digits. */
function fractionEnd(text: string): number {
  if (text[FRACTION_AT] !== '.') return FRACTION_AT;
  let end = FRACTION_AT + 1;
  while (digits(text, end, end + 1) >= 0) end++;
  return end === FRACTION_AT + 1 ? -1 : end;
}

/** Half a millisecond and more counts up (CBV 2.0 §8.9.2 rule 9). */
function milliseconds(text: string, end: number): number {
  let value = 0;
  for (let at = FRACTION_AT + 1; at < FRACTION_AT + 4; at++) value = value * 10 + (at < end ? digits(text, at, at + 1) : 0);
  const next = FRACTION_AT + 4;
  return value + (next < end && digits(text, next, next + 1) >= 5 ? 1 : 0);
}

/** Minutes east of UTC of the zone at the end of a text; null when there is none. */
function zoneOffset(text: string, at: number): number | null {
  const sign = text[at];
  if ((sign === 'Z' || sign === 'z') && text.length === at + 1) return 0;
  if ((sign !== '+' && sign !== '-') || text.length !== at + 6 || text[at + 3] !== ':') return null;
  const [hours, minutes] = [digits(text, at + 1, at + 3), digits(text, at + 4, at + 6)];
  if (hours < 0 || hours > 23 || minutes < 0 || minutes > 59) return null;
  return (sign === '-' ? -1 : 1) * (hours * 60 + minutes);
}

/** The text read last: an event's time is asked for by its shape, its reader and its hash. */
const last: { text: string; time: number | null } = { text: '', time: null };

/**
 * RFC 3339 date-time with a zone, as milliseconds since 1970; null when it is not one. A leap second is read as the
 * first instant of the next minute. Written out because Date.parse accepts other texts on other engines.
 */
export function parseDateTime(text: string): number | null {
  if (text !== last.text) {
    last.time = readDateTime(text);
    last.text = text;
  }
  return last.time;
}

function readDateTime(text: string): number | null {
  if (!hasSigns(text)) return null;
  const [year, month, day] = [digits(text, 0, 4), digits(text, 5, 7), digits(text, 8, 10)];
  const [hour, minute, second] = [digits(text, 11, 13), digits(text, 14, 16), digits(text, 17, 19)];
  if (year < 0 || month < 1 || month > 12 || day < 1 || day > daysIn(year, month)) return null;
  if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 60) return null;
  const end = fractionEnd(text);
  const offsetMinutes = end < 0 ? null : zoneOffset(text, end);
  if (offsetMinutes === null) return null;
  const minutes = daysSince1970(year, month, day) * 1440 + hour * 60 + minute - offsetMinutes;
  // A leap second exists only at the end of a UTC day.
  if (second === 60 && ((minutes % 1440) + 1440) % 1440 !== 1439) return null;
  return (minutes * 60 + second) * 1000 + milliseconds(text, end);
}

/** The UTC text with milliseconds, as the event hash writes it. */
export const formatUtc = (ms: number): string => new Date(ms).toISOString();

/** Whether a text that {@link parseDateTime} reads is what {@link formatUtc} writes. */
export const isUtcText = (text: string): boolean =>
  text.length === 24 && text[10] === 'T' && text[FRACTION_AT] === '.' && text[23] === 'Z' && text[17] !== '6';
