import { type StoryClock, type StoryEvent, type StoryPhase, quantity } from './event.js';
import { LOTS, PALLETS, bagsOf, bagsOnPallet } from './harvest.js';
import { PRODUCT, giai, gln, lot, place, sscc, unit } from './names.js';
import { CONTAINERS, palletsIn } from './voyage.js';

const ORGANIZATION = 'nordic-roast';
const BATCHES = LOTS.length;
const PACKS_PER_BATCH = 8;
const ROASTER = giai(ORGANIZATION, 'DRUM1');
const hall = place(ORGANIZATION, 1);
const cafe = place(ORGANIZATION, 2);

/** LOT-7F0 … LOT-7FB. Every batch blends bags of all three farms. */
export const roastedLot = (batch: number): string =>
  lot(ORGANIZATION, PRODUCT.roasted, `LOT-7F${batch.toString(16).toUpperCase()}`);

const mine = (event: StoryEvent['event']): StoryEvent => ({ organization: ORGANIZATION, event });
export const packsOf = (batch: number): string[] =>
  Array.from({ length: PACKS_PER_BATCH }, (_, i) => unit(ORGANIZATION, PRODUCT.pack, `7F${batch.toString(16).toUpperCase()}P${i + 1}`));

/** Bag i of lot n goes to batch (n + 4·i) mod 12, so neighbours in a batch come from different farms. */
function bagsFor(batch: number): string[] {
  return LOTS.flatMap(({ name }, n) => bagsOf(name).filter((_, i) => (n + 4 * i) % BATCHES === batch));
}

function unpacking(clock: StoryClock): StoryPhase[] {
  const empty = (parentID: string, childEPCs: readonly string[]): StoryEvent =>
    mine({
      type: 'AggregationEvent',
      ...clock.stamp(),
      action: 'DELETE',
      bizStep: 'unpacking',
      disposition: 'in_progress',
      parentID,
      childEPCs,
      readPoint: { id: hall },
      bizLocation: { id: hall }
    });
  return [
    { name: 'unloading', events: CONTAINERS.map((container, index) => empty(container, palletsIn(index))) },
    { name: 'unpacking', events: PALLETS.map((pallet, index) => empty(pallet, bagsOnPallet(index))) }
  ];
}

function purchaseOrders(clock: StoryClock): StoryEvent[] {
  return PALLETS.map((pallet, index) =>
    mine({
      type: 'TransactionEvent',
      ...clock.stamp(),
      action: 'ADD',
      bizStep: 'accepting',
      epcList: [pallet],
      bizTransactionList: [{ type: 'po', bizTransaction: `urn:epcglobal:cbv:bt:${gln(ORGANIZATION, 0)}:PO-${1001 + index}` }],
      readPoint: { id: hall }
    })
  );
}

const batches = (make: (batch: number) => StoryEvent): StoryEvent[] => Array.from({ length: BATCHES }, (_, batch) => make(batch));

function production(clock: StoryClock): StoryPhase[] {
  const roasting = batches((batch) =>
    mine({
      type: 'TransformationEvent',
      ...clock.stamp(),
      bizStep: 'creating_class_instance',
      disposition: 'active',
      readPoint: { id: hall },
      bizLocation: { id: hall },
      inputEPCList: bagsFor(batch),
      outputQuantityList: [quantity(roastedLot(batch), 170)]
    })
  );
  clock.pass(6);
  const packing = batches((batch) =>
    mine({
      type: 'TransformationEvent',
      ...clock.stamp(),
      bizStep: 'commissioning',
      disposition: 'active',
      readPoint: { id: hall },
      bizLocation: { id: hall },
      inputQuantityList: [quantity(roastedLot(batch), 8)],
      outputEPCList: packsOf(batch)
    })
  );
  const casing = batches((batch) =>
    mine({
      type: 'AggregationEvent',
      ...clock.stamp(),
      action: 'ADD',
      bizStep: 'packing',
      disposition: 'active',
      parentID: sscc(ORGANIZATION, batch + 1),
      childEPCs: packsOf(batch),
      readPoint: { id: hall },
      bizLocation: { id: hall }
    })
  );
  const storing = batches((batch) =>
    mine({
      type: 'ObjectEvent',
      ...clock.stamp(),
      action: 'OBSERVE',
      bizStep: 'storing',
      disposition: 'sellable_accessible',
      epcList: [sscc(ORGANIZATION, batch + 1)],
      readPoint: { id: hall },
      bizLocation: { id: hall }
    })
  );
  return [
    { name: 'roasting', events: roasting },
    { name: 'retail packs', events: packing },
    { name: 'cases', events: casing },
    { name: 'storing', events: storing }
  ];
}

/** A cupping result is recorded with the wrong score, declared wrong, and recorded again. */
function correction(clock: StoryClock): StoryPhase[] {
  const cupping = (score: number): StoryEvent['event'] => ({
    type: 'ObjectEvent',
    ...clock.stamp(),
    action: 'OBSERVE',
    bizStep: 'inspecting',
    disposition: 'conformant',
    quantityList: [quantity(roastedLot(3), 162)],
    readPoint: { id: cafe },
    'coffee:cuppingScore': score
  });
  const wrong = cupping(68);
  clock.pass(1);
  const right = cupping(86);
  const declaration = {
    ...wrong,
    errorDeclaration: {
      declarationTime: new Date(Date.parse(String(right['eventTime'])) + 60_000).toISOString(),
      reason: 'incorrect_data',
      correctiveEventIDs: [right.eventID]
    }
  };
  return [
    { name: 'cupping', events: [mine(wrong)] },
    { name: 'cupping again', events: [mine(right)] },
    { name: 'correction', events: [mine(declaration)] }
  ];
}

/** The roastery unpacks, roasts, packs for retail, and corrects one record. */
export function roastery(clock: StoryClock): StoryPhase[] {
  clock.pass(2);
  const arrived = unpacking(clock);
  const ordered = { name: 'purchase orders', events: purchaseOrders(clock) };
  clock.pass(20);
  const drum = {
    name: 'roaster',
    events: [
      mine({
        type: 'ObjectEvent',
        ...clock.stamp(),
        action: 'ADD',
        bizStep: 'commissioning',
        disposition: 'active',
        epcList: [ROASTER],
        readPoint: { id: hall },
        bizLocation: { id: hall }
      })
    ]
  };
  return [...arrived, ordered, drum, ...production(clock), ...correction(clock)];
}
