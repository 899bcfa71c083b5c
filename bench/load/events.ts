import { place, PRODUCT, unit, type DemoOrganizationId } from '../../apps/node/src/dev/story/names.js';
import { eventId, stamp, WORLD_START_MS } from '../world.js';

const CONTEXT = ['https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld'];
const SECOND_MS = 1000;

/**
 * A bag is made: the first event of an item that nobody has told of, so every rule about its maker and place is asked, and
 * each event adds an item to the state. `series` tells the runs of a benchmark apart, `n` the events of one.
 */
function making(organization: DemoOrganizationId, series: number, n: number): Readonly<Record<string, unknown>> {
  const at = { id: place(organization, 11 + (n % 20)) };
  return {
    type: 'ObjectEvent',
    eventID: eventId(series, n),
    ...stamp(WORLD_START_MS + (n % 10_000_000) * SECOND_MS),
    action: 'ADD',
    bizStep: 'commissioning',
    disposition: 'active',
    epcList: [unit(organization, PRODUCT.bag, `L${series}-${n}`)],
    readPoint: at,
    bizLocation: at,
    bizTransactionList: [{ type: 'prodorder', bizTransaction: `urn:epcglobal:cbv:bt:${organization}:order-${Math.floor(n / 100)}` }]
  };
}

/** EPCIS JSON of one event as a member captures it, some 600 bytes. */
export const singleEvent = (organization: DemoOrganizationId, series: number, n: number): Uint8Array =>
  Buffer.from(JSON.stringify({ '@context': CONTEXT, ...making(organization, series, n) }));

/** A document of `count` such events: one transaction. */
export function manyEvents(organization: DemoOrganizationId, series: number, n: number, count: number): Uint8Array {
  const events = Array.from({ length: count }, (_, i) => making(organization, series, n * count + i));
  const head = { '@context': CONTEXT, type: 'EPCISDocument', schemaVersion: '2.0', creationDate: new Date(WORLD_START_MS).toISOString() };
  return Buffer.from(JSON.stringify({ ...head, epcisBody: { eventList: events } }));
}
