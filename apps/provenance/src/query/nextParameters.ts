import type { RawParameters } from './given.js';

/** The parameters of a request, for the address of its next page. */
export function nextParameters(parameters: RawParameters): URLSearchParams {
  const next = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters)) {
    if (typeof value === 'string' && name !== 'nextPageToken') next.set(name, value);
  }
  return next;
}
