import { verifyProvenance } from '@lading/verifier';
import { coffeeStory } from './coffee.js';
import { storyText } from './storyLedger.js';

const { ledger, bag, ids } = coffeeStory();

describe('a proof of provenance', () => {
  it('holds the whole story: inputs of the group, their containers, the pallets it was on, and what was strange', async () => {
    const proof = await ledger.story(bag);
    const report = verifyProvenance(storyText(proof), ledger.network.genesisBytes);
    expect(report.checks.filter(({ ok }) => !ok)).toEqual([]);
    expect(report.verdict).toBe('VERIFIED');
    const items = new Map(report.facts?.items.map(({ item, relations }) => [item, relations.join()]));
    expect(items.get(bag)).toBe('subject');
    expect(items.get(ids['roast'] ?? '')).toBe('lot');
    for (const input of [ids['beansA'], ids['beansB'], ids['sack']]) expect(items.get(input ?? '')).toBe('input');
    for (const container of [ids['crate'], ids['inner'], ids['outer']]) expect(items.get(container ?? '')).toBe('former container');
    expect(items.has(ids['other'] ?? '')).toBe(false);
    expect(report.facts).toMatchObject({ notRecalled: true, withheld: 0, inactiveKeys: [] });
    expect(report.facts?.anomalies).toMatchObject([{ item: bag, kind: 'DOUBLE_COMMISSION' }]);
  });
});
