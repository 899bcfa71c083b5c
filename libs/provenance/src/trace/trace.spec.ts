import {
  advanceTrace,
  startTrace,
  type Direction,
  type TraceEvent,
  type TraceLimits,
  type TraceResult
} from '../index.js';

let clock = 0;
const event = (
  type: string,
  action: string,
  items: Record<string,
  string | string[]>,
  more: Partial<TraceEvent> = {}
): TraceEvent => {
  clock += 1;
  return {
    ref: `${clock}/0/0`, eventID: `urn:x:${clock}`, type, action, bizStep: '', eventTimeMs: clock,
    organization: 'alpha',
    items: Object.entries(items).flatMap(([role, uris]) => [uris].flat().map((uri) => ({ role, uri }))),
    destination: '', isDeclaredError: false, ...more
  };
};

function run(events: readonly TraceEvent[], root: string, direction: Direction, limits?: TraceLimits): TraceResult {
  const trace = startTrace(root, direction, limits);
  for (let round = 0; round < 40; round++) {
    const wanted = new Set(trace.wanted);
    const result = advanceTrace(trace, events.filter(({ items }) => items.some(({ uri }) => wanted.has(uri))));
    if (result !== null) return result;
  }
  throw new Error('the trace does not end');
}

const itemsOf = (result: TraceResult): readonly string[] => result.items.map((item) => item.uri).sort();

describe('tracing', () => {
  beforeEach(() => void (clock = 0));

  const story = (): TraceEvent[] => [
    event('ObjectEvent', 'ADD', { epcClass: ['cherries'] }),
    event('ObjectEvent', 'ADD', { epcClass: ['water'] }),
    event('TransformationEvent', '', { inputEPCClass: ['cherries', 'water'], outputEPCClass: ['green'] }),
    event('AggregationEvent', 'ADD', { parentID: 'pallet', childEPCClass: ['green'] }),
    event('ObjectEvent', 'OBSERVE', { epc: ['pallet'] }, { bizStep: 'shipping', destination: 'party-beta' }),
    event('ObjectEvent', 'OBSERVE', { epc: ['pallet'] }, { bizStep: 'receiving', organization: 'beta' }),
    event('AggregationEvent', 'DELETE', { parentID: 'pallet', childEPCClass: ['green'] }, { organization: 'beta' }),
    event('ObjectEvent', 'OBSERVE', { epc: ['pallet'] }, { bizStep: 'storing', organization: 'beta' }),
    event(
      'TransformationEvent',
      '',
      { inputEPCClass: ['green'], outputEPC: ['bag-1', 'bag-2'] },
      { organization: 'beta' }
    ),
    event('ObjectEvent', 'ADD', { epcClass: ['unrelated'] })
  ];

  it('back: inputs of inputs, and the container while it held them', () => {
    const result = run(story(), 'bag-1', 'back');
    expect(itemsOf(result)).toEqual(['bag-1', 'cherries', 'green', 'pallet', 'water']);
    expect(result.events.map(({ eventTimeMs }) => eventTimeMs)).toEqual([1, 2, 3, 4, 5, 6, 7, 9]);
    expect(result.edges).toContainEqual({ kind: 'transformation', from: 'green', to: 'bag-1', ref: '9/0/0' });
    expect(result.edges).toContainEqual({
      kind: 'containment', parent: 'pallet', child: 'green', sinceMs: 4, untilMs: 7, ref: '4/0/0'
    });
    expect(result.edges).toContainEqual({
      kind: 'transfer', item: 'pallet', from: 'alpha', to: 'beta', shippedMs: 5, receivedMs: 6, ref: '5/0/0'
    });
    expect(result.items.find(({ uri }) => uri === 'pallet')?.kind).toBe('container');
  });

  it('a hand that tells nothing keeps the way to it open, whoever received the thing afterwards; an agent receives for it', () => {
    const hands = (receiver: string, receipt: Partial<TraceEvent>) => {
      clock = 0;
      const events = [
        event('ObjectEvent', 'ADD', { epc: ['box'] }),
        event('ObjectEvent', 'OBSERVE', { epc: ['box'] }, { bizStep: 'shipping', destination: 'party-beta', receiver }),
        event('ObjectEvent', 'OBSERVE', { epc: ['box'] }, { bizStep: 'receiving', ...receipt })
      ];
      return run(events, 'box', 'back').edges.map((edge) => (edge.kind === 'transfer' ? [edge.to, edge.receivedMs] : []));
    };
    expect(hands('beta', { organization: 'gamma' })).toEqual([['beta', null]]);
    expect(hands('beta', { organization: 'agent', receiver: 'beta' })).toEqual([['agent', 3]]);
    expect(hands('beta', { organization: 'beta' })).toEqual([['beta', 3]]);
    expect(hands('', { organization: 'gamma' })).toEqual([['gamma', 3]]);
    expect(hands('', { bizStep: 'storing' })).toEqual([['party-beta', null]]);
  });

  it('a shipment that its shipper has voided is no way; one that came after is', () => {
    const step = (bizStep: string, organization = 'alpha') => event('ObjectEvent', 'OBSERVE', { epc: ['box'] }, { bizStep, organization });
    const events = [step('shipping'), step('void_shipping'), step('shipping'), step('void_shipping', 'beta'), step('receiving', 'beta')];
    expect(run(events, 'box', 'back').edges.map((edge) => edge.ref)).toEqual(['3/0/0']);
  });

  it('forward: outputs of outputs, but not what else went in', () => {
    const result = run(story(), 'cherries', 'forward');
    expect(itemsOf(result)).toEqual(['bag-1', 'bag-2', 'cherries', 'green', 'pallet']);
  });

  it('events of one transformationID are one node', () => {
    const events = [
      event('TransformationEvent', '', { inputEPC: ['a'], transformation: 'tgroup/x' }),
      event('TransformationEvent', '', { inputEPC: ['b'], transformation: 'tgroup/x' }),
      event('TransformationEvent', '', { outputEPC: ['c'], transformation: 'tgroup/x' })
    ];
    expect(itemsOf(run(events, 'c', 'back'))).toEqual(['a', 'b', 'c', 'tgroup/x']);
    expect(itemsOf(run(events, 'a', 'forward'))).toEqual(['a', 'c', 'tgroup/x']);
    expect(run(events, 'c', 'back').edges).toHaveLength(2);
  });

  it('emptying a container without listing its children ends their stay', () => {
    const events = [
      event('ObjectEvent', 'ADD', { epc: ['item'] }),
      event('AggregationEvent', 'ADD', { parentID: 'pallet', childEPC: ['item'] }, { eventTimeMs: 1 }),
      event('ObjectEvent', 'OBSERVE', { epc: ['pallet'] }, { bizStep: 'shipping' }),
      event('AggregationEvent', 'DELETE', { parentID: 'pallet' }),
      event('ObjectEvent', 'OBSERVE', { epc: ['pallet'] }, { bizStep: 'storing' }),
      event('AggregationEvent', 'ADD', { parentID: 'truck', childEPC: ['pallet'] })
    ];
    const result = run(events, 'item', 'back');
    expect(result.events.map(({ ref }) => ref)).toEqual(['1/0/0', '2/0/0', '3/0/0', '4/0/0']);
    expect(itemsOf(result)).toEqual(['item', 'pallet']);
    expect(result.edges).toContainEqual(
      { kind: 'containment', parent: 'pallet', child: 'item', sinceMs: 1, untilMs: 4, ref: '2/0/0' }
    );
  });

  it('containers in containers, each for its time', () => {
    const events = [
      event('ObjectEvent', 'ADD', { epc: ['item'] }),
      event('AggregationEvent', 'ADD', { parentID: 'case', childEPC: ['item'] }),
      event('AggregationEvent', 'ADD', { parentID: 'pallet', childEPC: ['case'] }),
      event('ObjectEvent', 'OBSERVE', { epc: ['pallet'] }, { bizStep: 'shipping' }),
      event('AggregationEvent', 'DELETE', { parentID: 'pallet', childEPC: ['case'] }),
      event('ObjectEvent', 'OBSERVE', { epc: ['pallet'] }, { bizStep: 'storing' })
    ];
    const result = run(events, 'item', 'back');
    expect(itemsOf(result)).toEqual(['case', 'item', 'pallet']);
    expect(result.events.map(({ eventTimeMs }) => eventTimeMs)).toEqual([1, 2, 3, 4, 5]);
    expect(
      result.edges.filter(({ kind }) => kind === 'transfer')
    ).toMatchObject([{ item: 'pallet', receivedMs: null }]);
  });

  it('what is declared an error is not followed and is listed apart', () => {
    const events = [
      event('TransformationEvent', '', { inputEPC: ['wrong'], outputEPC: ['bag'] }, { isDeclaredError: true }),
      event('TransformationEvent', '', { inputEPC: ['right'], outputEPC: ['bag'] })
    ];
    const result = run(events, 'bag', 'back');
    expect(itemsOf(result)).toEqual(['bag', 'right']);
    expect(result.declaredErrors.map(({ ref }) => ref)).toEqual(['1/0/0']);
    expect(result.events.map(({ ref }) => ref)).toEqual(['2/0/0']);
  });

  it('says that it is cut off at a limit', () => {
    expect(run(story(), 'bag-1', 'back', { items: 2, events: 100, edges: 100 }).isTruncated).toBe(true);
    expect(run(story(), 'bag-1', 'back').isTruncated).toBe(false);
  });

  it('names the items of which nobody has told how they began', () => {
    const events = [
      event('TransformationEvent', '', { inputEPCClass: ['water', 'cherries'], outputEPCClass: ['green'] }),
      event('ObjectEvent', 'ADD', { epcClass: ['cherries'] }),
      event('AggregationEvent', 'ADD', { parentID: 'pallet', childEPCClass: ['green'] })
    ];
    expect(run(events, 'green', 'back').unexplained).toEqual(['water']);
    expect(run(events, 'pallet', 'back').unexplained).toEqual(['water']);
  });

  it('an item that nobody knows has no events', () => {
    expect(run(story(), 'nothing', 'back')).toMatchObject({ events: [], edges: [], isTruncated: false });
  });
});
