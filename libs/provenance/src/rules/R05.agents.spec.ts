import {
  amount, commission, createLot, lot, observe, pack, pallet, receive, remove, serial, ship, TestLedger, unpack, voidShipping
} from '../capture/testLedger.test-kit.js';

const kg = (quantity: number) => ({ childQuantityList: [amount(lot('A'), quantity)] });

function start(...allows: readonly string[]): TestLedger {
  const ledger = new TestLedger();
  ledger.capture('alpha', commission([serial(1), serial(2)]), createLot([amount(lot('A'), 10)]));
  ledger.operate('alpha', 'agent.put', { organization: 'beta', allows });
  return ledger;
}

describe('R5: agents of the holder', () => {
  it.each([
    ['observe', observe('storing', [serial(1)], { disposition: 'available' })],
    ['pack', pack(pallet(1, 'beta'), [serial(1)])],
    ['move', ship('gamma', [serial(1)])],
    ['end', remove('destroying', [serial(1)])]
  ] as const)('do %s when they were let do that, and only then', (act, event) => {
    expect(start(act).capture('beta', event)).toMatchObject({ status: 'APPLIED', detail: [] });
    const others = ['observe', 'pack', 'move', 'end'].filter((other) => other !== act);
    expect(start(...others).capture('beta', event).code).toBe('NOT_HOLDER');
  });

  it('leave custody, transfers and amounts with the holder', () => {
    const ledger = start('pack', 'move');
    ledger.capture('beta', pack(pallet(1, 'beta'), [serial(1)], kg(4)));
    expect(ledger.item(pallet(1, 'beta'))).toMatchObject({ custodian: 'alpha', children: [serial(1)] });
    expect(ledger.item(lot('A'))?.balances.map(({ place }) => place)).toEqual([`in:${pallet(1, 'beta')}`, 'org:alpha']);
    ledger.capture('beta', ship('gamma', [pallet(1, 'beta')]));
    expect(ledger.item(pallet(1, 'beta'))?.transfer).toMatchObject({ from: 'alpha', to: 'gamma' });
    expect(ledger.capture('beta', voidShipping([pallet(1, 'beta')])).status).toBe('APPLIED');
    ledger.capture('beta', unpack(pallet(1, 'beta')));
    expect(ledger.item(lot('A'))?.balances).toEqual([{ place: 'org:alpha', uom: 'KGM', amount: 10_000_000n }]);
  });

  it('receive for the destination, which then holds', () => {
    const ledger = new TestLedger();
    ledger.capture('alpha', commission([serial(1)]), ship('gamma', [serial(1)]));
    expect(ledger.capture('beta', receive([serial(1)])).code).toBe('NOT_DESTINATION');
    ledger.operate('gamma', 'agent.put', { organization: 'beta', allows: ['move'] });
    expect(ledger.capture('beta', receive([serial(1)])).status).toBe('APPLIED');
    expect(ledger.item(serial(1))).toMatchObject({ custodian: 'gamma', transfer: null });
  });

  it('are members, never oneself; what they may do is one of four acts', () => {
    const ledger = new TestLedger();
    const put = (organization: string, allows: readonly string[]) => ledger.operate('alpha', 'agent.put', { organization, allows }).code;
    expect([put('omega', []), put('alpha', []), put('beta', ['transform']), put('beta', ['end', 'end'])]).toEqual([
      'ORGANIZATION_UNKNOWN', 'ORGANIZATION_UNKNOWN', 'PAYLOAD_MALFORMED', ''
    ]);
  });
});
