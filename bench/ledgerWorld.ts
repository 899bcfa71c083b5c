import { DEMO_ORGANIZATIONS, lot, PRODUCT, unit, type DemoOrganizationId } from '../apps/node/src/dev/story/names.js';
import { eventId } from './world.js';

type Json = Readonly<Record<string, unknown>>;

/** One event, and who signs it. */
export interface ToldEvent {
  readonly organization: DemoOrganizationId;
  readonly event: Json;
}

/** Items made by one event: half of the events make items, so there are as many items as events. */
const MADE_AT_ONCE = 2;
/** Lots on the way from the leaves to the bag of which a proof is made: 40 leaves and 10 roasts are its ancestors. */
const [LEAVES, ROASTS] = [40, 10];
export const ANCESTORS = LEAVES + ROASTS;
const LINEAGE_EVENTS = ANCESTORS + 1;
const GROWER = 'finca-alta';

const leaf = (n: number): string => lot(GROWER, PRODUCT.greenCoffee, `LEAF${n}`);
const roast = (n: number): string => lot(GROWER, PRODUCT.roasted, `ROAST${n}`);
/** The item with fifty ancestors. */
export const SUBJECT = unit(GROWER, PRODUCT.pack, 'BAG1');

const kilograms = (epcClass: string, quantity: number): Json => ({ epcClass, quantity, uom: 'KGM' });

/** The n-th event of the bag's story: lots are made, roasted by fours, and packed into one bag. */
function lineageEvent(n: number): Json {
  if (n < LEAVES) {
    return { type: 'ObjectEvent', action: 'ADD', bizStep: 'creating_class_instance', quantityList: [kilograms(leaf(n), 60)] };
  }
  const made = { type: 'TransformationEvent', bizStep: 'commissioning' };
  const per = LEAVES / ROASTS;
  const k = n - LEAVES;
  if (k < ROASTS) {
    const inputs = Array.from({ length: per }, (_, i) => kilograms(leaf(per * k + i), 50));
    return { ...made, inputQuantityList: inputs, outputQuantityList: [kilograms(roast(k), 160)] };
  }
  return { ...made, inputQuantityList: Array.from({ length: ROASTS }, (_, i) => kilograms(roast(i), 10)), outputEPCList: [SUBJECT] };
}

const organizationOf = (pair: number): DemoOrganizationId =>
  DEMO_ORGANIZATIONS[pair % DEMO_ORGANIZATIONS.length]?.id ?? GROWER;

/** Items that the pair of transactions makes. */
const itemsOf = (pair: number): string[] =>
  Array.from({ length: MADE_AT_ONCE }, (_, i) => unit(organizationOf(pair), PRODUCT.bag, `U${MADE_AT_ONCE * pair + i}`));

/** A whole number below `limit`, the same in every run, without a visible pattern (Knuth's multiplicative hash). */
const scattered = (n: number, limit: number): number => (((n + 1) * 2654435761) >>> 0) % limit;

/**
 * The n-th event of a ledger. Every second one makes two items, the others look at an item that was made at any time before;
 * every `stride`-th, an even number, belongs to the story of {@link SUBJECT} while that lasts.
 */
export function ledgerEvent(n: number, stride: number, timeMs: number): ToldEvent {
  const common = { eventTime: new Date(timeMs).toISOString(), eventTimeZoneOffset: '+00:00', eventID: eventId(3, n) };
  const chapter = (n - 1) / stride;
  if (Number.isInteger(chapter) && chapter < LINEAGE_EVENTS) {
    return { organization: GROWER, event: { ...lineageEvent(chapter), ...common } };
  }
  const pair = n >>> 1;
  if (n % 2 === 0) {
    const event = { type: 'ObjectEvent', action: 'ADD', bizStep: 'commissioning', epcList: itemsOf(pair), ...common };
    return { organization: organizationOf(pair), event };
  }
  const seen = scattered(n, pair + 1);
  const [item = ''] = itemsOf(seen);
  const event = { type: 'ObjectEvent', action: 'OBSERVE', bizStep: 'inspecting', epcList: [item], ...common };
  return { organization: organizationOf(seen), event };
}

/** Transactions before the bag is made. */
export const lineageEnd = (stride: number): number => stride * (LINEAGE_EVENTS - 1) + 2;
