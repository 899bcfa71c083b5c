import * as kit from '../capture/testLedger.test-kit.js';
import { lot, receive, serial, ship, TestLedger } from '../capture/testLedger.test-kit.js';

/** alpha has sent beta serials 1 and 2 and 5 of its 10 kg of lot A. */
function sent(): TestLedger {
  const ledger = new TestLedger();
  ledger.capture('alpha', kit.commission([serial(1), serial(2)]), kit.createLot([kit.amount(lot('A'), 10)]));
  ledger.capture('alpha', ship('beta', [serial(1), serial(2)], { quantityList: [kit.amount(lot('A'), 5)] }));
  return ledger;
}

const goods = (items: readonly string[], quantity?: string) => ({
  items,
  quantities: quantity === undefined ? [] : [{ item: lot('A'), uom: 'KGM', quantity }]
});
const stock = (ledger: TestLedger) =>
  Object.fromEntries((ledger.item(lot('A'))?.balances ?? []).map(({ place, amount }) => [place, Number(amount) / 1e6]));

describe('transfer.reject', () => {
  it('leaves the goods with the shipper, free again, and only the destination can', () => {
    const ledger = sent();
    const payload = { from: 'alpha', ...goods([serial(1)], '2') };
    expect(ledger.operate('gamma', 'transfer.reject', payload)).toMatchObject({ code: 'NOT_DESTINATION' });
    const before = ledger.item(serial(1))?.count ?? 0;
    expect(ledger.operate('beta', 'transfer.reject', { ...payload, reason: 'torn boxes' }).status).toBe('APPLIED');
    expect(ledger.item(serial(1))).toMatchObject({ status: 'ACTIVE', custodian: 'alpha', transfer: null, count: before + 1 });
    expect(stock(ledger)).toEqual({ 'org:alpha': 7, 'to:alpha/beta': 3 });
    expect(ledger.capture('beta', receive([serial(1)])).code).toBe('NO_OPEN_TRANSFER');
  });

  it('refuses more than is pending, as a whole', () => {
    const ledger = sent();
    const before = new Map(ledger.state);
    expect(ledger.operate('beta', 'transfer.reject', { from: 'alpha', ...goods([serial(1)], '6') }).code).toBe('NO_OPEN_TRANSFER');
    expect(ledger.operate('beta', 'transfer.reject', { from: 'gamma', ...goods([serial(1)]) }).code).toBe('NOT_SHIPPER');
    expect(ledger.state).toEqual(before);
  });
});

describe('transfer.cancel', () => {
  it('is the shipper’s, while pending: nothing can be accepted afterwards', () => {
    const ledger = sent();
    expect(ledger.operate('beta', 'transfer.cancel', { to: 'beta', ...goods([serial(1)]) }).code).toBe('NOT_SHIPPER');
    expect(ledger.operate('alpha', 'transfer.cancel', { to: 'beta', ...goods([serial(1)], '5') }).status).toBe('APPLIED');
    expect(ledger.capture('beta', receive([serial(1)])).code).toBe('NO_OPEN_TRANSFER');
    expect(stock(ledger)).toEqual({ 'org:alpha': 10 });
    ledger.capture('beta', receive([serial(2)]));
    expect(ledger.operate('alpha', 'transfer.cancel', { to: 'beta', ...goods([serial(2)]) }).code).toBe('NO_OPEN_TRANSFER');
  });
});

describe('a dispute', () => {
  const open = (ledger: TestLedger, kind = 'missing', items: readonly string[] = [serial(2)]) =>
    ledger.operate('beta', 'transfer.dispute', { dispute: 'D1', from: 'alpha', kind, ...goods(items, '1') });
  const resolve = (ledger: TestLedger, who: kit.TestOrganization, result: string) =>
    ledger.operate(who, 'transfer.resolve', { dispute: 'beta/D1', result });

  it('sent = received + disputed: what is disputed is neither received nor pending', () => {
    const ledger = sent();
    expect(open(ledger).status).toBe('APPLIED');
    expect(ledger.capture('beta', receive([serial(1)], { quantityList: [kit.amount(lot('A'), 4)] })).status).toBe('APPLIED');
    expect(stock(ledger)).toEqual({ 'org:alpha': 5, 'org:beta': 4, 'dispute:alpha/beta': 1 });
    expect(ledger.capture('beta', receive([serial(2)])).code).toBe('TRANSFER_DISPUTED');
    expect(ledger.capture('alpha', kit.voidShipping([serial(2)])).code).toBe('TRANSFER_DISPUTED');
    expect(ledger.operate('alpha', 'transfer.cancel', { to: 'beta', ...goods([serial(2)]) }).code).toBe('TRANSFER_DISPUTED');
    expect(ledger.capture('beta', receive([], { quantityList: [kit.amount(lot('A'), 1)] })).code).toBe('OVER_RECEIPT');
  });

  it.each([
    ['alpha', 'returned', { status: 'ACTIVE', custodian: 'alpha' }, { 'org:alpha': 6, 'to:alpha/beta': 4 }],
    ['alpha', 'lost', { status: 'INACTIVE', custodian: 'alpha' }, { 'org:alpha': 5, 'to:alpha/beta': 4 }],
    ['beta', 'received', { status: 'ACTIVE', custodian: 'beta' }, { 'org:alpha': 5, 'org:beta': 1, 'to:alpha/beta': 4 }]
  ] as const)('%s resolves it as %s, once', (who, result, item, balances) => {
    const ledger = sent();
    open(ledger);
    const other = who === 'alpha' ? 'beta' : 'alpha';
    for (const nobody of [other, 'gamma'] as const) expect(resolve(ledger, nobody, result).code).toBe('NOT_DISPUTANT');
    expect(resolve(ledger, who, result).status).toBe('APPLIED');
    expect(ledger.item(serial(2))).toMatchObject({ ...item, transfer: null });
    expect(stock(ledger)).toEqual(balances);
    expect(resolve(ledger, who, result).code).toBe('DISPUTE_CLOSED');
    expect(open(ledger).code).toBe('DISPUTE_EXISTS');
  });

  it('about a surplus changes nothing and is settled; unknown ones are refused', () => {
    const ledger = sent();
    const before = stock(ledger);
    expect(open(ledger, 'surplus', [serial(77)]).status).toBe('APPLIED');
    expect(stock(ledger)).toEqual(before);
    expect(resolve(ledger, 'beta', 'received').code).toBe('NOT_DISPUTANT');
    expect(resolve(ledger, 'alpha', 'settled').status).toBe('APPLIED');
    expect(ledger.operate('alpha', 'transfer.resolve', { dispute: 'beta/D9', result: 'lost' }).code).toBe('DISPUTE_UNKNOWN');
  });
});

describe('payloads of operations', () => {
  it.each([
    ['transfer.reject', { from: 'alpha', items: [], quantities: [] }],
    ['transfer.reject', { from: 'alpha', items: ['no uri'], quantities: [] }],
    ['transfer.reject', { from: 'alpha', items: [serial(1), serial(1)], quantities: [] }],
    ['transfer.reject', { from: 'alpha', items: [serial(1)], quantities: [], more: 1 }],
    ['transfer.reject', { from: 'alpha', ...goods([], '-1') }],
    ['transfer.reject', { from: 'alpha', ...goods([], '1e3') }],
    ['transfer.cancel', { to: 'Beta', ...goods([serial(1)]) }],
    ['transfer.dispute', { dispute: 'a b', from: 'alpha', kind: 'missing', ...goods([serial(1)]) }],
    ['transfer.dispute', { dispute: 'a', from: 'alpha', kind: 'odd', ...goods([serial(1)]) }],
    ['recall.open', { recall: 'R', destinations: [] }],
    ['recall.open', { recall: 'R', destinations: [], gtin: '123' }],
    ['recall.open', { recall: 'R', destinations: [], gtin: kit.gtin(), lots: [] }],
    ['recall.open', { recall: 'R', destinations: [], gtin: kit.gtin(), lots: [lot('A', 'beta')] }],
    ['recall.open', { recall: 'R', destinations: [], gtin: kit.gtin(), range: { from: '10', to: '9' } }],
    ['recall.open', { recall: 'R', destinations: [], item: serial(1) }],
    ['location.put', { location: kit.site('alpha', 1), parent: '', latitude: '91', longitude: '0', users: [] }],
    ['location.put', { location: kit.site('alpha', 1), parent: '', latitude: '', longitude: '0', users: [] }],
    ['product.put', { gtin: kit.gtin(), limits: [], netMass: '', yieldMin: 2, yieldMax: 1 }],
    ['gcp.put', { prefix: '952', organization: 'beta', allows: [] }],
    ['gcp.put', { prefix: '9521001', organization: 'beta', allows: ['all'] }]
  ])('%s refuses %j', (op, payload) => {
    expect(new TestLedger().operate('alpha', op, payload)).toMatchObject({ status: 'REJECTED', code: 'PAYLOAD_MALFORMED' });
  });

  it('need the role capture; a service key speaks for a member of its organization', () => {
    const ledger = sent();
    const payload = { to: 'beta', ...goods([serial(1)]) };
    expect(ledger.operate('alpha', 'transfer.cancel', payload, { roles: ['query'] }).code).toBe('ROLE_MISSING');
    const reject = { from: 'alpha', ...goods([serial(1)]) };
    expect(ledger.operate('beta', 'transfer.reject', reject, { purpose: 'service' }).code).toBe('ON_BEHALF_OF');
    const named = { ...reject, onBehalfOf: 'beta/anna' };
    expect(ledger.operate('beta', 'transfer.reject', named).code).toBe('ON_BEHALF_OF');
    expect(ledger.operate('beta', 'transfer.reject', named, { purpose: 'service' }).status).toBe('APPLIED');
  });
});
