import { LIMITS } from '@lading/kernel';

/** Names of headers, lower case as servers see them. */
export const HEADER = {
  signature: 'lading-signature',
  height: 'lading-height',
  idempotencyKey: 'idempotency-key',
  idempotentReplayed: 'idempotent-replayed',
  prefer: 'prefer',
  requestId: 'x-request-id',
  captureErrorBehaviour: 'gs1-capture-error-behaviour',
  epcFormat: 'gs1-epc-format',
  extensions: 'gs1-extensions'
} as const;

export const MEDIA = {
  problem: 'application/problem+json',
  json: 'application/json',
  ldJson: 'application/ld+json',
  xml: 'application/xml',
  textXml: 'text/xml',
  jose: 'application/jose',
  ndjson: 'application/x-ndjson',
  export: 'application/vnd.lading.export',
  receipt: 'application/vnd.lading.receipt+json',
  provenance: 'application/vnd.lading.provenance+json',
  presence: 'application/vnd.lading.presence+json',
  absence: 'application/vnd.lading.absence+json',
  consistency: 'application/vnd.lading.consistency+json',
  fraud: 'application/vnd.lading.fraud+json'
} as const;

/** Sent with every answer under /epcis (EPCIS 2.0 REST binding). */
export const EPCIS_HEADERS: Readonly<Record<string, string>> = {
  'GS1-EPCIS-Version': '2.0.0',
  'GS1-EPCIS-Min': '2.0.0',
  'GS1-EPCIS-Max': '2.0.0',
  'GS1-CBV-Version': '2.0.0',
  'GS1-CBV-Min': '2.0.0',
  'GS1-CBV-Max': '2.0.0',
  'GS1-EPCIS-Capture-Limit': String(20 * LIMITS.eventsPerTransaction),
  'GS1-EPCIS-Capture-File-Size-Limit': String(LIMITS.custodyBodyBytes)
};

const WAIT = /^\s*wait\s*=\s*(\d{1,3})\s*$/;

/** Seconds of `Prefer: wait=N` (RFC 7240), or null when the header does not ask to wait. */
export function preferredWaitSeconds(header: string | undefined): number | null {
  for (const preference of (header ?? '').split(',')) {
    const found = WAIT.exec(preference);
    if (found) return Number(found[1]);
  }
  return null;
}
