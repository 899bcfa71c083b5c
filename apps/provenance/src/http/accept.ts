import { ApiFault } from '@lading/api';
import type { HttpRequest } from './http.types.js';

const JSON_RANGES: ReadonlySet<string> = new Set(['*/*', 'application/*', 'application/json', 'application/ld+json']);

/** Answers under /epcis are JSON; whoever accepts only something else gets 406 rather than a surprise. */
export function requireJson(request: HttpRequest): void {
  const { accept } = request.headers;
  if (accept === undefined) return;
  const ranges = accept.split(',').map((range) => range.split(';', 1)[0]?.trim().toLowerCase() ?? '');
  if (ranges.some((range) => range === '' || JSON_RANGES.has(range))) return;
  throw new ApiFault('NOT_ACCEPTABLE', 'answers are application/json; leave Accept out or include it');
}
