import fc from 'fast-check';
import { advanceTrace, startTrace, type Direction, type TraceEvent, type TraceResult } from '../index.js';
import { inTime, readRoles, type ReadEvent } from './readRoles.js';

const ITEMS = ['a', 'b', 'c', 'd', 'e', 'p', 'q'];
const item = fc.constantFrom(...ITEMS);
const few = fc.uniqueArray(item, { minLength: 1, maxLength: 3 });
const roles = (role: string, uris: readonly string[]) => uris.map((uri) => ({ role, uri }));

const story = fc.array(
  fc.record({
    kind: fc.constantFrom('make', 'part', 'pack', 'unpack', 'empty', 'see', 'paper'),
    timeMs: fc.nat(12),
    one: few,
    other: few,
    group: fc.constantFrom('tgroup/x', 'tgroup/y'),
    isDeclaredError: fc.nat(9).map((n) => n === 0)
  }),
  { maxLength: 14 }
);
type Told = typeof story extends fc.Arbitrary<readonly (infer T)[]> ? T : never;

function told({ kind, timeMs, one, other, group, isDeclaredError }: Told, n: number): TraceEvent {
  const [parent = ''] = one;
  const children = roles('childEPC', other);
  const transformation = [...roles('inputEPC', one), ...roles('outputEPC', other)];
  const items = {
    make: transformation,
    part: [...(timeMs % 2 === 0 ? roles('inputEPC', one) : roles('outputEPC', other)), { role: 'transformation', uri: group }],
    pack: [{ role: 'parentID', uri: parent }, ...children],
    unpack: [{ role: 'parentID', uri: parent }, ...children],
    empty: [{ role: 'parentID', uri: parent }],
    see: roles('epc', one),
    paper: [{ role: 'parentID', uri: parent }, ...roles('epc', other)]
  }[kind];
  const type = { make: 'TransformationEvent', part: 'TransformationEvent', see: 'ObjectEvent', paper: 'TransactionEvent' } as const;
  return {
    ...{ ref: `${n + 1}/0/0`, eventID: String(n), bizStep: '', eventTimeMs: timeMs, organization: 'alpha', destination: '' },
    ...{ type: (type as Record<string, string>)[kind] ?? 'AggregationEvent', items, isDeclaredError },
    action: kind === 'pack' ? 'ADD' : kind === 'unpack' || kind === 'empty' ? 'DELETE' : 'OBSERVE'
  };
}

function inRounds(events: readonly TraceEvent[], root: string, direction: Direction): TraceResult {
  const trace = startTrace(root, direction);
  const asked = new Set<string>();
  for (;;) {
    const { wanted } = trace;
    for (const uri of wanted) {
      expect(asked).not.toContain(uri);
      asked.add(uri);
    }
    const result = advanceTrace(trace, events.filter(({ items }) => items.some(({ uri }) => wanted.includes(uri))));
    if (result !== null) return result;
  }
}

/** Spec/provenance.md 8.1 and 8.2 in one go over everything, again and again until nothing is new. */
function atOnce(events: readonly TraceEvent[], root: string, direction: Direction) {
  const all = events.filter(({ isDeclaredError }) => !isDeclaredError).map(readRoles);
  const of = (uri: string): readonly ReadEvent[] => all.filter(({ event }) => event.items.some((one) => one.uri === uri));
  const items = new Map([[root, 0]]);
  const refs = new Set<string>();
  for (const [uri, distance] of items) {
    for (const read of of(uri)) {
      refs.add(read.event.ref);
      const [here, there] = direction === 'back' ? [read.outputs, read.inputs] : [read.inputs, read.outputs];
      const isMaking = read.event.type === 'TransformationEvent' && [...here, ...read.groups].includes(uri);
      const leads = isMaking ? [...read.groups, ...there] : direction === 'back' && read.parent === uri ? read.children : [];
      for (const next of leads) if (!items.has(next)) items.set(next, distance + 1);
    }
  }
  const inside = [...items.keys()].flatMap((uri) => of(uri).map((read) => ({ uri, read })));
  const containers = new Set<string>();
  const seen = new Set<string>();
  // Grows while it is gone through.
  for (const { uri, read: added } of inside) {
    const { parent, children, event } = added;
    if (event.action !== 'ADD' || parent === undefined || !children.includes(uri) || seen.has(`${uri} ${event.ref}`)) continue;
    seen.add(`${uri} ${event.ref}`);
    containers.add(parent);
    const isEnd = (read: ReadEvent): boolean => {
      const isOwn = read.event.type !== 'TransactionEvent' && read.event.items.some((one) => one.uri === uri);
      return isOwn || (read.event.action === 'DELETE' && read.parent === parent && read.children.length === 0);
    };
    const ends = all.filter((read) => inTime(read.event, event) > 0 && isEnd(read));
    const untilMs = Math.min(Infinity, ...ends.map((read) => read.event.eventTimeMs));
    for (const during of of(parent)) {
      if (during.event.eventTimeMs < event.eventTimeMs || during.event.eventTimeMs > untilMs) continue;
      refs.add(during.event.ref);
      inside.push({ uri: parent, read: during });
    }
  }
  return { items, containers: [...containers].filter((uri) => !items.has(uri)), refs };
}

describe('tracing in rounds', () => {
  it('finds what looking at everything at once finds, and asks for no item twice', () => {
    fc.assert(
      fc.property(story, item, fc.constantFrom('back' as const, 'forward' as const), (tale, root, direction) => {
        const events = tale.map(told);
        const found = inRounds(events, root, direction);
        const expected = atOnce(events, root, direction);
        const own = found.items.filter(({ kind }) => kind === 'item');
        expect(new Map(own.map(({ uri, distance }) => [uri, distance]))).toEqual(expected.items);
        expect(found.items.filter(({ kind }) => kind === 'container').map(({ uri }) => uri).sort()).toEqual(expected.containers.sort());
        expect(found.events.map(({ ref }) => ref).sort()).toEqual([...expected.refs].sort());
        expect([found.isTruncated, found.frontier]).toEqual([false, []]);
      }),
      { seed: 4204, numRuns: 1000 }
    );
  });

  const made = (n: number): TraceEvent =>
    told({ kind: 'make', timeMs: 9 - n, one: [`lot-${n + 1}`], other: [`lot-${n}`], group: 'tgroup/x', isDeclaredError: false }, n);

  it('names the items to ask on from when a limit cuts it off', () => {
    const events = Array.from({ length: 6 }, (_, n) => made(n));
    const trace = startTrace('lot-0', 'back', { items: 3, events: 100, edges: 100 });
    let result: TraceResult | null = null;
    while (result === null) {
      const { wanted } = trace;
      result = advanceTrace(trace, events.filter(({ items }) => items.some(({ uri }) => wanted.includes(uri))));
    }
    expect([result.isTruncated, result.frontier]).toEqual([true, ['lot-3']]);
    expect(result.items.map(({ uri }) => uri)).toEqual(['lot-0', 'lot-1', 'lot-2', 'lot-3']);
  });

  it('does not list every way through a transformation of thousands into thousands', () => {
    const many = (letter: string): string[] => Array.from({ length: 2000 }, (_, n) => `${letter}${n}`);
    const event = told({ kind: 'make', timeMs: 0, one: many('in'), other: many('out'), group: 'tgroup/x', isDeclaredError: false }, 0);
    const result = inRounds([event], 'out7', 'back');
    expect([result.edges.length, result.isTruncated, result.items.length]).toEqual([200_000, true, 2001]);
  });

  it('a story a thousand containers deep ends', () => {
    const events = Array.from({ length: 1000 }, (_, n) =>
      told({ kind: 'pack', timeMs: n, one: [`box-${n + 1}`], other: [`box-${n}`], group: 'tgroup/x', isDeclaredError: false }, n)
    );
    expect(inRounds(events, 'box-0', 'forward').items.length).toBeGreaterThan(2);
  });
});
