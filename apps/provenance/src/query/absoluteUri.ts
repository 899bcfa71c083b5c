import { canonicalUri } from '@lading/provenance';

/** The canonical form of an absolute URI, or null for what is none. */
export const absoluteUri = (text: string): string | null =>
  /^[a-z][a-z0-9+.-]*:./i.test(text) ? canonicalUri(text) : null;
