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
  serial,
  ship,
  site,
  TestLedger
} from '../capture/testLedger.test-kit.js';

describe('R6: shipping opens a transfer', () => {
  const start = (): TestLedger => {
    const ledger = new TestLedger();
    ledger.capture('alpha', commission([serial(1), serial(2)]), createLot([amount(lot('A'), 10)]));
    return ledger;
  };

  it('custody stays with the shipper while the transfer is pending', () => {
    const ledger = start();
    expect(ledger.capture('alpha', ship('beta', [serial(1)], { disposition: 'in_transit' })).status).toBe('APPLIED');
    expect(ledger.item(serial(1))).toMatchObject({
      status: 'IN_TRANSFER', custodian: 'alpha', disposition: 'in_transit',
      transfer: { from: 'alpha', to: 'beta', owner: '' }
    });
  });

  it('needs a destination party; a location alone is not one', () => {
    const ledger = start();
    const place = [{ type: 'location', destination: site('beta', 1) }];
    expect(
      ledger.capture('alpha', ship('beta', [serial(1)], { destinationList: place })).code
    ).toBe('DESTINATION_REQUIRED');
  });

  it('finds the organization by the company prefix of a site as well as by its GLN', () => {
    const ledger = start();
    const list = [{ type: 'owning_party', destination: site('gamma', 4) }];
    ledger.capture('alpha', ship('beta', [serial(1)], { destinationList: list }));
    expect(ledger.item(serial(1))?.transfer).toMatchObject({ to: 'gamma', owner: 'gamma' });
  });

  it('a party outside the network is allowed', () => {
    const ledger = start();
    const list = [{ type: 'possessing_party', destination: 'urn:epc:id:pgln:4012345.00000' }];
    expect(ledger.capture('alpha', ship('beta', [serial(1)], { destinationList: list })).status).toBe('APPLIED');
    expect(ledger.item(serial(1))?.transfer?.to).toBe('');
  });

  it('refuses what is already shipped, and what is in a parent', () => {
    const ledger = start();
    ledger.capture('alpha', ship('beta', [serial(1)]), pack(pallet(1), [serial(2)]));
    expect(ledger.capture('alpha', ship('beta', [serial(1)])).code).toBe('TRANSFER_OPEN');
    expect(ledger.capture('alpha', ship('beta', [serial(2)])).code).toBe('IN_PARENT');
    expect(ledger.capture('alpha', ship('beta', [pallet(1)])).status).toBe('APPLIED');
  });

  it('a class amount leaves the free balance, and only what is there', () => {
    const ledger = start();
    const some = (quantity: number) => ship('beta', [], { quantityList: [amount(lot('A'), quantity)] });
    expect(ledger.capture('alpha', some(11)).code).toBe('BALANCE_TOO_LOW');
    ledger.capture('alpha', some(4));
    expect(ledger.item(lot('A'))?.balances).toEqual([
      { place: 'org:alpha', uom: 'KGM', amount: 6_000_000n },
      { place: 'to:alpha/beta', uom: 'KGM', amount: 4_000_000n }
    ]);
    expect(party('beta')).toContain('417');
  });
});

describe('R6: the whole and its single steps', () => {
  const started = (): TestLedger => {
    const ledger = new TestLedger();
    ledger.capture('alpha', commission([serial(1)]));
    return ledger;
  };
  const goods = { items: [serial(1)], quantities: [] };
  const step = (bizStep: string) => observe(bizStep, [serial(1)]);
  const depart = ship('beta', [serial(1)], { bizStep: 'departing' });

  it.each(['staging_outbound', 'loading'])('%s and then shipping is STEP_EXCLUDED, departing is not', (bizStep) => {
    const ledger = started();
    ledger.capture('alpha', step(bizStep));
    expect(ledger.capture('alpha', ship('beta', [serial(1)])).code).toBe('STEP_EXCLUDED');
    expect(ledger.capture('alpha', ship('beta', [serial(1)], { bizStep: 'consigning' })).code).toBe('STEP_EXCLUDED');
    expect(ledger.capture('alpha', depart).status).toBe('APPLIED');
    expect(ledger.capture('alpha', step('loading')).status).toBe('APPLIED');
  });

  it('loading after shipping is STEP_EXCLUDED; after a receipt all begins anew', () => {
    const ledger = started();
    ledger.capture('alpha', ship('beta', [serial(1)]));
    expect(ledger.capture('alpha', step('loading')).code).toBe('STEP_EXCLUDED');
    ledger.capture('beta', receive([serial(1)]));
    expect(ledger.item(serial(1))?.outbound).toBeNull();
    ledger.capture('beta', step('loading'));
    expect(ledger.item(serial(1))?.outbound).toEqual({ step: 'loading', by: 'beta' });
  });

  it.each([
    ['a rejection', (ledger: TestLedger) => ledger.operate('beta', 'transfer.reject', { from: 'alpha', ...goods })],
    ['a cancellation', (ledger: TestLedger) => ledger.operate('alpha', 'transfer.cancel', { to: 'beta', ...goods })],
    ['a void', (ledger: TestLedger) => ledger.capture('alpha', observe('void_shipping', [serial(1)]))]
  ])('%s begins anew', (_, end) => {
    const ledger = started();
    ledger.capture('alpha', step('loading'), depart);
    expect(end(ledger).status).toBe('APPLIED');
    expect(ledger.capture('alpha', ship('beta', [serial(1)])).status).toBe('APPLIED');
  });
});
