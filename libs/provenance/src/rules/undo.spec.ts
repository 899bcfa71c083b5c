import * as kit from '../capture/testLedger.test-kit.js';
import { amount, commission, createLot, lot, receive, serial, ship, site, TestLedger, transform } from '../capture/testLedger.test-kit.js';

const ID = 'urn:x:declared';
const wrong = { errorDeclaration: { declarationTime: '2026-01-02T00:00:00Z', reason: 'did_not_occur' } };

/** What counts of an item: everything but its chain. */
const state = (ledger: TestLedger, uri: string) => ({ ...ledger.item(uri), count: 0, head: null });

function started(): TestLedger {
  const ledger = new TestLedger();
  ledger.capture('alpha', commission([serial(1), serial(2)]), createLot([amount(lot('A'), 10)]));
  ledger.capture('alpha', ship('beta', [serial(2)]));
  return ledger;
}

const kilograms = (n: number) => ({ quantityList: [amount(lot('A'), n)] });

describe('R23: an event that is declared wrong is taken back', () => {
  it.each([
    ['a birth', 'alpha', commission([serial(7)])],
    ['more of a lot', 'alpha', createLot([amount(lot('A'), 3)])],
    ['an observation', 'alpha', kit.observe('storing', [serial(1)], {
      disposition: 'damaged', bizLocation: { id: site('alpha', 4) }, persistentDisposition: { set: ['conformant'] }
    })],
    ['a shipment', 'alpha', ship('gamma', [serial(1)], kilograms(4))],
    ['a receipt of items', 'beta', receive([serial(2)])],
    ['a rejection of the shipper', 'alpha', kit.voidShipping([serial(2)])],
    ['a sale', 'alpha', kit.remove('retail_selling', [serial(1)], kilograms(2))],
    ['a destruction', 'alpha', kit.remove('destroying', [serial(1)], kilograms(2))],
    ['a transformation', 'alpha', transform({
      inputEPCList: [serial(1)],
      inputQuantityList: [amount(lot('A'), 5)],
      outputEPCList: [serial(8)],
      outputQuantityList: [amount(lot('B'), 4)]
    })]
  ] as const)('%s: everything is as it was, but for the chains', (_, who, event) => {
    const uris = [serial(1), serial(2), serial(7), serial(8), lot('A')];
    const ledger = started();
    const before = uris.map((uri) => state(ledger, uri));
    const known = before.map(({ status }) => status ?? 'UNKNOWN');
    expect(ledger.capture(who, { ...event, eventID: ID }).status).toBe('APPLIED');
    expect(ledger.capture(who, { ...event, eventID: ID, ...wrong })).toEqual({ status: 'APPLIED', code: '', detail: [] });
    expect(uris.map((uri) => ledger.item(uri)?.status ?? 'UNKNOWN')).toEqual(known);
    for (const [i, uri] of uris.entries()) {
      if (known[i] === 'UNKNOWN') continue;
      const { before: _before, seenAt: _at, seenMs: _ms, ...left } = state(ledger, uri);
      expect(left).toEqual({ ...left, ...Object.fromEntries(Object.entries(before[i] ?? {}).filter(([key]) => key in left)) });
    }
    // It is taken back once: the same declaration again is the same event again.
    expect(ledger.capture(who, { ...event, eventID: ID, ...wrong }).detail[0]).toContain('DUPLICATE_EVENT');
  });

  it.each([
    ['what somebody has shipped on', ship('beta', [serial(1)]), (ledger: TestLedger) => ledger.capture('beta', receive([serial(1)]))],
    ['an amount that is used', createLot([amount(lot('A'), 3)]), (ledger: TestLedger) =>
      ledger.capture('alpha', kit.remove('destroying', [], kilograms(12)))],
    ['packing', kit.pack(kit.pallet(1), [serial(1)]), () => undefined],
    ['an event of a group', transform({ transformationID: 'urn:x:t', inputEPCList: [serial(1)] }), () => undefined]
  ] as const)('%s stays, and is disputed', (_, event, then) => {
    const ledger = started();
    ledger.capture('alpha', { ...event, eventID: ID });
    then(ledger);
    const before = [state(ledger, serial(1)), state(ledger, lot('A'))];
    const { status, detail } = ledger.capture('alpha', { ...event, eventID: ID, ...wrong });
    expect([status, (detail[0] as readonly unknown[] | undefined)?.slice(0, 3)]).toEqual(['APPLIED', [0, 'FLAGGED', 'DISPUTED']]);
    expect([state(ledger, serial(1)), state(ledger, lot('A'))]).toEqual(before);
  });

  it('what changed nothing needs no taking back', () => {
    const ledger = started();
    const inspected = kit.observe('inspecting', [serial(1)], { eventID: ID });
    ledger.capture('gamma', inspected);
    expect(ledger.capture('gamma', { ...inspected, ...wrong }).detail).toEqual([]);
  });

  it('a serial whose birth was declared wrong is born again', () => {
    const ledger = started();
    const born = commission([serial(7)], { eventID: ID });
    ledger.capture('alpha', born);
    ledger.capture('alpha', { ...born, ...wrong });
    expect(ledger.capture('alpha', commission([serial(7)])).status).toBe('APPLIED');
    expect(ledger.item(serial(7))).toMatchObject({ status: 'ACTIVE', count: 3 });
  });
});
