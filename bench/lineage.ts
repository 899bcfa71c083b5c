import { lot, party, place, PRODUCT } from '../apps/node/src/dev/story/names.js';
import { eventId, EVENTS_PER_TRANSACTION, stamp, WORLD_START_MS, type ToldEvents } from './world.js';

const GROWER = 'finca-alta';
const ROASTER = 'nordic-roast';
/** Lots that one lot is made of, but on the last level. */
const FAN_IN = 10;
const MINUTE_MS = 60_000;

/** Level 0 is the lot asked about. */
export const lineageLot = (level: number, n: number, isLeaf: boolean): string =>
  isLeaf ? lot(GROWER, PRODUCT.greenCoffee, `A${level}-${n}`) : lot(ROASTER, PRODUCT.roasted, `B${level}-${n}`);

/** Numbers of lots on the levels above the root: 10, 100, 1000 … and what is left. */
export function levelSizes(ancestors: number): readonly number[] {
  const sizes: number[] = [];
  for (let left = ancestors, width = FAN_IN; left > 0; left -= sizes.at(-1) ?? left, width *= FAN_IN) sizes.push(Math.min(width, left));
  return sizes;
}

/**
 * The story of one roasted lot with `ancestors` lots before it: leaves are harvested, shipped by tens and received;
 * every other lot is made of those of the level above it, spread evenly. In the order in which it happens.
 */
export function lineageEvents(ancestors: number): { readonly root: string; readonly transactions: readonly ToldEvents[] } {
  const sizes = [1, ...levelSizes(ancestors)];
  const leaves = sizes.length - 1;
  const name = (level: number, n: number): string => lineageLot(level, n, level === leaves);
  const lots = (level: number): string[] => Array.from({ length: sizes[level] ?? 0 }, (_, n) => name(level, n));
  const amount = (epcClass: string): object => ({ epcClass, quantity: 60, uom: 'KGM' });
  let told = 0;
  const common = (): object => ({
    ...stamp(WORLD_START_MS + (told += 1) * 5 * MINUTE_MS),
    eventID: eventId(2, told)
  });
  const object = (bizStep: string, action: string, classes: readonly string[], at: string, more: object = {}) => ({
    ...{ type: 'ObjectEvent', action, bizStep, ...common(), quantityList: classes.map(amount), readPoint: { id: at } },
    ...more
  });
  const farm = place(GROWER, 40);
  const plant = place(ROASTER, 41);
  const harvest = lots(leaves).map((each) => object('commissioning', 'ADD', [each], farm, { disposition: 'active' }));
  const tens = chunks(lots(leaves), FAN_IN);
  const sent = tens.map((ten) =>
    object('shipping', 'OBSERVE', ten, farm, { destinationList: [{ type: 'possessing_party', destination: party(ROASTER) }] })
  );
  const received = tens.map((ten) => object('receiving', 'OBSERVE', ten, plant));
  const made = Array.from({ length: leaves }, (_, i) => leaves - 1 - i).flatMap((level) =>
    lots(level).map((output, n) => ({
      ...{ type: 'TransformationEvent', bizStep: 'commissioning', ...common(), readPoint: { id: plant } },
      inputQuantityList: lots(level + 1).filter((_, i) => i % (sizes[level] ?? 1) === n).map(amount),
      outputQuantityList: [amount(output)]
    }))
  );
  const by = (organization: ToldEvents['organization'], events: ToldEvents['events']): ToldEvents[] =>
    chunks(events, EVENTS_PER_TRANSACTION).map((each) => ({ organization, events: each }));
  const transactions = [...by(GROWER, [...harvest, ...sent]), ...by(ROASTER, [...received, ...made])];
  return { root: name(0, 0), transactions };
}

const chunks = <T>(list: readonly T[], size: number): T[][] =>
  Array.from({ length: Math.ceil(list.length / size) }, (_, i) => list.slice(i * size, (i + 1) * size));
