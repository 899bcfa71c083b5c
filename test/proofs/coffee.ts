import { checkDigit } from '@lading/provenance';
import { StoryLedger } from './storyLedger.js';

type Json = Record<string, unknown>;

const withCheck = (digits: string): string => digits + checkDigit(digits);

/** Identifiers under the prefix of an organization of the test network. */
export class Names {
  constructor(private readonly ledger: StoryLedger) {}

  gtin(organization: number, item = 1): string {
    return withCheck(`0${this.ledger.prefix(organization)}${String(item).padStart(5, '0')}`);
  }

  lot(organization: number, name: string): string {
    return `https://id.gs1.org/01/${this.gtin(organization)}/10/${name}`;
  }

  serial(organization: number, name: string, item = 1): string {
    return `https://id.gs1.org/01/${this.gtin(organization, item)}/21/${name}`;
  }

  pallet(organization: number, number: number): string {
    return `https://id.gs1.org/00/${withCheck(`0${this.ledger.prefix(organization)}${String(number).padStart(9, '0')}`)}`;
  }

  party(organization: number): string {
    return `https://id.gs1.org/417/${this.ledger.network.organization(organization).config.gln}`;
  }

  site(organization: number, number: number): string {
    return `https://id.gs1.org/414/${withCheck(`${this.ledger.prefix(organization)}${String(number).padStart(5, '0')}`)}`;
  }
}

export const object = (action: string, bizStep: string, epcList: readonly string[], more: Json = {}): Json => ({
  type: 'ObjectEvent', action, bizStep, epcList, ...more
});
export const kg = (epcClass: string, quantity: number): Json => ({ epcClass, quantity, uom: 'KGM' });
export const pack = (parentID: string, childEPCs: readonly string[], more: Json = {}): Json => ({
  type: 'AggregationEvent', action: 'ADD', bizStep: 'packing', parentID, childEPCs, ...more
});
export const unpack = (parentID: string, more: Json = {}): Json => ({
  type: 'AggregationEvent', action: 'DELETE', bizStep: 'unpacking', parentID, ...more
});

/**
 * A bag of roasted coffee: two lots of green beans and a sack, roasted together; a second roast joins a group with another;
 * bags on pallets on a larger pallet; shipped, received, emptied. Organization 0 grows, 1 roasts, 2 sells.
 */
export function coffeeStory(): { ledger: StoryLedger; names: Names; bag: string; ids: Readonly<Record<string, string>> } {
  const ledger = new StoryLedger();
  const names = new Names(ledger);
  const [beansA, beansB] = [names.lot(0, 'A'), names.lot(0, 'B')];
  const sack = names.serial(0, 'SACK1', 2);
  const [bag, bag2, other] = [names.serial(1, 'BAG1'), names.serial(1, 'BAG2'), names.serial(1, 'BAG3')];
  const [inner, outer, crate] = [names.pallet(1, 1), names.pallet(1, 2), names.pallet(0, 3)];
  const shop = names.site(2, 1);
  const ship = (to: number) => ({ destinationList: [{ type: 'possessing_party', destination: names.party(to) }] });
  ledger.capture(0, [
    { type: 'ObjectEvent', action: 'ADD', bizStep: 'creating_class_instance', quantityList: [kg(beansA, 100), kg(beansB, 50)] }
  ]);
  ledger.capture(0, [object('ADD', 'commissioning', [sack]), pack(crate, [sack])]);
  ledger.capture(0, [
    object('OBSERVE', 'shipping', [crate], { ...ship(1), quantityList: [kg(beansA, 60), kg(beansB, 20)] })
  ]);
  ledger.capture(1, [object('OBSERVE', 'receiving', [crate], { quantityList: [kg(beansA, 60), kg(beansB, 20)] })]);
  ledger.capture(1, [unpack(crate)]);
  const roast = names.lot(1, 'R7');
  ledger.capture(1, [object('ADD', 'creating_class_instance', [], { quantityList: [kg(roast, 1)] })]);
  const group = { type: 'TransformationEvent', bizStep: 'commissioning', transformationID: 'https://roaster.example/roast/7' };
  ledger.capture(1, [
    { ...group, inputEPCList: [sack], inputQuantityList: [kg(beansA, 10)], outputEPCList: [bag.replace('/21/', '/10/R7/21/')] },
    { ...group, inputQuantityList: [kg(beansB, 5)], outputEPCList: [bag2] },
    { type: 'TransformationEvent', bizStep: 'commissioning', inputQuantityList: [kg(beansA, 1)], outputEPCList: [other] }
  ]);
  ledger.capture(1, [object('ADD', 'commissioning', [bag], {})], 'DOUBLE_COMMISSION');
  ledger.capture(1, [pack(inner, [bag, bag2])]);
  ledger.capture(1, [pack(outer, [inner])]);
  ledger.capture(1, [object('OBSERVE', 'shipping', [outer], ship(2))]);
  ledger.capture(2, [object('OBSERVE', 'receiving', [outer], { readPoint: { id: shop } })]);
  ledger.capture(2, [unpack(outer), object('OBSERVE', 'storing', [inner], { readPoint: { id: shop } })]);
  ledger.capture(2, [unpack(inner, { readPoint: { id: shop } }), object('OBSERVE', 'inspecting', [bag], { readPoint: { id: shop } })]);
  return { ledger, names, bag, ids: { beansA, beansB, sack, bag, bag2, other, inner, outer, crate, shop, roast } };
}

/** A bag made of fifty lots, each created and delivered on its own. */
export function wideStory(): { readonly ledger: StoryLedger; readonly bag: string } {
  const ledger = new StoryLedger();
  const names = new Names(ledger);
  const lots = Array.from({ length: 50 }, (_, i) => names.lot(0, `L${i}`));
  for (const lot of lots) {
    ledger.capture(0, [{ type: 'ObjectEvent', action: 'ADD', bizStep: 'creating_class_instance', quantityList: [kg(lot, 10)] }]);
  }
  const bag = names.serial(0, 'BIG');
  const inputs = { inputQuantityList: lots.map((lot) => kg(lot, 1)), outputEPCList: [bag] };
  ledger.capture(0, [{ type: 'TransformationEvent', bizStep: 'commissioning', ...inputs }]);
  ledger.capture(0, [pack(names.pallet(0, 1), [bag])]);
  ledger.capture(0, [object('OBSERVE', 'storing', [names.pallet(0, 1)])]);
  return { ledger, bag };
}
