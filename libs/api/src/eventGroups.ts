import { LIMITS, ok, reject, type Result } from '@lading/kernel';
import type { JsonNode } from '@lading/ledger';

/** Items that the events of one transaction name, each mention counted (spec/provenance.md 1.4). */
export const NAMED_ITEMS = 10_000;

const LISTS = [
  'epcList',
  'quantityList',
  'childEPCs',
  'childQuantityList',
  'inputEPCList',
  'inputQuantityList',
  'outputEPCList',
  'outputQuantityList'
];
const SINGLE = ['parentID', 'readPoint', 'bizLocation'];
/** Every entry counts here, although only those of type location are items: parts are a little smaller, never too big. */
const PARTIES = ['sourceList', 'destinationList'];

/** Items that an event names, at most: what a node counts when it reads the event. */
export function countNamedItems(event: JsonNode): number {
  if (event.type !== 'object') return 0;
  let count = 0;
  for (const name of [...LISTS, ...PARTIES]) {
    const list = event.members.get(name);
    if (list?.type === 'array') count += list.items.length;
  }
  for (const name of SINGLE) if (event.members.has(name)) count += 1;
  return count;
}

/** Whether events and bytes of a document fit one transaction. */
export function isOneTransaction(events: readonly JsonNode[], bytes: number, roomBytes: number): boolean {
  const named = events.reduce((sum, event) => sum + countNamedItems(event), 0);
  return events.length <= LIMITS.eventsPerTransaction && bytes <= roomBytes && named <= NAMED_ITEMS;
}

/**
 * Consecutive events in groups, each as large as one transaction takes: number, bytes with the commas between them, and
 * items named. `roomBytes` is what the document's head and tail leave. An event that fits nowhere is refused by index.
 */
export function groupEvents(
  events: readonly JsonNode[],
  roomBytes: number
): Result<readonly (readonly JsonNode[])[], 'BODY_TOO_LARGE' | 'EVENT_LIMIT'> {
  const groups: JsonNode[][] = [];
  let [bytes, named] = [0, 0];
  for (const [i, event] of events.entries()) {
    const size = event.end - event.start;
    const items = countNamedItems(event);
    if (size > roomBytes) {
      return reject('BODY_TOO_LARGE', `with the document's header an event has at most ${roomBytes} bytes`, `/${i}`);
    }
    if (items > NAMED_ITEMS) return reject('EVENT_LIMIT', `an event names at most ${NAMED_ITEMS} items`, `/${i}`);
    const group = groups.at(-1);
    const fits =
      group !== undefined &&
      group.length < LIMITS.eventsPerTransaction &&
      bytes + 1 + size <= roomBytes &&
      named + items <= NAMED_ITEMS;
    if (fits) group.push(event);
    else groups.push([event]);
    bytes = fits ? bytes + 1 + size : size;
    named = fits ? named + items : items;
  }
  return ok(groups);
}
