import { parseDateTime } from '@lading/provenance';
import type { FieldValue } from '@lading/storage';
import { decimalText } from './decimalText.js';

/** A value as queries compare it (spec/epcisRest.md 2.3): the same for what an event holds and for what is asked. */
export function fieldValue(text: string): FieldValue {
  const number = decimalText(text);
  if (number !== null) return { kind: 'number', value: number };
  const time = parseDateTime(text);
  return time === null ? { kind: 'text', value: text } : { kind: 'time', value: String(time) };
}

export const textValue = (value: string): FieldValue => ({ kind: 'text', value });
