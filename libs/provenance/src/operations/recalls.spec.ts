import { decodeRecallChain, recallChainKey } from '../state/recallRecord.js';
import * as kit from '../capture/testLedger.test-kit.js';
import { lot, pack, pallet, receive, serial, ship, TestLedger, transform, unpack } from '../capture/testLedger.test-kit.js';

const open = (ledger: TestLedger, more: object, who: kit.TestOrganization = 'alpha') =>
  ledger.operate(who, 'recall.open', { recall: 'R1', destinations: [], ...more });
const byLot = { gtin: kit.gtin(), lots: [lot('A')] };
const amount = (quantity: number) => ({ quantityList: [kit.amount(lot('A'), quantity)] });
const extend = (ledger: TestLedger, ...links: readonly { item: string; from: string; by?: string }[]) =>
  ledger.operate('alpha', 'recall.extend', { recall: 'alpha/R1', links: links.map((link) => ({ by: '', ...link })) });

/** alpha made packs 1 and 2 from lot A at height 2, and put pack 1 on pallet 1, that on pallet 2. */
function made(): TestLedger {
  const ledger = new TestLedger();
  ledger.capture('alpha', kit.createLot([kit.amount(lot('A'), 10)]), kit.commission([serial(3)]));
  const inputQuantityList = [kit.amount(lot('A'), 4)];
  ledger.capture('alpha', transform({ inputQuantityList, outputEPCList: [serial(1), serial(2)] }));
  ledger.capture('alpha', pack(pallet(1), [serial(1)]), pack(pallet(2), [pallet(1)]));
  return ledger;
}

describe('recall.open', () => {
  it('is for the holder of the prefix, or whom it lets', () => {
    const ledger = made();
    expect(open(ledger, byLot, 'beta')).toMatchObject({ code: 'NOT_PREFIX_HOLDER', detail: [kit.gtin()] });
    const delegation = { prefix: kit.PREFIXES.alpha, organization: 'beta', allows: ['recall'] };
    expect(ledger.operate('beta', 'gcp.put', delegation).code).toBe('NOT_PREFIX_HOLDER');
    expect(ledger.operate('alpha', 'gcp.put', delegation).status).toBe('APPLIED');
    expect(open(ledger, byLot, 'beta').status).toBe('APPLIED');
    expect(open(ledger, byLot, 'beta').code).toBe('RECALL_EXISTS');
    const chain = decodeRecallChain(ledger.state.get(recallChainKey(kit.gtin())) ?? null);
    expect(chain).toMatchObject({ count: 1, open: ['beta/R1'] });
  });

  it.each([
    ['its GTIN', { gtin: kit.gtin() }, true],
    ['its serial', { gtin: kit.gtin(), serials: [serial(3)] }, true],
    ['a range around it', { gtin: kit.gtin(), range: { from: '2', to: '4' } }, true],
    ['a range beside it', { gtin: kit.gtin(), range: { from: '4', to: '9' } }, false],
    ['longer serials', { gtin: kit.gtin(), range: { from: '01', to: '99' } }, false],
    ['another lot', byLot, false]
  ])('stops the sale of an item by %s', (_, scope, isStopped) => {
    const ledger = made();
    expect(open(ledger, scope).status).toBe('APPLIED');
    expect(ledger.capture('alpha', kit.remove('retail_selling', [serial(3)])).code).toBe(isStopped ? 'RECALLED' : '');
  });

  it('a lot beside the serial counts as its lot', () => {
    const ledger = made();
    const withLot = serial(7).replace('/21/', '/10/A/21/');
    ledger.capture('alpha', kit.commission([withLot]));
    open(ledger, byLot);
    expect(ledger.capture('alpha', ship('beta', [serial(7)]))).toMatchObject({
      code: 'RECALLED', detail: [[0, 'RECALLED', serial(7), 'alpha/R1']]
    });
  });

  it('of a container is its holder’s, and follows what is taken out', () => {
    const ledger = made();
    expect(open(ledger, { item: pallet(2) }, 'beta').code).toBe('NOT_HOLDER');
    expect(open(ledger, { item: pallet(2) }).status).toBe('APPLIED');
    ledger.capture('alpha', unpack(pallet(2)));
    expect(ledger.item(pallet(1))?.recalls).toEqual(['alpha/R1']);
    expect(ledger.capture('alpha', ship('beta', [pallet(1)])).code).toBe('RECALLED');
  });
});

describe('what is recalled', () => {
  it('is not shipped, sold or used, but stored, sent back, and destroyed', () => {
    const ledger = made();
    ledger.capture('alpha', ship('beta', [], amount(5)));
    ledger.capture('beta', receive([], amount(5)));
    open(ledger, { ...byLot, destinations: [kit.party('delta')] });
    const codes = [
      ship('gamma', [], amount(1)),
      kit.remove('retail_selling', [], amount(1)),
      transform({ inputQuantityList: [kit.amount(lot('A'), 1)], outputEPCList: [serial(9, 'beta')] }),
      ship('alpha', [], amount(1)),
      ship('delta', [], amount(1)),
      kit.remove('destroying', [], amount(1))
    ].map((event) => ledger.capture('beta', event).code);
    expect(codes).toEqual(['RECALLED', 'RECALLED', 'RECALLED', '', '', '']);
  });

  it('packed, makes its containers stay, those around them, too, until they are emptied', () => {
    const ledger = made();
    ledger.capture('alpha', kit.commission([pallet(3)]), pack(pallet(4), [pallet(3)]));
    open(ledger, { gtin: kit.gtin(), serials: [serial(3)] });
    expect(ledger.capture('alpha', pack(pallet(3), [serial(3)])).status).toBe('APPLIED');
    expect(ledger.item(pallet(4))?.holds).toEqual(['alpha/R1']);
    expect(ledger.capture('alpha', ship('beta', [pallet(4)])).code).toBe('RECALLED');
    ledger.capture('alpha', unpack(pallet(4)), unpack(pallet(3)));
    expect(ledger.capture('alpha', ship('beta', [pallet(3)])).status).toBe('APPLIED');
  });
});

describe('recall.extend', () => {
  it('goes along transformations and containers that the ledger knows, each step checked', () => {
    const ledger = made();
    open(ledger, byLot);
    expect(ledger.capture('alpha', ship('beta', [serial(2)])).status).toBe('APPLIED');
    const other = { inputQuantityList: [kit.amount(lot('C'), 1)], outputEPCList: [serial(4)] };
    ledger.capture('alpha', kit.createLot([kit.amount(lot('C'), 1)]), transform(other));
    const place = `${ledger.height}/0/1`;
    const before = new Map(ledger.state);
    for (const [item, from, by] of [
      // What really was made, but of something that is not recalled.
      [serial(4), lot('C'), place],
      [serial(3), lot('A'), '2/0/0'],
      [serial(1), serial(2), '2/0/0'],
      [serial(1), lot('A'), '1/0/0'],
      [pallet(2), serial(1), ''],
      [pallet(1), serial(1), ''],
      [serial(99), lot('A'), '2/0/0']
    ] as const) {
      expect(extend(ledger, { item, from, by })).toMatchObject({ code: 'NOT_IN_RECALL', detail: [item, from] });
    }
    expect(ledger.state).toEqual(before);
    const steps = [
      { item: serial(1), from: lot('A'), by: '2/0/0' },
      { item: serial(2), from: lot('A'), by: '2/0/0' },
      { item: pallet(1), from: serial(1) },
      { item: pallet(2), from: pallet(1) }
    ];
    expect(extend(ledger, ...steps).status).toBe('APPLIED');
    expect(ledger.capture('alpha', ship('beta', [pallet(2)])).code).toBe('RECALLED');
    expect(decodeRecallChain(ledger.state.get(recallChainKey(kit.gtin())) ?? null).count).toBe(2);
    ledger.capture('beta', receive([serial(2)]));
    expect(ledger.capture('beta', kit.remove('dispensing', [serial(2)])).code).toBe('RECALLED');
  });

  it('is the initiator’s', () => {
    const ledger = made();
    open(ledger, byLot);
    const payload = { recall: 'alpha/R1', links: [{ item: serial(1), from: lot('A'), by: '2/0/0' }] };
    expect(ledger.operate('beta', 'recall.extend', payload).code).toBe('NOT_INITIATOR');
    expect(ledger.operate('beta', 'recall.extend', { ...payload, recall: 'beta/R1' }).code).toBe('RECALL_UNKNOWN');
  });
});

describe('the account of a recall', () => {
  const say = (ledger: TestLedger, who: kit.TestOrganization, op: string, more: object) =>
    ledger.operate(who, `recall.${op}`, { recall: 'alpha/R1', ...more });
  const kilograms = (quantity: string) => ({ uom: 'KGM', quantity });

  it('is closed when everything that somebody had is returned, destroyed or released', () => {
    const ledger = made();
    open(ledger, byLot);
    expect(say(ledger, 'beta', 'report', { act: 'return', ...kilograms('1') }).code).toBe('NOT_ACKNOWLEDGED');
    say(ledger, 'beta', 'acknowledge', { onHand: [kilograms('5')] });
    say(ledger, 'gamma', 'acknowledge', { onHand: [kilograms('2')] });
    expect(say(ledger, 'beta', 'report', { act: 'quarantine', ...kilograms('6') }).code).toBe('RECALL_UNACCOUNTED');
    for (const [act, quantity] of [['quarantine', '5'], ['return', '3'], ['destroy', '2']] as const) {
      expect(say(ledger, 'beta', 'report', { act, ...kilograms(quantity) }).status).toBe('APPLIED');
    }
    expect(say(ledger, 'beta', 'report', { act: 'destroy', ...kilograms('0.1') }).code).toBe('RECALL_UNACCOUNTED');
    expect(say(ledger, 'beta', 'acknowledge', { onHand: [kilograms('4')] }).code).toBe('RECALL_UNACCOUNTED');
    const released = [{ organization: 'gamma', ...kilograms('2') }];
    expect(say(ledger, 'gamma', 'close', { released }).code).toBe('NOT_INITIATOR');
    expect(say(ledger, 'alpha', 'close', { released: [] })).toMatchObject({
      code: 'RECALL_UNACCOUNTED', detail: ['alpha/R1', 'gamma/KGM', '2000000']
    });
    expect(say(ledger, 'alpha', 'close', { released }).status).toBe('APPLIED');
    expect(say(ledger, 'alpha', 'close', { released }).code).toBe('RECALL_CLOSED');
    expect(ledger.capture('alpha', ship('beta', [], amount(1))).status).toBe('APPLIED');
    expect(decodeRecallChain(ledger.state.get(recallChainKey(kit.gtin())) ?? null)).toMatchObject({ count: 7, open: [] });
  });
});
