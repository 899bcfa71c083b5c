import { coffeeStory, storySize } from './story.js';

describe('the coffee story', () => {
  const birth = Date.UTC(2026, 10, 1);
  const events = coffeeStory(birth).flatMap((phase) => phase.events);

  it('has at least 200 events of all five types, from four organizations, with one correction', () => {
    expect(events.length).toBeGreaterThanOrEqual(200);
    expect(storySize(coffeeStory(birth))).toBe(events.length);
    expect([...new Set(events.map(({ event }) => event.type))].sort()).toEqual([
      'AggregationEvent', 'AssociationEvent', 'ObjectEvent', 'TransactionEvent', 'TransformationEvent'
    ]);
    expect(new Set(events.map(({ organization }) => organization)).size).toBe(4);
    expect(events.filter(({ event }) => 'errorDeclaration' in event)).toHaveLength(1);
  });

  it('ends before the network is born and names every event once, the declared one twice', () => {
    for (const { event } of events) expect(Date.parse(String(event['eventTime']))).toBeLessThan(birth);
    expect(new Set(events.map(({ event }) => event.eventID)).size).toBe(events.length - 1);
  });

  it('blends bags of all three farms into LOT-7F3', () => {
    const roast = events.find(({ event }) => JSON.stringify(event['outputQuantityList'] ?? '').includes('LOT-7F3'));
    const farms = (roast?.event['inputEPCList'] as string[]).map((bag) => /\/21\/([ABC])/.exec(bag)?.[1]);
    expect(new Set(farms)).toEqual(new Set(['A', 'B', 'C']));
  });
});
