import { amount, createLot, lot, party, receive, serial, ship, TestLedger } from '../capture/testLedger.test-kit.js';

const from = (source: string, type = 'possessing_party') => ({ sourceList: [{ type, source }] });
const OUTSIDE = from('urn:x:importer');

describe('R9: receipts without a shipment', () => {
  it.each([
    ['without a source', {}],
    ['from a member', from(party('alpha'))],
    ['from a place only', from('urn:x:quay', 'location')]
  ])('%s are refused', (_, source) => {
    const ledger = new TestLedger();
    expect(ledger.capture('beta', receive([serial(5)], source)).code).toBe('NO_OPEN_TRANSFER');
    expect(ledger.capture('beta', receive([], { quantityList: [amount(lot('Z'), 1)], ...source })).code).toBe('NO_OPEN_TRANSFER');
    expect(ledger.state.size).toBe(0);
  });

  it('from outside are entries, and whoever looks sees the gap', () => {
    const ledger = new TestLedger();
    const outcome = ledger.capture('beta', receive([serial(5)], { quantityList: [amount(lot('Z'), 3)], ...OUTSIDE }));
    expect(outcome).toEqual({ status: 'APPLIED', code: '', detail: [[0, 'FLAGGED', 'CHAIN_GAP', serial(5), 2]] });
    expect(ledger.item(serial(5))).toMatchObject({ status: 'ACTIVE', custodian: 'beta', owner: '' });
    expect(ledger.item(lot('Z'))?.balances).toEqual([{ place: 'org:beta', uom: 'KGM', amount: 3_000_000n }]);
    expect([ledger.kinds(serial(5)), ledger.kinds(lot('Z'))]).toEqual([{ CHAIN_GAP: 1 }, { CHAIN_GAP: 1 }]);
  });

  it('do not take what a member holds, nor what is on its way', () => {
    const ledger = new TestLedger();
    ledger.capture('beta', receive([serial(5)], OUTSIDE), createLot([]));
    expect(ledger.capture('gamma', receive([serial(5)], OUTSIDE)).code).toBe('NO_OPEN_TRANSFER');
    ledger.capture('beta', ship('alpha', [serial(5)]));
    expect(ledger.capture('gamma', receive([serial(5)], OUTSIDE)).code).toBe('NOT_DESTINATION');
    expect(ledger.item(serial(5))?.custodian).toBe('beta');
  });

  it('an amount from outside is credited beside what members have sent: it closes no shipment of theirs', () => {
    const ledger = new TestLedger();
    ledger.capture('alpha', createLot([amount(lot('A'), 5)]), ship('beta', [], { quantityList: [amount(lot('A'), 5)] }));
    ledger.capture('beta', receive([], { quantityList: [amount(lot('A'), 2)], ...OUTSIDE }));
    expect(ledger.item(lot('A'))?.balances).toEqual([
      { place: 'org:beta', uom: 'KGM', amount: 2_000_000n },
      { place: 'to:alpha/beta', uom: 'KGM', amount: 5_000_000n }
    ]);
  });
});
