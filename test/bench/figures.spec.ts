import { mkdtemp, rm, appendFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ceilingPerSecond, FigureBook, judge, type Figure } from '../../bench/figures/figure.js';
import { appendHistory, mediansOf, readHistory, regressions, type HistoryEntry } from '../../bench/figures/history.js';
import { lacksDurability } from '../../bench/figures/machine.js';
import { outageOf } from '../../bench/figures/outage.js';
import { figureTable } from '../../bench/figures/table.js';
import { byteaArray, int4Array } from '../../bench/floor/binaryArray.js';
import { parseStrict } from '../../bench/floor/strictJson.js';
import { BUCKET_MS } from '../../bench/load/job.js';
import { Pacer } from '../../bench/load/pacer.js';
import { latenciesOf, Recorder } from '../../bench/load/recorder.js';
import { chosenParts } from '../../bench/main.js';
import { PARTS } from '../../bench/parts/parts.js';
import { sentBytes } from '../../bench/resources.js';
import { assertAnswered, assertClean, isSustained } from '../../bench/throughput.js';

const figure = (changes: Partial<Figure>): Figure => ({
  ...{ id: 'a.rate', what: 'a rate', unit: 'tx/s', runs: [1], target: {}, better: 'neither' as const },
  ...changes
});

describe('a figure', () => {
  it('is judged by the median of its runs, and shows how far they lie apart', () => {
    const judged = judge(figure({ runs: [5, 1, 9, 2, 3], target: { atLeast: 3 } }));
    expect(judged).toMatchObject({ median: 3, min: 1, max: 9, isMet: true });
    expect(judge(figure({ runs: [5, 1, 9, 2, 3], target: { atMost: 2 } })).isMet).toBe(false);
    expect(judge(figure({ runs: [5] })).isMet).toBeNull();
  });

  it('that was not measured meets no target, since a benchmark without its rival shows nothing', () => {
    expect(judge(figure({ runs: [], target: { atLeast: 0.5 } })).isMet).toBe(false);
    expect(judge(figure({ runs: [] })).isMet).toBeNull();
    expect(judge(figure({ runs: [1, Infinity, 5], target: { atLeast: 0.5 } })).isMet).toBe(false);
    expect(judge(figure({ runs: [NaN], target: { atMost: 5 } })).isMet).toBe(false);
  });

  it('compares with those before it by their medians', () => {
    const book = new FigureBook();
    book.add('x', 'x', 'ms', [3, 1, 2]);
    book.add('none', 'none', 'ms', []);
    expect([book.median('x'), book.median('none'), book.median('other')]).toEqual([2, null, null]);
    expect(book.add('y', 'y', 'ms', [1], { atMost: 2 }).better).toBe('less');
    expect(book.add('z', 'z', 'ms', [1], { atLeast: 2 }).better).toBe('more');
  });

  it('of the ceiling divides the cores by what all nodes need: 66 µs on four nodes and two cores allow 7,576 a second', () => {
    expect(ceilingPerSecond(2, 4, 66)).toBeCloseTo(7575.76, 1);
  });

  it('stands in the table with target and verdict', () => {
    const judged = [
      figure({ runs: [3000, 3100, 2900], target: { atLeast: 3000 } }),
      figure({ id: 'b', what: 'another', unit: 'ms', runs: [12.34], target: { atMost: 10 } }),
      figure({ id: 'c', what: 'rival', runs: [], target: { atLeast: 1 } })
    ].map(judge);
    const lines = figureTable(judged, [{ id: 'b', now: 12.34, before: 8, by: 0.54 }]).trimEnd().split('\n');
    expect(lines[1]).toMatch(/^a rate +3,000 tx\/s +2,900 +3,100 +3 +≥ 3,000 tx\/s +met$/);
    expect(lines[2]).toMatch(/^another +12\.3 ms .* ≤ 10\.0 ms +MISSED +WORSE by 54 % than 8\.00 before$/);
    expect(lines[3]).toMatch(/^rival .* NOT MEASURED$/);
  });
});

describe('the history', () => {
  const entry = (medians: Record<string, number>, changes: Partial<HistoryEntry> = {}): HistoryEntry => ({
    ...{ at: '2026-01-01T00:00:00.000Z', commit: 'c', machine: 'm', isQuick: false, medians },
    ...changes
  });
  const rate = (value: number): ReturnType<typeof judge> => judge(figure({ runs: [value], better: 'more' }));

  it('is a line a run, and a line that was cut is left out', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'lading-history-'));
    const file = join(folder, 'below', 'history.ndjson');
    expect(readHistory(file)).toEqual([]);
    appendHistory(file, entry({ x: 1 }));
    appendHistory(file, entry({ x: 2 }));
    await appendFile(file, '{"at":"2026');
    expect(readHistory(file).map(({ medians }) => medians['x'])).toEqual([1, 2]);
    await rm(folder, { recursive: true });
  });

  it('tells what is worse than the median of the past by more than a fifth, in the direction in which it is better', () => {
    const past = [1000, 900, 3000].map((value) => entry({ 'a.rate': value }));
    expect(regressions([rate(801)], entry({}), past)).toEqual([]);
    expect(regressions([rate(799)], entry({}), past)).toMatchObject([{ id: 'a.rate', before: 1000, now: 799 }]);
    const slower = judge(figure({ runs: [1201], better: 'less' }));
    expect(regressions([slower], entry({}), past)).toHaveLength(1);
    expect(regressions([judge(figure({ runs: [1], better: 'neither' }))], entry({}), past)).toEqual([]);
  });

  it('compares with the same machine and form only', () => {
    const past = [entry({ 'a.rate': 1000 }, { machine: 'other' }), entry({ 'a.rate': 1000 }, { isQuick: true })];
    expect(regressions([rate(1)], entry({}), past)).toEqual([]);
  });

  it('keeps the medians of what was measured', () => {
    const none = ['none', 'endless'].map((id, i) => judge(figure({ id, runs: i === 0 ? [] : [Infinity] })));
    expect(mediansOf([rate(7), ...none])).toEqual({ 'a.rate': 7 });
  });
});

describe('a load', () => {
  it('is due by its schedule, whether answers come or not', () => {
    const pacer = new Pacer(1000, 500, 1);
    expect(pacer.due(999, 0)).toEqual([]);
    expect(pacer.due(1004, 100)).toEqual([1000, 1002, 1004]);
    // The process was away for a while: what was due meanwhile keeps its time, so that the wait counts.
    expect(pacer.due(1009, 100)).toEqual([1006, 1008]);
  });

  it('without a rate fills up what may be under way', () => {
    const pacer = new Pacer(0, null, 3);
    expect(pacer.due(5, 1)).toEqual([5, 5]);
    expect(pacer.due(6, 3)).toEqual([]);
    expect(pacer.count).toBe(2);
  });

  it('counts answers in the window, and latencies of those that were to be sent in it, however late', () => {
    const recorder = new Recorder(0, 100, 200);
    for (const intended of [50, 150, 199]) recorder.send(intended);
    recorder.answer(50, 120);
    recorder.answer(150, 160);
    recorder.answer(199, 999);
    recorder.refuse('X');
    expect([recorder.intended, recorder.answered, recorder.refused]).toEqual([2, 2, { X: 1 }]);
    expect(recorder.latencies()).toMatchObject({ count: 2, p50: 10, max: 800 });
    expect(recorder.buckets[12]).toBe(1);
    expect(recorder.buckets.reduce((sum, each) => sum + each)).toBe(3);
  });

  it('has exact percentiles: the smallest value that at least the share does not exceed', () => {
    const values = Array.from({ length: 1000 }, (_, i) => 1000 - i);
    expect(latenciesOf(values)).toEqual({ count: 1000, p50: 500, p95: 950, p99: 990, max: 1000 });
    expect(latenciesOf([7])).toEqual({ count: 1, p50: 7, p95: 7, p99: 7, max: 7 });
  });

  it('is sustained while answers keep up and no more than a second of it waits', () => {
    const of = (perSecond: number, backlog: number) => ({ perSecond, backlog }) as never;
    expect(isSustained(of(990, 900), 1000)).toBe(true);
    expect(isSustained(of(990, 1001), 1000)).toBe(false);
    expect(isSustained(of(960, 10), 1000)).toBe(false);
  });

  it('of refusals is no load', () => {
    const result = { lost: 0, refused: {} };
    expect(() => assertClean(result as never)).not.toThrow();
    expect(() => assertClean({ ...result, lost: 1 } as never)).toThrow('1 transactions without an answer');
    expect(() => assertClean({ ...result, refused: { TX_LANE: 2 } } as never)).toThrow('TX_LANE');
    expect(() => assertAnswered({ ...result, answered: 0 } as never)).toThrow('no transaction was answered');
    expect(() => assertAnswered({ ...result, answered: 1 } as never)).not.toThrow();
  });
});

describe('what a kill did', () => {
  const second = 1000 / BUCKET_MS;
  const answers = (length: number, each: number): number[] => new Array<number>(length).fill(each);

  it('is the end of the longest silence after it, and the rates around it', () => {
    const buckets = [...answers(5 * second, 10), ...answers(2, 3), ...answers(80, 0), ...answers(10 * second, 9)];
    const outage = outageOf(buckets, 1_000_000, 1_005_000, 5, 10);
    expect(outage.firstAnswerMs).toBe(820);
    expect(outage.ratePerSecondBefore).toBe(1000);
    expect(outage.ratePerSecondAfter).toBeCloseTo((6 + 9 * (10 * second - 82)) / 10, 5);
  });

  it('is nothing where answers go on, and everything where none comes again', () => {
    expect(outageOf(answers(1000, 1), 0, 5000, 5, 5).firstAnswerMs).toBe(0);
    expect(outageOf([...answers(500, 1), ...answers(500, 0)], 0, 5000, 5, 5).firstAnswerMs).toBe(5000);
  });
});

describe('the floor', () => {
  it('reads strictly: a second member of a name, bad UTF-8 and other values are no events', () => {
    expect(parseStrict(Buffer.from('{"a":[{"b":1},{"b":": {"}],"c":"ü:"}'))).toMatchObject({ a: [{ b: 1 }, { b: ': {' }] });
    expect(() => parseStrict(Buffer.from('{"a":1,"a":2}'))).toThrow('twice');
    expect(() => parseStrict(Buffer.from('{"x":{"a":1,"a":1}}'))).toThrow('twice');
    expect(() => parseStrict(Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]))).toThrow('bytes');
    expect(() => parseStrict(Buffer.from('[1]'))).toThrow('bytes');
  });

  it('writes arrays in the form of the database', () => {
    expect(int4Array([7]).toString('hex')).toBe('0000000100000000000000170000000100000001' + '00000004' + '00000007');
    expect(byteaArray([Buffer.from('ab')]).toString('hex')).toBe('0000000100000000000000110000000100000001' + '00000002' + '6162');
  });
});

describe('the benchmark', () => {
  it('runs the parts that are asked for in its own order, because ratios are of what was measured before', () => {
    expect(chosenParts('insert,floor').map(([name]) => name)).toEqual(['floor', 'insert']);
    expect(chosenParts(undefined).map(([name]) => name)).toEqual(Object.keys(PARTS));
    expect(() => chosenParts('flor')).toThrow('no such part: flor; there are floor');
  });

  it('measures no server that may lose a commit', () => {
    expect(lacksDurability('fsync=on synchronous_commit=on full_page_writes=on')).toBe(false);
    for (const name of ['fsync', 'synchronous_commit', 'full_page_writes']) expect(lacksDurability(`a=on ${name}=off`)).toBe(true);
  });

  it('adds up what both ends of peers have sent, and nothing of other connections', () => {
    const text = [
      'ESTAB 0 0 127.0.0.1:4201 127.0.0.1:50000',
      '\t cubic bytes_sent:100 bytes_acked:90 bytes_received:7',
      'ESTAB 0 0 127.0.0.1:50000 127.0.0.1:4201 ',
      '\t cubic bytes_sent:20 bytes_acked:20',
      'ESTAB 0 0 127.0.0.1:50000 127.0.0.1:5432',
      '\t cubic bytes_sent:5000'
    ].join('\n');
    expect(sentBytes(text, new Set([4201, 4202]))).toBe(120);
  });
});
