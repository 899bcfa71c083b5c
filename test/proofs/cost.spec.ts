import { verifyProvenance } from '@lading/verifier';
import { wideStory } from './coffee.js';
import { C1_NATIVE } from './nativeCrypto.js';
import { storyText } from './storyLedger.js';

describe('what a proof of an item with fifty ancestors costs', () => {
  it('is below 200 kB beside the events, because a regulator keeps many of them', async () => {
    const { ledger, bag } = wideStory();
    const proof = await ledger.story(bag);
    const text = storyText(proof);
    const report = verifyProvenance(text, ledger.network.genesisBytes, C1_NATIVE);
    expect([report.verdict, report.facts?.items.length]).toEqual(['VERIFIED', 52]);
    const eventBytes = JSON.stringify(proof.events.map(({ links }) => Buffer.from(links).toString('base64url'))).length;
    const shown = proof.transactions.reduce((sum, tx) => sum + Math.ceil((tx.length * 4) / 3) + 3, 0);
    expect(text.length - eventBytes - shown).toBeLessThan(200_000);
  });
});
