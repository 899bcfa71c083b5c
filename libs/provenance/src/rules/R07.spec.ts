import {
  amount,
  commission,
  createLot,
  lot,
  observe,
  pack,
  pallet,
  party,
  receive,
  remove,
  serial,
  ship,
  site,
  TestLedger,
  unpack
} from '../capture/testLedger.test-kit.js';

describe('R7: the receiver’s signature moves custody', () => {
  it('custody moves on receipt, ownership only when an owning party was named', () => {
    const ledger = new TestLedger();
    ledger.capture('alpha', commission([serial(1), serial(2)]));
    const owning = [
      { type: 'possessing_party', destination: party('beta') },
      { type: 'owning_party', destination: party('gamma') }
    ];
    ledger.capture('alpha', ship('beta', [serial(1)]), ship('beta', [serial(2)], { destinationList: owning }));
    ledger.capture('beta', receive([serial(1), serial(2)], { bizLocation: { id: site('beta', 1) } }));
    expect(ledger.item(serial(1))).toMatchObject({
      status: 'ACTIVE', custodian: 'beta', owner: 'alpha', location: site('beta', 1), transfer: null
    });
    expect(ledger.item(serial(2))).toMatchObject({ custodian: 'beta', owner: 'gamma' });
  });

  it('arriving moves nothing, and accepting closes like receiving', () => {
    const ledger = new TestLedger();
    ledger.capture('alpha', commission([serial(1)]), ship('beta', [serial(1)]));
    ledger.capture('beta', observe('arriving', [serial(1)]));
    expect(ledger.item(serial(1))).toMatchObject({ custodian: 'alpha', status: 'IN_TRANSFER' });
    ledger.capture('beta', observe('accepting', [serial(1)]));
    expect(ledger.item(serial(1))).toMatchObject({ custodian: 'beta', status: 'ACTIVE' });
    expect(ledger.capture('beta', receive([serial(1)])).status).toBe('APPLIED');
  });

  it('a partial receipt leaves the rest pending', () => {
    const ledger = new TestLedger();
    ledger.capture('alpha', commission([serial(1), serial(2)]), ship('beta', [serial(1), serial(2)]));
    ledger.capture('beta', receive([serial(1)]));
    expect(ledger.item(serial(2))).toMatchObject({ custodian: 'alpha', status: 'IN_TRANSFER' });
  });

  it('others than the destination cannot receive, and nobody what was not shipped', () => {
    const ledger = new TestLedger();
    ledger.capture('alpha', commission([serial(1), serial(2)]), ship('beta', [serial(1)]));
    expect(ledger.capture('gamma', receive([serial(1)])).code).toBe('NOT_DESTINATION');
    expect(ledger.capture('alpha', receive([serial(1)])).code).toBe('NOT_DESTINATION');
    expect(ledger.capture('beta', receive([serial(2)])).code).toBe('NO_OPEN_TRANSFER');
  });

  it('class amounts arrive, at most what was sent', () => {
    const ledger = new TestLedger();
    const list = (quantity: number) => ({ quantityList: [amount(lot('A'), quantity)] });
    ledger.capture('alpha', createLot([amount(lot('A'), 10)]), ship('beta', [], list(4)), ship('beta', [], list(2)));
    expect(ledger.capture('beta', receive([], list(7))).code).toBe('OVER_RECEIPT');
    expect(ledger.capture('gamma', receive([], list(1))).code).toBe('OVER_RECEIPT');
    ledger.capture('beta', receive([], list(5)));
    expect(ledger.item(lot('A'))?.balances).toEqual([
      { place: 'org:alpha', uom: 'KGM', amount: 4_000_000n },
      { place: 'org:beta', uom: 'KGM', amount: 5_000_000n },
      { place: 'to:alpha/beta', uom: 'KGM', amount: 1_000_000n }
    ]);
  });

  it('what is inside a container moves with it, and comes out in the receiver’s hands', () => {
    const ledger = new TestLedger();
    ledger.capture('alpha', commission([serial(1)]), pack(pallet(1), [serial(1)]), ship('beta', [pallet(1)]));
    expect(ledger.capture('beta', receive([serial(1)])).code).toBe('IN_PARENT');
    ledger.capture('beta', receive([pallet(1)], { bizLocation: { id: site('beta', 2) } }));
    ledger.capture('beta', unpack(pallet(1)));
    expect(ledger.item(serial(1))).toMatchObject({ custodian: 'beta', owner: 'alpha', location: site('beta', 2) });
  });

  it('a sold item comes back only as a return', () => {
    const ledger = new TestLedger();
    ledger.capture('alpha', commission([serial(1)]), remove('retail_selling', [serial(1)]));
    expect(ledger.capture('beta', receive([serial(1)])).code).toBe('NO_OPEN_TRANSFER');
    const back = receive([serial(1)], { disposition: 'returned' });
    expect(ledger.capture('beta', back)).toMatchObject({ code: 'NOT_SELLER', detail: [[0, 'NOT_SELLER', serial(1), 'alpha']] });
    expect(ledger.capture('alpha', back).status).toBe('APPLIED');
    expect(ledger.item(serial(1))).toMatchObject({ status: 'ACTIVE', custodian: 'alpha' });
  });

  it('a sold item comes back to the maker, too', () => {
    const ledger = new TestLedger();
    ledger.capture('alpha', commission([serial(1)]), ship('beta', [serial(1)]));
    ledger.capture('beta', receive([serial(1)]), remove('retail_selling', [serial(1)]));
    expect(ledger.item(serial(1))).toMatchObject({ custodian: '', soldBy: 'beta' });
    const back = receive([serial(1)], { disposition: 'returned' });
    expect(ledger.capture('gamma', back).code).toBe('NOT_SELLER');
    expect(ledger.capture('alpha', back).status).toBe('APPLIED');
  });
});
