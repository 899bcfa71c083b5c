import { verifyProvenance } from '@lading/verifier';
import { random } from '../../libs/verifier/src/mutants.test-kit.js';
import { kg, Names, object, pack, unpack } from './coffee.js';
import { C1_NATIVE } from './nativeCrypto.js';
import { StoryLedger, storyText } from './storyLedger.js';

type Json = Record<string, unknown>;

/** Things of one or two organizations, packed into each other, used up, taken out, whatever the rules say to it. */
function play(profile: 'open' | 'custody', seed: number, steps: number): StoryLedger {
  const next = random(seed);
  const ledger = new StoryLedger(profile, `random-${profile}`);
  const names = new Names(ledger);
  const thing = (): string => names.serial(0, `S${next(8)}`);
  const pallet = (): string => names.pallet(0, next(5));
  const lot = (): string => names.lot(0, `L${next(3)}`);
  const deeds: readonly (() => Json)[] = [
    () => object('ADD', 'commissioning', [thing()]),
    () => object('ADD', 'creating_class_instance', [], { quantityList: [kg(lot(), 5 + next(9))] }),
    () => pack(pallet(), [thing(), ...(next(3) === 0 ? [thing()] : [])]),
    () => pack(pallet(), [pallet()]),
    () => pack(pallet(), [], { childQuantityList: [kg(lot(), 1 + next(3))] }),
    () => unpack(pallet()),
    () => unpack(pallet(), { childEPCs: [next(2) === 0 ? thing() : pallet()] }),
    () => object('OBSERVE', 'storing', [next(2) === 0 ? thing() : pallet()], { readPoint: { id: names.site(0, next(2)) } }),
    () => ({
      type: 'TransformationEvent',
      bizStep: 'commissioning',
      ...(next(3) === 0 ? { transformationID: `https://maker.example/${next(2)}` } : {}),
      inputEPCList: [thing()],
      inputQuantityList: [kg(lot(), 1)],
      outputEPCList: [names.serial(0, `M${next(30)}`)]
    })
  ];
  const deed = (): Json => (deeds[next(deeds.length)] as () => Json)();
  for (let step = 0; step < steps; step++) {
    if (next(25) === 0) {
      const open = { recall: `R${step}`, destinations: [], gtin: names.gtin(0), lots: [lot()] };
      ledger.operate(0, 'recall.open', open, null);
    } else {
      ledger.capture(next(8) === 0 ? 1 : 0, Array.from({ length: 1 + next(2) }, deed), null);
    }
  }
  return ledger;
}

describe('random histories', () => {
  it.each([['custody', 3], ['open', 5]] as const)(
    'leave every item with a story that can be told and holds (%s, seed %i)',
    async (profile, seed) => {
      const ledger = play(profile, seed, 80);
      const items = [...ledger.state.keys()].flatMap((key) => /^provenance\/item\/(.*)$/.exec(key)?.[1] ?? []);
      expect(items.length).toBeGreaterThan(10);
      for (const [index, item] of items.entries()) {
        const text = storyText(await ledger.story(item, index % 2 === 0 ? 'history' : 'conditions'));
        const report = verifyProvenance(text, ledger.network.genesisBytes, C1_NATIVE);
        expect([item, report.checks.filter(({ ok }) => !ok)]).toEqual([item, []]);
      }
    }
  );
});
