import * as kit from './testLedger.test-kit.js';
import { lot, pack, pallet, receive, serial, ship, TestLedger, unpack, voidShipping } from './testLedger.test-kit.js';

/** Ways in which an organization could try to move, take or make what it does not hold, in profile custody. */

const held = (ledger: TestLedger, uri: string) => {
  const item = ledger.item(uri);
  return [item?.status, item?.custodian, item?.owner];
};
const stock = (ledger: TestLedger, name: string) => ledger.item(lot(name))?.balances ?? [];
const both = (one: string): readonly string[] => [one, one.replace('https://id.gs1.org', 'https://shop.example.com/a')];

/** alpha holds serial 1, and serial 2 in pallet 1; 10 kg of lot A, 4 of them on the pallet. */
function start(): TestLedger {
  const ledger = new TestLedger();
  ledger.capture(
    'alpha',
    kit.commission([serial(1), serial(2)]),
    kit.createLot([kit.amount(lot('A'), 10)]),
    pack(pallet(1), [serial(2)], { childQuantityList: [kit.amount(lot('A'), 4)] })
  );
  return ledger;
}

describe('nothing but the receipt of what was sent moves custody', () => {
  const epcs = [serial(1)];
  const everything: readonly (readonly [string, Record<string, unknown>])[] = [
    ['a receipt that nobody sent', receive(epcs)],
    ['a receipt of a parent', { ...pack(pallet(1), [serial(2)]), action: 'OBSERVE', bizStep: 'receiving' }],
    ['a receipt of a child', receive([serial(2)])],
    ['an acceptance', kit.observe('accepting', epcs)],
    ['a return of what was not sold', receive(epcs, { disposition: 'returned' })],
    ['a void of another’s shipment', voidShipping(epcs)],
    ['a shipment to itself', ship('gamma', epcs)],
    ['a sale', kit.observe('retail_selling', epcs)],
    ['a transformation', kit.transform({ inputEPCList: epcs, outputEPCList: [serial(9)] })],
    ['a transformation of a loaded container', kit.transform({ inputEPCList: [pallet(1)], outputEPCList: [serial(9)] })],
    ['a second birth as an output', kit.transform({ transformationID: 'urn:x:t', outputEPCList: epcs })],
    ['a second commissioning', kit.commission(epcs)],
    ['packing', pack(pallet(2), epcs)],
    ['packing into another’s container', pack(pallet(1), [serial(3)])],
    ['packing a container into its child', pack(serial(1), [pallet(1)])],
    ['unpacking', unpack(pallet(1))],
    ['an association', { ...pack(pallet(1), epcs), type: 'AssociationEvent' }],
    ['the end of an association', { ...unpack(pallet(1)), type: 'AssociationEvent' }],
    ['paperwork', {
      type: 'TransactionEvent', action: 'ADD', bizStep: 'receiving', epcList: epcs,
      bizTransactionList: [{ type: 'po', bizTransaction: 'urn:x:po' }]
    }],
    ['a declaration of error', receive(epcs, { errorDeclaration: { declarationTime: '2026-01-01T00:00:00Z' } })]
  ];

  it.each(everything)('%s', (_, event) => {
    for (const envelope of [{}, { captureErrorBehaviour: 'proceed' }]) {
      const ledger = start();
      ledger.capture('gamma', kit.commission([serial(3)]));
      const before = [serial(1), serial(2), pallet(1)].map((uri) => held(ledger, uri));
      const amounts = stock(ledger, 'A');
      ledger.captureWith('gamma', envelope, [event, event]);
      expect([serial(1), serial(2), pallet(1)].map((uri) => held(ledger, uri))).toEqual(before);
      expect(stock(ledger, 'A')).toEqual(amounts);
      expect(ledger.item(serial(9))).toBeNull();
    }
  });

  it('each of them as one more event of a transaction that is otherwise in order', () => {
    for (const [, event] of everything) {
      const ledger = start();
      ledger.captureWith('gamma', { captureErrorBehaviour: 'proceed' }, [kit.commission([serial(4)]), event]);
      expect([held(ledger, serial(1)), held(ledger, serial(2))]).toEqual([held(start(), serial(1)), held(start(), serial(2))]);
    }
  });
});

describe('a transfer', () => {
  const sent = (): TestLedger => {
    const ledger = start();
    ledger.capture('alpha', ship('beta', [serial(1)], { quantityList: [kit.amount(lot('A'), 5)] }));
    return ledger;
  };

  it('is closed by its destination only, once, and not after it was taken back', () => {
    const ledger = sent();
    expect(ledger.capture('gamma', receive([serial(1)])).code).toBe('NOT_DESTINATION');
    const amounts = { quantityList: [kit.amount(lot('A'), 5)] };
    for (const other of ['beta', 'gamma'] as const) {
      expect(ledger.capture(other, voidShipping([serial(1)])).code).toBe('NOT_SHIPPER');
      expect(ledger.capture(other, voidShipping([], amounts)).code).toBe('NO_OPEN_TRANSFER');
    }
    expect(ledger.capture('gamma', receive([], amounts)).code).toBe('OVER_RECEIPT');
    ledger.capture('alpha', voidShipping([serial(1)], amounts));
    expect(ledger.capture('beta', receive([serial(1)])).code).toBe('NO_OPEN_TRANSFER');
    expect(ledger.capture('beta', receive([], amounts)).code).toBe('OVER_RECEIPT');
    expect(held(ledger, serial(1))).toEqual(['ACTIVE', 'alpha', 'alpha']);
  });

  it('cannot be taken back after the receipt, nor received twice', () => {
    const ledger = sent();
    const amounts = { quantityList: [kit.amount(lot('A'), 5)] };
    expect(ledger.capture('beta', receive([serial(1)], amounts)).status).toBe('APPLIED');
    expect(ledger.capture('alpha', voidShipping([serial(1)])).code).toBe('NO_OPEN_TRANSFER');
    expect(ledger.capture('alpha', voidShipping([], amounts)).code).toBe('NO_OPEN_TRANSFER');
    expect(ledger.capture('beta', receive([], amounts)).code).toBe('OVER_RECEIPT');
    expect(stock(ledger, 'A').reduce((sum, { amount }) => sum + amount, 0n)).toBe(10_000_000n);
  });

  it('in parts never adds up to more than was sent, whatever the scale and unit of the parts', () => {
    const ledger = sent();
    const part = (quantity: number, uom = 'KGM') => receive([], { quantityList: [kit.amount(lot('A'), quantity, uom)] });
    expect(ledger.capture('beta', part(2.5), part(2.499999)).status).toBe('APPLIED');
    expect(ledger.capture('beta', part(0.000002)).code).toBe('OVER_RECEIPT');
    expect(ledger.capture('beta', part(0.000001)).status).toBe('APPLIED');
    expect(ledger.capture('beta', part(1, 'GRM')).code).toBe('OVER_RECEIPT');
    expect(ledger.capture('beta', part(-1)).code).toBe('NUMBER_RANGE');
    expect(ledger.capture('beta', part(0)).status).toBe('APPLIED');
    expect(stock(ledger, 'A')).toContainEqual({ place: 'org:beta', uom: 'KGM', amount: 5_000_000n });
  });

  it('to a party outside the network is received by nobody and taken back by the shipper', () => {
    const ledger = start();
    const outside = { destinationList: [{ type: 'possessing_party', destination: 'urn:x:someone' }] };
    ledger.capture('alpha', ship('beta', [serial(1)], outside));
    expect(ledger.item(serial(1))?.transfer?.to).toBe('');
    for (const signer of ['alpha', 'beta', 'gamma'] as const) {
      expect(ledger.capture(signer, receive([serial(1)])).code).toBe('NOT_DESTINATION');
    }
    expect(ledger.capture('alpha', voidShipping([serial(1)])).status).toBe('APPLIED');
  });
});

describe('two spellings of one item', () => {
  it('are one item to every rule', () => {
    const ledger = start();
    expect(ledger.capture('alpha', ship('beta', both(serial(1)))).code).toBe('TRANSFER_OPEN');
    expect(ledger.capture('alpha', pack(pallet(2), both(serial(1)))).code).toBe('ALREADY_IN_PARENT');
    const [one = '', other = ''] = both(serial(1));
    expect(ledger.capture('alpha', kit.transform({ inputEPCList: [one], outputEPCList: [other] })).code).toBe('INPUT_IS_OUTPUT');
    expect(ledger.capture('alpha', kit.remove('destroying', both(serial(1)))).code).toBe('NOT_ACTIVE');
    expect(ledger.capture('alpha', unpack(pallet(1), { childEPCs: both(serial(2)) })).code).toBe('NOT_IN_PARENT');
    expect(held(ledger, serial(1))).toEqual(['ACTIVE', 'alpha', 'alpha']);
  });

  it('one opaque URI is not an instance and an amount at once', () => {
    const ledger = new TestLedger();
    const event = kit.commission(['urn:x:1'], { quantityList: [{ epcClass: 'urn:x:1', quantity: 1 }] });
    expect(ledger.capture('alpha', event).code).toBe('KIND_MISMATCH');
  });

  it('an escaped key does not reach the item of the key by another way, as another kind of thing', () => {
    const ledger = new TestLedger();
    const hidden = serial(1).replace('id.gs1.org/01', 'id%2Egs1%2Eorg/%30%31');
    const quantityList = [{ epcClass: hidden, quantity: 1 }];
    expect(ledger.capture('gamma', kit.observe('storing', [], { quantityList })).status).toBe('APPLIED');
    expect(ledger.item(serial(1))?.kind).toBe('instance');
    expect(ledger.capture('alpha', kit.commission([serial(1)])).status).toBe('APPLIED');
  });
});

describe('ownership', () => {
  const owning = (ledger: TestLedger) => {
    const destinationList = ['possessing_party', 'owning_party'].map((type) => ({ type, destination: kit.party('beta') }));
    ledger.capture('alpha', kit.observe('shipping', [serial(1)], { destinationList: destinationList.slice(0, 1) }));
    ledger.capture('beta', receive([serial(1)]));
    return destinationList;
  };

  it('does not change by packing into a container of one’s own and unpacking again', () => {
    const ledger = start();
    owning(ledger);
    expect(held(ledger, serial(1))).toEqual(['ACTIVE', 'beta', 'alpha']);
    ledger.capture('beta', kit.commission([pallet(7, 'beta')]), pack(pallet(7, 'beta'), [serial(1)]), unpack(pallet(7, 'beta')));
    expect(held(ledger, serial(1))).toEqual(['ACTIVE', 'beta', 'alpha']);
  });

  it('that came with an inner container is kept when a child is taken out while that stands in an outer one', () => {
    const ledger = start();
    const destinationList = owning(ledger);
    ledger.capture('alpha', kit.observe('shipping', [pallet(1)], { destinationList }));
    ledger.capture('beta', receive([pallet(1)]), pack(pallet(2, 'beta'), [pallet(1)]));
    ledger.capture('beta', unpack(pallet(1), { childEPCs: [serial(2)] }));
    expect(held(ledger, serial(2))).toEqual(['ACTIVE', 'beta', 'beta']);
  });
});
