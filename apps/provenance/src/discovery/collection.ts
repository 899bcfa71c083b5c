import { EPCIS_CONTEXT } from '../query/contexts.js';

/** A list as the standard's discovery resources answer it. */
export const collection = (member: readonly string[]): string =>
  JSON.stringify({ '@context': [EPCIS_CONTEXT], type: 'Collection', member });
