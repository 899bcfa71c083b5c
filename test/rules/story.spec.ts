import { TestLedger, type TestOrganization } from '../../libs/provenance/src/capture/testLedger.test-kit.js';
import { coffeeStory } from '../../apps/node/src/dev/story/story.js';
import { DEMO_ORGANIZATIONS } from '../../apps/node/src/dev/story/names.js';
import { STORY_CONTEXT } from '../../apps/node/src/dev/story/event.js';

/** The demo's story is an honest one: every rule lets it happen, in every profile that its containers allow. */
describe.each(['open', 'custody', 'food'] as const)('the coffee story in profile %s', (profile) => {
  it('is applied event by event, without an anomaly', () => {
    const prefixes = Object.fromEntries(DEMO_ORGANIZATIONS.map(({ id, companyPrefix }) => [id, companyPrefix]));
    const ledger = new TestLedger(profile, prefixes);
    const unusual: unknown[] = [];
    for (const { name, events } of coffeeStory(Date.UTC(2026, 5, 1))) {
      for (const { organization, event } of events) {
        const body = { '@context': STORY_CONTEXT, ...event };
        const outcome = ledger.payload(organization as string as TestOrganization, body);
        if (outcome.status !== 'APPLIED' || outcome.detail.length > 0) unusual.push([name, outcome]);
      }
    }
    expect(unusual).toEqual([]);
    expect([...ledger.state.keys()].filter((key) => key.startsWith('provenance/anomaly/'))).toEqual([]);
  });
});
