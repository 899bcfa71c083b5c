import { verifyProvenance } from '@lading/verifier';
import { kg, Names, object, pack } from './coffee.js';
import { C1_NATIVE } from './nativeCrypto.js';
import { StoryLedger, storyText } from './storyLedger.js';

/** A bag made of fifty lots, each created and delivered on its own. */
async function wideStory() {
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

describe('what a proof of an item with fifty ancestors costs', () => {
  it('is below 200 kB beside the events, because a regulator keeps many of them', async () => {
    const { ledger, bag } = await wideStory();
    const proof = await ledger.story(bag);
    const text = storyText(proof);
    const report = verifyProvenance(text, ledger.network.genesisBytes, C1_NATIVE);
    expect([report.verdict, report.facts?.items.length]).toEqual(['VERIFIED', 52]);
    const eventBytes = JSON.stringify(proof.events.map(({ links }) => Buffer.from(links).toString('base64url'))).length;
    const shown = proof.transactions.reduce((sum, tx) => sum + Math.ceil((tx.length * 4) / 3) + 3, 0);
    expect(text.length - eventBytes - shown).toBeLessThan(200_000);
  });
});
