import { decodeOutcome, keyHash, outcomeLeaf } from '@lading/ledger';
import type { Height } from '@lading/kernel';
import { CAPTURE_LIMITS } from './captureLimits.js';
import * as kit from './testLedger.test-kit.js';

/**
 * Small payloads that ask every node for much work. Each of these took minutes, gigabytes or the process before it had a
 * limit; none may depend on a clock here: what is not refused by its code must simply come back.
 */

const many = <T>(count: number, make: (i: number) => T): T[] => Array.from({ length: count }, (_, i) => make(i));
const short = (prefix: string) => (i: number): string => `u:${prefix}${i}`;
const inContext = (prefixes: Record<string, string>, events: readonly Record<string, unknown>[]) => {
  const timed = events.map((event) => ({ eventTime: '2026-01-01T00:00:00Z', eventTimeZoneOffset: '+00:00', ...event }));
  return { ...kit.documentOf(timed), '@context': [prefixes] };
};

describe('a document that expands', () => {
  it.each([
    ['a long namespace for many values', inContext({ x: 'u'.repeat(500) }, [
      { ...kit.observe('storing', []), 'x:y': many(30_000, () => 1) }
    ])],
    ['a long name for a list of values', inContext({ x: 'urn:x:' }, [
      kit.observe('storing', [], { readPoint: { id: 'u:1', ['n'.repeat(100_000)]: many(2000, () => 1) } })
    ])],
    ['exponents', inContext({ x: 'urn:x:' }, [
      { ...kit.observe('storing', []), 'x:y': many(60_000, () => '1e999') }
    ])],
    ['lists of text that nest', inContext({ x: 'urn:x:' }, [
      { ...kit.observe('storing', []), 'x:y': nested('t'.repeat(1_000_000), 26) }
    ])]
  ])('by %s is refused', (_, document) => {
    const outcome = new kit.TestLedger().payload('alpha', document);
    expect(outcome).toMatchObject({ code: 'EVENT_LIMIT', detail: ['/epcisBody/eventList'] });
  });

  it('a context has a limit of prefixes and of characters, in the document and in an event', () => {
    const prefixes = Object.fromEntries(many(257, (i) => [`p${i}`, 'urn:x:']));
    const ledger = new kit.TestLedger();
    const event = kit.observe('storing', []);
    expect(ledger.payload('alpha', inContext(prefixes, [event]))).toMatchObject({
      code: 'EVENT_LIMIT', detail: ['/@context']
    });
    expect(ledger.payload('alpha', inContext({ x: 'u'.repeat(513) }, [event])).code).toBe('EVENT_LIMIT');
    expect(ledger.payload('alpha', inContext({}, [{ '@context': [prefixes], ...event }]))).toMatchObject({
      code: 'EVENT_LIMIT', detail: ['/epcisBody/eventList/0/@context']
    });
    expect(ledger.payload('alpha', inContext({ x: 'u'.repeat(512) }, [event])).status).toBe('APPLIED');
  });

  it('texts of a million characters are read once: zeros before a digit, paths that look like keys', () => {
    const ledger = new kit.TestLedger();
    const zeros = `0.${'0'.repeat(900_000)}1`;
    const texts = [zeros, `http://a/${'00/0/'.repeat(150_000)}x`, `https://id.gs1.org/${'00/0/'.repeat(150_000)}x`];
    for (const text of texts) {
      const document = inContext({ x: 'urn:x:' }, [{ ...kit.observe('storing', []), 'x:y': text }]);
      expect(ledger.payload('alpha', document).status).toBe('APPLIED');
    }
    const uris = many(400, (i) => `http://a/${'00/0/'.repeat(400)}${i}x/y`);
    expect(ledger.payload('alpha', inContext({}, [kit.observe('storing', uris)])).code).toBe('ID_SYNTAX');
  });
});

function nested(text: string, depth: number): unknown {
  return depth === 0 ? text : { 'x:y': nested(text, depth - 1) };
}

describe('a transaction that touches much', () => {
  it('names at most 10,000 items, places of sources and destinations included', () => {
    const ledger = new kit.TestLedger('open');
    const events = [kit.observe('storing', many(5000, short('a'))), kit.observe('storing', many(5000, short('b')))];
    expect(ledger.capture('alpha', ...events).status).toBe('APPLIED');
    const more = ledger.capture('alpha', ...events, kit.observe('storing', ['u:one']));
    expect(more).toMatchObject({ code: 'EVENT_LIMIT', detail: ['/epcisBody/eventList'] });
    const sourceList = many(10_001, (i) => ({ type: 'location', source: short('l')(i) }));
    expect(ledger.capture('alpha', kit.observe('storing', [], { sourceList })).code).toBe('EVENT_LIMIT');
  });

  it('cannot empty container upon container for a few bytes each', () => {
    const ledger = new kit.TestLedger();
    for (let j = 0; j < 4; j++) {
      const children = many(8000, short(`e${j}_`));
      ledger.capture('alpha', kit.commission(children));
      expect(ledger.capture('alpha', kit.pack(short('p')(j), children)).status).toBe('APPLIED');
    }
    const empty = many(4, (j) => kit.unpack(short('p')(j)));
    const before = new Map(ledger.state);
    expect(ledger.capture('alpha', ...empty)).toMatchObject({
      status: 'REJECTED', code: 'STATE_LIMIT', detail: [CAPTURE_LIMITS.stateKeys, CAPTURE_LIMITS.stateBytes]
    });
    expect(ledger.state).toEqual(before);
    for (const event of empty) expect(ledger.capture('alpha', event).status).toBe('APPLIED');
  });

  it('cannot write more than the limit: long words on many items', () => {
    const ledger = new kit.TestLedger();
    const set = many(32, (i) => `u:${i}:${'d'.repeat(245)}`);
    const event = (count: number) => kit.commission(many(count, short('w')), { persistentDisposition: { set } });
    expect(ledger.capture('alpha', event(1000)).code).toBe('STATE_LIMIT');
    expect(ledger.state.size).toBe(0);
    expect(ledger.capture('alpha', event(500)).status).toBe('APPLIED');
    const largest = Math.max(...[...ledger.state.values()].map((value) => value.length));
    expect(largest).toBeLessThan(9000);
  });

  it('reads no more than the limit: one child each of containers with long lists, which it does not write', () => {
    const ledger = new kit.TestLedger();
    const child = (j: number, i: number) => `urn:x:${j}:${i}:${'c'.repeat(1000)}`;
    for (let j = 0; j < 5; j++) {
      const children = many(900, (i) => child(j, i));
      ledger.capture('alpha', kit.commission(children));
      expect(ledger.capture('alpha', kit.pack(short('long')(j), children)).status).toBe('APPLIED');
    }
    const event = (count: number) => kit.observe('inspecting', many(count, (j) => child(j, 0)));
    expect(ledger.capture('beta', event(5)).code).toBe('STATE_LIMIT');
    expect(ledger.capture('beta', event(4)).status).toBe('APPLIED');
  });

  it('asks once for all items whether a recall lets a shipment go, however many parties either names', () => {
    const ledger = new kit.TestLedger();
    const parties = many(1000, (i) => `urn:x:party:${String(i).padStart(4, '0')}`);
    const serials = many(4000, (i) => kit.serial(i));
    ledger.capture('alpha', kit.commission(serials), kit.commission([kit.serial('one')]));
    ledger.operate('alpha', 'recall.open', { recall: 'R', gtin: kit.gtin(), destinations: parties });
    const list = many(9000, (i) => ({ type: 'owning_party', destination: parties[i % 1000] ?? '' }));
    const sent = (destinationList: object[]) => kit.observe('shipping', serials, { destinationList });
    expect(ledger.capture('alpha', sent([...list, { type: 'owning_party', destination: 'urn:x:market' }])).code).toBe('RECALLED');
    expect(ledger.capture('alpha', sent(list))).toMatchObject({ status: 'APPLIED', code: '' });
    expect(ledger.capture('alpha', kit.ship('beta', [kit.serial('one')])).code).toBe('RECALLED');
  });

  it('packs and unpacks ten thousand children in one event', () => {
    const ledger = new kit.TestLedger();
    const children = many(9990, short('c'));
    ledger.capture('alpha', kit.commission(children));
    expect(ledger.capture('alpha', kit.pack('u:parent', children)).status).toBe('APPLIED');
    const taken = children.slice(1);
    expect(ledger.capture('alpha', kit.unpack('u:parent', { childEPCs: taken })).status).toBe('APPLIED');
    expect(ledger.item('u:parent')?.children).toEqual(['u:c0']);
  });
});

describe('the value of an item', () => {
  it('holds at most 32 persistent dispositions, each of at most 256 characters', () => {
    const ledger = new kit.TestLedger();
    const set = (from: number, count: number) => ({ persistentDisposition: { set: many(count, (i) => `u:${from + i}`) } });
    expect(ledger.capture('alpha', kit.commission([kit.serial(1)], set(0, 33))).code).toBe('LIST_LENGTH');
    expect(ledger.capture('alpha', kit.commission([kit.serial(1)], set(0, 32))).status).toBe('APPLIED');
    expect(ledger.capture('alpha', kit.observe('storing', [kit.serial(1)], set(32, 1)))).toMatchObject({
      status: 'REJECTED', code: 'LIST_DISPOSITIONS', detail: [[0, 'LIST_DISPOSITIONS', kit.serial(1)]]
    });
    expect(ledger.capture('alpha', kit.observe('storing', [kit.serial(1)], set(0, 32))).status).toBe('APPLIED');
    const long = (length: number) => ({ disposition: `u:${'d'.repeat(length - 2)}` });
    expect(ledger.capture('alpha', kit.commission([kit.serial(2)], long(257))).code).toBe('FIELD_FORMAT');
    expect(ledger.capture('alpha', kit.commission([kit.serial(2)], long(256))).status).toBe('APPLIED');
  });

  it('stops growing at a megabyte, whatever its children are called', () => {
    const ledger = new kit.TestLedger();
    const long = (j: number) => many(400, (i) => `urn:x:${j}:${i}:${'c'.repeat(1000)}`);
    const packed = many(3, (j) => {
      expect(ledger.capture('alpha', kit.commission(long(j))).status).toBe('APPLIED');
      return ledger.capture('alpha', kit.pack('u:box', long(j)));
    });
    expect(packed.map(({ code }) => code)).toEqual(['', '', 'LIST_CHILDREN']);
  });
});

describe('an outcome', () => {
  it('can be read again however many events fail, each with identifiers of any length', () => {
    const ledger = new kit.TestLedger();
    const failing = many(800, (i) => kit.remove('destroying', [`urn:x:${i}:${'d'.repeat(1000)}`]));
    const events = [kit.commission([kit.serial(1)]), ...failing];
    const outcome = ledger.captureWith('alpha', { captureErrorBehaviour: 'proceed' }, events);
    expect(outcome.status).toBe('APPLIED');
    expect(outcome.detail).toHaveLength(800);
    expect(outcome.detail[799]).toEqual([800, 'NOT_HOLDER']);
    const record = { ...outcome, height: 1 as Height, index: 0, txId: keyHash('tx') };
    expect(decodeOutcome(outcomeLeaf(record))).toEqual({ ok: true, value: record });
  });
});
