import { ApiFault } from '@lading/api';

/** A height or place in a request. */
export function wholeNumber(name: string, text: unknown): number {
  if (typeof text === 'string' && /^(0|[1-9][0-9]{0,14})$/.test(text)) return Number(text);
  throw new ApiFault('PARAMETER_INVALID', `${name} is a whole number from 0`);
}
