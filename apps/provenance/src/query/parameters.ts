import { LIMITS } from '@lading/kernel';
import { invalid, single, type RawParameters } from './given.js';

export { single, type RawParameters } from './given.js';

/** Page size of a list; what is beyond the most is cut down, as EPCIS allows. */
export function pageSize(raw: RawParameters[string]): number {
  if (raw === undefined || raw === '') return LIMITS.perPageDefault;
  const text = single(raw, 'perPage');
  if (!/^[1-9][0-9]{0,8}$/.test(text)) throw invalid('perPage', 'use a number from 1');
  return Math.min(Number(text), LIMITS.perPageMax);
}

/** The token of a page; clients that always send the parameter leave it empty for the first. */
export function pageToken(raw: RawParameters[string]): string | null {
  return raw === undefined || raw === '' ? null : single(raw, 'nextPageToken');
}
