/** Events of our own for tests; ids and items are given, so that a test says what it needs. */
export const CONTEXT = [
  'https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld',
  { ex: 'https://example.com/ns/' }
] as const;

export const serial = (n: number | string): string => `urn:epc:id:sgtin:4012345.011111.${n}`;
export const lot = (name: string): string => `urn:epc:class:lgtin:4012345.022222.${name}`;
export const pallet = (n: number): string => `urn:epc:id:sscc:4012345.${String(n).padStart(10, '0')}`;

export type Event = Readonly<Record<string, unknown>>;

export function objectEvent(changes: Event = {}): Event {
  return {
    '@context': CONTEXT,
    type: 'ObjectEvent',
    action: 'ADD',
    bizStep: 'commissioning',
    eventTime: '2026-01-02T03:04:05.000Z',
    eventTimeZoneOffset: '+00:00',
    epcList: [serial('S1')],
    ...changes
  };
}

export const document = (events: readonly Event[], changes: Event = {}): Event => ({
  '@context': CONTEXT,
  type: 'EPCISDocument',
  schemaVersion: '2.0',
  creationDate: '2026-01-02T03:04:05.000Z',
  ...changes,
  epcisBody: { eventList: events.map(({ '@context': _, ...event }) => event) }
});

export const bytes = (value: unknown): Uint8Array => Buffer.from(JSON.stringify(value));
