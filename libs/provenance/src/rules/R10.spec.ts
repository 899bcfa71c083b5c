import * as kit from '../capture/testLedger.test-kit.js';
import { serial, site, TestLedger } from '../capture/testLedger.test-kit.js';
import { chordSquared, isTooFar, sine } from './speed.js';

const at = (day: number, more: object = {}) => ({ eventTime: `2026-01-${String(day).padStart(2, '0')}T00:00:00Z`, ...more });

describe('R10: what changes an item happens after what changed it last', () => {
  const made = (): TestLedger => {
    const ledger = new TestLedger();
    ledger.capture('alpha', kit.commission([serial(1), serial(2)], at(5)));
    return ledger;
  };

  it('by event time, in the order of the ledger; the same time is no earlier one', () => {
    const ledger = made();
    expect(ledger.capture('alpha', kit.ship('beta', [serial(1)], at(4)))).toMatchObject({
      status: 'REJECTED', detail: [[0, 'EVENT_ORDER', serial(1), Date.UTC(2026, 0, 5)]]
    });
    expect(ledger.capture('alpha', kit.ship('beta', [serial(1)], at(5))).status).toBe('APPLIED');
  });

  it('a late observation is on the chain and changes nothing; one that would change nothing is simply applied', () => {
    const ledger = made();
    const before = ledger.item(serial(1));
    const late = ledger.capture('alpha', kit.observe('storing', [serial(1)], at(3, { disposition: 'available' })));
    expect(late).toMatchObject({ status: 'APPLIED', detail: [[0, 'HISTORY_ONLY', 'EVENT_LATE', serial(1)]] });
    expect(ledger.item(serial(1))).toMatchObject({ disposition: '', since: before?.since ?? -1, count: 2 });
    expect(ledger.capture('alpha', kit.observe('sensor_reporting', [serial(1)], at(3))).detail).toEqual([]);
  });

  it('one item that comes too late refuses the event for all', () => {
    const ledger = made();
    ledger.capture('alpha', kit.observe('storing', [serial(2)], at(9, { disposition: 'available' })));
    const sent = ledger.capture('alpha', kit.ship('beta', [serial(1), serial(2)], at(7)));
    expect(sent.detail).toEqual([[0, 'EVENT_ORDER', serial(2), Date.UTC(2026, 0, 9)]]);
    expect(ledger.item(serial(1))?.status).toBe('ACTIVE');
  });

  it('what comes out of a container comes out after it went in', () => {
    const ledger = made();
    ledger.capture('alpha', kit.pack(kit.pallet(1), [serial(1)], at(8)));
    expect(ledger.capture('alpha', kit.unpack(kit.pallet(1), at(7))).code).toBe('EVENT_ORDER');
    expect(ledger.capture('alpha', kit.unpack(kit.pallet(1), at(8))).status).toBe('APPLIED');
  });
});

describe('speed', () => {
  it('sines are right to 0.01 %, in every quadrant', () => {
    for (let degrees = -720; degrees <= 720; degrees += 7.3) {
      const angle = Math.round(degrees * 1e6);
      expect(Math.abs(sine(angle) / 1e6 - Math.sin((angle / 1e6) * (Math.PI / 180)))).toBeLessThan(1e-4);
    }
  });

  it('Berlin to New York is 6,120 km through the earth, over the date line a step is a step', () => {
    const place = (latitude: number, longitude: number) => ({ latitude: latitude * 1e6, longitude: longitude * 1e6 });
    const km = Math.sqrt(Number(chordSquared(place(52.52, 13.405), place(40.71, -74)))) / 1000;
    expect(Math.abs(km - 6121)).toBeLessThan(10);
    expect(isTooFar(place(52.52, 13.405), place(40.71, -74), 6 * 3_600_000)).toBe(true);
    expect(isTooFar(place(52.52, 13.405), place(40.71, -74), 7 * 3_600_000)).toBe(false);
    expect(isTooFar(place(0, 179.99), place(0, -179.99), 0)).toBe(false);
    expect(isTooFar(place(0, 179), place(0, -179), 0)).toBe(true);
  });

  it('is checked between sightings of the holder, at places with coordinates only', () => {
    const ledger = new TestLedger();
    const seen = (number: number, time: string) => kit.observe('storing', [serial(1)], {
      eventTime: time, readPoint: { id: site('alpha', number) }
    });
    for (const [number, latitude] of [[1, '52.5'], [2, '-33.9'], [3, '']] as const) {
      const place = { location: site('alpha', number), parent: '', users: [] };
      ledger.operate('alpha', 'location.put', { ...place, latitude, longitude: latitude === '' ? '' : '13.4' });
    }
    ledger.capture('alpha', kit.commission([serial(1)]), seen(1, '2026-01-01T01:00:00Z'));
    expect(ledger.capture('alpha', seen(3, '2026-01-01T01:10:00Z')).detail).toEqual([]);
    expect(ledger.capture('alpha', seen(1, '2026-01-01T01:20:00Z')).detail).toEqual([]);
    const inspected = kit.observe('inspecting', [serial(1)], { eventTime: '2026-01-01T01:30:00Z', readPoint: { id: site('alpha', 2) } });
    expect(ledger.capture('beta', inspected).detail).toEqual([]);
    expect(ledger.capture('alpha', seen(2, '2026-01-01T02:20:00Z')).detail).toEqual([
      [0, 'FLAGGED', 'IMPOSSIBLE_SPEED', serial(1), 1, site('alpha', 1), site('alpha', 2), 3_600_000]
    ]);
  });
});
