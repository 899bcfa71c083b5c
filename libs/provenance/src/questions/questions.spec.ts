import { startTrace, advanceTrace } from '../trace/trace.js';
import { newItem, type ItemState } from '../state/itemState.js';
import { cloneSuspicion } from './clones.js';
import { conditionsOf, type SourcedReading } from './conditions.js';
import { custodyAt, holdingsAt } from './custody.js';
import { gapsOf } from './gaps.js';
import { recallReach } from './recallReach.js';
import { siteBalance } from './siteBalance.js';
import type { StoryEvent, StoryItem } from './story.js';
import { touchedProducts } from './touched.js';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const M = 1_000_000n;
const bag = (serial: string): string => `https://id.gs1.org/01/04012345111118/21/${serial}`;
const lot = (name: string, gtin = '04012345222227'): string => `https://id.gs1.org/01/${gtin}/10/${name}`;
const PALLET = 'https://id.gs1.org/00/040123450000000078';

type Goods = Readonly<Record<string, readonly (string | readonly [string, bigint])[]>>;
let count = 0;
function event(organization: string, bizStep: string, hour: number, goods: Goods, more: Partial<StoryEvent> = {}): StoryEvent {
  count += 1;
  const items = Object.entries(goods).flatMap(([role, list]) =>
    list.map((one): StoryItem => {
      if (typeof one === 'string') return { role, uri: one, isClass: false, amount: null, uom: '' };
      return { role, uri: one[0], isClass: true, amount: one[1] * M, uom: 'KGM' };
    })
  );
  return {
    ...{ ref: `${count}/0/0`, eventID: `e${count}`, type: 'ObjectEvent', action: 'OBSERVE', bizStep, organization, items },
    ...{ eventTimeMs: hour * HOUR, recordTimeMs: hour * HOUR, height: count, disposition: '', readPoint: '', bizLocation: '' },
    ...{ destination: '', sender: '', receiver: '', isDeclaredError: false, ...more }
  };
}
const add = { action: 'ADD' } as const;
const packing = (organization: string, hour: number, goods: Goods, action = 'ADD'): StoryEvent =>
  event(organization, 'packing', hour, goods, { type: 'AggregationEvent', action });

describe('who held it at a time', () => {
  const story = [
    event('alpha', 'commissioning', 1, { epc: [bag('1')] }, { ...add, bizLocation: 'farm' }),
    packing('alpha', 2, { parentID: [PALLET], childEPC: [bag('1')] }),
    event('alpha', 'shipping', 3, { epc: [PALLET] }, { receiver: 'beta' }),
    event('beta', 'receiving', 5, { epc: [PALLET] }, { bizLocation: 'port' }),
    packing('beta', 6, { parentID: [PALLET] }, 'DELETE'),
    event('beta', 'shipping', 7, { epc: [bag('1')] }, { receiver: 'gamma' }),
    event('beta', 'void_shipping', 8, { epc: [bag('1')] }),
    event('beta', 'retail_selling', 9, { epc: [bag('1')] })
  ];
  const at = (hour: number) => custodyAt(bag('1'), story, hour * HOUR);

  it('is nobody before it existed, and its maker after', () => {
    expect(at(0.5)).toMatchObject({ holder: '', sinceMs: null });
    expect(at(1)).toMatchObject({ holder: 'alpha', place: 'farm', containers: [] });
  });

  it('is who shipped the container around it until somebody received that', () => {
    expect(at(4)).toMatchObject({ holder: 'alpha', containers: [PALLET], inTransit: { from: 'alpha', to: 'beta' } });
    expect(at(5)).toMatchObject({ holder: 'beta', inTransit: null, place: 'port', sinceMs: 5 * HOUR });
  });

  it('is not changed by what happens to the container after the item came out, and by a shipment that was voided', () => {
    const later = [...story, event('gamma', 'receiving', 6.5, { epc: [PALLET] })];
    expect(custodyAt(bag('1'), later, 6.6 * HOUR)).toMatchObject({ holder: 'beta', containers: [] });
    expect(at(7.5).inTransit).toMatchObject({ to: 'gamma' });
    expect(at(8)).toMatchObject({ holder: 'beta', inTransit: null });
    expect(at(9)).toMatchObject({ holder: 'beta', ended: 'sold' });
  });

  it('leaves out what was declared wrong', () => {
    const wrong = story.map((one) => (one.organization === 'beta' ? { ...one, isDeclaredError: true } : one));
    expect(custodyAt(bag('1'), wrong, 9 * HOUR)).toMatchObject({ holder: 'alpha', containers: [PALLET] });
  });

  it('is, of a lot, several with their amounts, and what is under way', () => {
    const green = lot('G');
    const sums = [
      event('alpha', 'creating_class_instance', 1, { epcClass: [[green, 100n]] }, add),
      event('alpha', 'shipping', 2, { epcClass: [[green, 60n]] }, { receiver: 'beta' }),
      event('beta', 'receiving', 3, { epcClass: [[green, 50n]] }),
      event('beta', 'transforming', 4, { inputEPCClass: [[green, 20n]] }, { type: 'TransformationEvent' })
    ];
    const said = (hour: number): readonly string[] =>
      holdingsAt(green, sums, hour * HOUR).map(({ organization, to, amount }) => `${organization} ${to} ${amount / M}`);
    expect(said(2)).toEqual(['alpha  40', 'alpha beta 60']);
    expect(said(3)).toEqual(['alpha  40', 'alpha beta 10', 'beta  50']);
    expect(said(4)).toContain('beta  30');
  });
});

describe('the balance of a site', () => {
  const coffee = lot('C');
  const story = [
    event('alpha', 'receiving', 1, { epcClass: [[coffee, 100n]] }),
    event('alpha', 'receiving', 30, { epcClass: [[coffee, 50n]] }),
    event('alpha', '', 31, { inputEPCClass: [[coffee, 70n]], outputEPC: [bag('1'), bag('2')] }, { type: 'TransformationEvent' }),
    event('alpha', 'shipping', 32, { epc: [bag('1')] })
  ];

  it('adds up flows of the period on what was there before', () => {
    const [pieces, kilos] = siteBalance(story, 24 * HOUR, 48 * HOUR);
    expect(kilos).toMatchObject({ opening: 100n * M, received: 50n * M, consumed: 70n * M, closing: 80n * M, difference: null });
    expect(pieces).toMatchObject({ subject: bag('1').split('/21/')[0], produced: 2n * M, shipped: M, closing: M });
  });

  it('counts what moved without an amount, which is in no sum', () => {
    const mute = { role: 'epcClass', uri: coffee, isClass: true, amount: null, uom: 'KGM' };
    const untold = { ...event('alpha', 'shipping', 30, {}), items: [mute] };
    const [, before] = siteBalance(story, 24 * HOUR, 48 * HOUR);
    const [, after] = siteBalance([...story, untold], 24 * HOUR, 48 * HOUR);
    expect([before?.untold, after]).toEqual([0, { ...before, untold: 1 }]);
  });

  it('finds what a stocktaking does not, and stock that was never there', () => {
    const counted = [...story, event('alpha', 'cycle_counting', 40, { epcClass: [[coffee, 75n]] })];
    expect(siteBalance(counted, 24 * HOUR, 48 * HOUR)[1]).toMatchObject({ counted: 75n * M, difference: 5n * M });
    const sold = [event('alpha', 'shipping', 30, { epcClass: [[coffee, 10n]] }), ...story.slice(1)];
    expect(siteBalance(sold, 24 * HOUR, 48 * HOUR)[1]).toMatchObject({ difference: -30n * M });
  });
});

describe('the balance of a site that is told in several units', () => {
  const tell = (bizStep: string, hour: number, amount: bigint, uom: string, more: Partial<StoryEvent> = {}): StoryEvent => {
    const items = [{ role: 'epcClass', uri: lot('COFFEE'), isClass: true, amount: amount * M, uom }];
    return { ...event('alpha', bizStep, hour, {}, more), items };
  };
  it('adds pounds and kilograms exactly, and keeps litres apart', () => {
    const story = [
      tell('receiving', 25, 100n, 'KGM'),
      tell('shipping', 26, 3n, 'LBR'),
      tell('shipping', 27, 500n, 'GRM'),
      tell('receiving', 28, 7n, 'LTR')
    ];
    expect(siteBalance(story, 24 * HOUR, 48 * HOUR)).toMatchObject([
      { uom: 'KGM', digits: 18, units: ['GRM', 'KGM', 'LBR'], received: 100n * 10n ** 18n, closing: 98_139_222_890_000_000_000n },
      { uom: 'LTR', digits: 6, units: ['LTR'], closing: 7n * M }
    ]);
  });
});

describe('the cold chain', () => {
  const limits = [{ type: 'Temperature', uom: 'CEL', min: 2n * M, max: 8n * M }];
  const reading = (hour: number, value: bigint): SourcedReading => ({
    ...{ type: 'Temperature', uom: 'CEL', min: value * M, max: value * M, ref: 'r', source: 'item', holder: 'alpha' },
    ...{ startMs: hour * HOUR, endMs: hour * HOUR }
  });

  it('tells excursions, and silence that nobody can call safe', () => {
    const readings = [reading(1, 4n), reading(5, 9n), reading(2, 5n)];
    const { excursions, gaps } = conditionsOf(readings, limits, { fromMs: 0, toMs: 6 * HOUR }, 2 * HOUR);
    expect(excursions.map(({ startMs, holder }) => [startMs / HOUR, holder])).toEqual([[5, 'alpha']]);
    expect(gaps.map(({ fromMs, toMs }) => [fromMs / HOUR, toMs / HOUR])).toEqual([[2, 5]]);
  });

  it('is silent all the time when there is no reading at all, and says nothing of what has no limits', () => {
    const span = { fromMs: 0, toMs: 6 * HOUR };
    expect(conditionsOf([], limits, span, HOUR).gaps).toEqual([{ type: 'Temperature', ...span }]);
    expect(conditionsOf([], [], span, HOUR)).toEqual({ excursions: [], gaps: [] });
  });
});

describe('gaps', () => {
  const kinds = (story: readonly StoryEvent[], now = 30): readonly string[] =>
    gapsOf(bag('1'), story, now * DAY, 7 * DAY).map(({ kind }) => kind);
  const born = event('alpha', 'commissioning', 1, { epc: [bag('1')] }, add);
  const shipped = event('alpha', 'shipping', 2, { epc: [bag('1')] }, { receiver: 'beta' });

  it('are shipments that nobody received in time, and receipts that nobody shipped', () => {
    expect(kinds([born, shipped])).toEqual(['NO_RECEIPT']);
    expect(kinds([born, shipped], 3)).toEqual([]);
    expect(kinds([born, shipped, event('beta', 'receiving', 3, { epc: [bag('1')] })])).toEqual([]);
    expect(kinds([born, event('beta', 'receiving', 3, { epc: [bag('1')] })])).toEqual(['NO_SHIPMENT']);
  });

  it('are hands that tell nothing: a thing went to one and was received by another, who does not say that the shipper sent it', () => {
    const sent = event('alpha', 'shipping', 2, { epc: [bag('1')] }, { receiver: 'beta' });
    const got = (more: Partial<StoryEvent>) => kinds([born, sent, event('gamma', 'receiving', 5, { epc: [bag('1')] }, more)]);
    expect(got({})).toEqual(['NO_RECEIPT', 'NO_SHIPMENT']);
    expect(got({ sender: 'beta' })).toEqual(['NO_RECEIPT', 'NO_SHIPMENT']);
    expect([got({ sender: 'alpha' }), got({ receiver: 'beta' })]).toEqual([[], []]);
  });

  it('are things without an origin, and places that nothing led to', () => {
    expect(kinds([event('beta', 'storing', 3, { epc: [bag('1')] })])).toEqual(['NOT_COMMISSIONED']);
    expect(kinds([event('beta', '', 3, { inputEPC: [bag('1')] }, { type: 'TransformationEvent' })])).toEqual(['UNKNOWN_ORIGIN']);
    const stored = (hour: number, bizLocation: string) => event('alpha', 'storing', hour, { epc: [bag('1')] }, { bizLocation });
    expect(kinds([born, stored(2, 'a'), stored(3, 'b')])).toEqual(['JUMP']);
    expect(kinds([born, stored(2, 'a'), event('alpha', 'transporting', 2.5, { epc: [bag('1')] }), stored(3, 'b')])).toEqual([]);
  });
});

describe('suspicion of a clone', () => {
  const born = event('alpha', 'commissioning', 1, { epc: [bag('1')] }, add);
  const packed = packing('alpha', 2, { parentID: [PALLET], childEPC: [bag('1')] });

  it('grows with each signal and never is certain', () => {
    const none = cloneSuspicion(bag('1'), [born, packed], new Map());
    expect(none).toEqual({ score: 0, signals: [] });
    const twice = cloneSuspicion(bag('1'), [born, { ...born, ref: '99/0/0', height: 99 }], new Map());
    expect(twice.signals).toEqual([{ kind: 'DOUBLE_COMMISSION', count: 1, weight: 60 }]);
    const more = cloneSuspicion(bag('1'), [born], new Map([['DOUBLE_COMMISSION', 2], ['AFTER_FINAL', 1], ['EXCURSION', 9]]));
    expect(more.score).toBeGreaterThan(twice.score);
    expect(more.score).toBeLessThan(100);
    expect(more.signals.map(({ kind }) => kind)).not.toContain('EXCURSION');
  });

  it('sees one serial in two containers', () => {
    const other = packing('beta', 3, { parentID: ['urn:other'], childEPC: [bag('1')] });
    expect(cloneSuspicion(bag('1'), [born, packed, other], new Map()).signals.map(({ kind }) => kind)).toEqual(['TWO_PARENTS']);
    const out = packing('alpha', 2.5, { parentID: [PALLET] }, 'DELETE');
    expect(cloneSuspicion(bag('1'), [born, packed, out, other], new Map()).signals).toEqual([]);
  });
});

describe('everything that a lot went into', () => {
  const green = lot('G');
  const roast = lot('R', '04012345333336');
  const story = [
    event('a', '', 1, { inputEPCClass: [[green, 25n], [lot('H'), 75n]], outputEPCClass: [[roast, 80n]] }, { type: 'TransformationEvent' }),
    event('a', '', 2, { inputEPCClass: [[roast, 80n]], outputEPC: [bag('1'), bag('2')] }, { type: 'TransformationEvent' })
  ];
  const trace = startTrace(green, 'forward');
  let result = advanceTrace(trace, story);
  while (result === null) result = advanceTrace(trace, story);
  const touched = touchedProducts(result, story);

  it('is told by product, with the way, the share of it, and how sure that is', () => {
    expect(touched.map(({ product, items, share, confidence, path }) => [product, items.length, share, confidence, path.length])).toEqual([
      ['04012345333336', 1, 0.25, 'class', 1],
      ['04012345111118', 2, 0.25, 'class', 2]
    ]);
  });

  it('has a share where inputs were told in several units of one dimension, and none where in several dimensions', () => {
    const shareWith = (uom: string): number | null | undefined => {
      const [made] = story;
      const items = (made?.items ?? []).map((item) => ({ ...item, uom: item.uri === lot('H') ? uom : 'KGM' }));
      return touchedProducts(result, story.map((one) => (one === made ? { ...one, items } : one)))[0]?.share;
    };
    expect([shareWith('TNE'), shareWith('LTR'), shareWith('XBX')]).toEqual([0.000333, null, null]);
  });
});

describe('what a recall would reach', () => {
  const instance = (changes: Partial<ItemState>): ItemState => ({ ...newItem('instance'), status: 'ACTIVE', ...changes });

  it('is counted by who has it, and what nobody can account for is a column of its own', () => {
    const states = new Map<string, ItemState | null>([
      [bag('1'), instance({ custodian: 'alpha' })],
      [bag('2'), instance({ custodian: 'alpha', parent: PALLET, status: 'IN_PARENT' })],
      [bag('3'), instance({ custodian: 'beta', status: 'SOLD', soldBy: 'gamma' })],
      [bag('4'), null],
      [lot('G'), { ...newItem('class'), balances: [
        { place: 'org:alpha', uom: 'KGM', amount: 5n * M },
        { place: 'to:alpha/beta', uom: 'KGM', amount: 2n * M },
        { place: `in:${PALLET}`, uom: 'KGM', amount: M }
      ] }]
    ]);
    const lines = recallReach(states, () => 'delta').map(({ organization, uom, onHand, inTransit, sold, unaccounted }) => {
      return [organization, uom, onHand / M, inTransit / M, sold / M, unaccounted / M].join(' ');
    });
    expect(lines.sort()).toEqual([
      '  0 0 0 1',
      'alpha  1 0 0 0',
      'alpha KGM 5 2 0 0',
      'delta  1 0 0 0',
      'delta KGM 1 0 0 0',
      'gamma  0 0 1 0'
    ]);
  });
});
