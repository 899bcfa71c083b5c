import { type StoryClock, type StoryEvent, type StoryPhase, quantity } from './event.js';
import { FARMS, PRODUCT, lot, place, sscc, unit } from './names.js';

const ORGANIZATION = 'finca-alta';
/** Four lots from each of the three farms. */
export const LOTS = FARMS.flatMap((farm, index) => [1, 2, 3, 4].map((number) => ({ farm, name: `${'ABC'[index]}${number}` })));
export const BAGS_PER_LOT = 5;
export const BAGS_PER_PALLET = 10;
export const bagsOf = (name: string): string[] =>
  Array.from({ length: BAGS_PER_LOT }, (_, i) => unit(ORGANIZATION, PRODUCT.bag, `${name}K${i + 1}`));
export const allBags = (): string[] => LOTS.flatMap(({ name }) => bagsOf(name));
export const PALLETS = Array.from({ length: (LOTS.length * BAGS_PER_LOT) / BAGS_PER_PALLET }, (_, i) => sscc(ORGANIZATION, i + 1));
export const bagsOnPallet = (index: number): string[] =>
  allBags().slice(index * BAGS_PER_PALLET, (index + 1) * BAGS_PER_PALLET);

const mine = (event: StoryEvent['event']): StoryEvent => ({ organization: ORGANIZATION, event });
const mill = place(ORGANIZATION, 20);

/** Cherries are picked, washed and dried, bagged, and stacked on pallets. */
export function harvest(clock: StoryClock): StoryPhase[] {
  const picking = LOTS.map(({ farm, name }) =>
    mine({
      type: 'ObjectEvent',
      ...clock.stamp(),
      action: 'ADD',
      bizStep: 'commissioning',
      disposition: 'active',
      readPoint: { id: place(ORGANIZATION, farm.location) },
      bizLocation: { id: place(ORGANIZATION, farm.location) },
      quantityList: [quantity(lot(ORGANIZATION, PRODUCT.cherries, name), 1000)],
      ilmd: { 'coffee:farm': farm.name, 'coffee:variety': 'Caturra' }
    })
  );
  clock.pass(72);
  const washing = LOTS.map(({ name }) =>
    mine({
      type: 'TransformationEvent',
      ...clock.stamp(),
      bizStep: 'creating_class_instance',
      disposition: 'active',
      readPoint: { id: mill },
      bizLocation: { id: mill },
      inputQuantityList: [quantity(lot(ORGANIZATION, PRODUCT.cherries, name), 1000)],
      outputQuantityList: [quantity(lot(ORGANIZATION, PRODUCT.greenCoffee, name), 200)]
    })
  );
  clock.pass(24);
  const bagging = LOTS.map(({ name }) =>
    mine({
      type: 'TransformationEvent',
      ...clock.stamp(),
      bizStep: 'commissioning',
      disposition: 'active',
      readPoint: { id: mill },
      bizLocation: { id: mill },
      inputQuantityList: [quantity(lot(ORGANIZATION, PRODUCT.greenCoffee, name), 200)],
      outputEPCList: bagsOf(name)
    })
  );
  clock.pass(5);
  const packing = PALLETS.map((parentID, index) =>
    mine({
      type: 'AggregationEvent',
      ...clock.stamp(),
      action: 'ADD',
      bizStep: 'packing',
      disposition: 'active',
      parentID,
      childEPCs: bagsOnPallet(index),
      readPoint: { id: mill },
      bizLocation: { id: mill }
    })
  );
  clock.pass(5);
  return [
    { name: 'harvest', events: picking },
    { name: 'washing', events: washing },
    { name: 'bagging', events: bagging },
    { name: 'palletizing', events: packing }
  ];
}
