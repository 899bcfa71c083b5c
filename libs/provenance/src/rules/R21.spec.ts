import { newItem } from '../state/itemState.js';
import { lot, pack, pallet, serial, ship, TestLedger, transform } from '../capture/testLedger.test-kit.js';
import * as kit from '../capture/testLedger.test-kit.js';
import { isRecallListFull, matches, withHolds, withRecalls } from './R21.js';

describe('R21: the scope of a recall', () => {
  it.each([
    [{ kind: 'gtin' }, serial(1), '', true],
    [{ kind: 'lots', items: [lot('A')] }, lot('A'), '', true],
    [{ kind: 'lots', items: [lot('A')] }, lot('B'), '', false],
    [{ kind: 'lots', items: [lot('A')] }, serial(1), lot('A'), true],
    [{ kind: 'lots', items: [lot('A')] }, serial(1), '', false],
    [{ kind: 'serials', items: [serial(1)] }, serial(1), '', true],
    [{ kind: 'serials', items: [serial(1)] }, serial(11), '', false],
    [{ kind: 'range', from: '100', to: '199' }, serial(100), '', true],
    [{ kind: 'range', from: '100', to: '199' }, serial(199), '', true],
    [{ kind: 'range', from: '100', to: '199' }, serial(200), '', false],
    [{ kind: 'range', from: '100', to: '199' }, serial(1500), '', false],
    [{ kind: 'range', from: '100', to: '199' }, lot('150'), '', false],
    [{ kind: 'container' }, pallet(1), '', false]
  ] as const)('%j and %s of lot "%s": %s', (scope, uri, itsLot, expected) => {
    expect(matches(scope, uri, itsLot)).toBe(expected);
  });

  it('lists of recalls ascend, without repetitions, and have a limit', () => {
    const item = withHolds(withRecalls(withRecalls(newItem('instance'), ['b/2', 'a/1']), ['a/1']), ['c/3']);
    expect([item.recalls, item.holds]).toEqual([['a/1', 'b/2'], ['c/3']]);
    expect(withRecalls(item, ['a/1'])).toBe(item);
    const ids = (count: number) => Array.from({ length: count }, (_, i) => `a/${i}`);
    expect([64, 65].map((count) => isRecallListFull(withHolds(newItem('instance'), ids(count))))).toEqual([false, true]);
  });
});

describe('R21: what a shipment of recalled goods may name', () => {
  const sentTo = (destinations: readonly string[], list: readonly { type: string; destination: string }[]): string => {
    const ledger = new TestLedger();
    ledger.capture('alpha', kit.commission([serial(1)]), ship('beta', [serial(1)]));
    ledger.capture('beta', kit.receive([serial(1)]));
    ledger.operate('alpha', 'recall.open', { recall: 'R', destinations, gtin: kit.gtin() });
    return ledger.capture('beta', kit.observe('shipping', [serial(1)], { destinationList: list })).code;
  };
  const to = (destination: string, type = 'possessing_party') => ({ type, destination });

  it.each([
    ['the initiator', [], [to(kit.party('alpha'))], ''],
    ['somebody else', [], [to(kit.party('gamma'))], 'RECALLED'],
    ['a named member', [kit.party('gamma')], [to(kit.party('gamma'))], ''],
    ['a named party outside', ['urn:x:furnace'], [to('urn:x:furnace')], ''],
    ['an unnamed party outside', ['urn:x:furnace'], [to('urn:x:market')], 'RECALLED'],
    ['a named possessor for an unnamed owner', ['urn:x:furnace'], [to('urn:x:furnace'), to('urn:x:market', 'owning_party')], 'RECALLED']
  ] as const)('%s', (_, destinations, list, code) => {
    expect(sentTo(destinations, list)).toBe(code);
  });
});

describe('R21: recalls of what is around a container', () => {
  it('go with what is taken out of the innermost one, as if all were unpacked in turn', () => {
    const ledger = new TestLedger();
    const nested = [pack(pallet(1), [serial(1)]), pack(pallet(2), [pallet(1)]), pack(pallet(3), [pallet(2)])];
    ledger.capture('alpha', kit.commission([serial(1)]), ...nested);
    ledger.operate('alpha', 'recall.open', { recall: 'R', destinations: [], item: pallet(3) });
    expect(ledger.capture('alpha', kit.unpack(pallet(1), { childEPCs: [serial(1)] })).status).toBe('APPLIED');
    expect(ledger.item(serial(1))).toMatchObject({ parent: '', recalls: ['alpha/R'] });
    expect(ledger.item(pallet(2))?.recalls).toEqual([]);
  });
});

describe('R21: recalls that were open when something was made', () => {
  it('in profile open nothing is stopped, so what is made of recalled goods is recalled', () => {
    const ledger = new TestLedger('open');
    ledger.capture('alpha', kit.commission([serial(1)]), pack(pallet(1), [serial(1)]));
    ledger.operate('alpha', 'recall.open', { recall: 'R', destinations: [], item: pallet(1) });
    ledger.capture('alpha', kit.unpack(pallet(1)));
    expect(ledger.item(serial(1))?.recalls).toEqual(['alpha/R']);
    const made = transform({ inputEPCList: [serial(1)], outputEPCList: [serial(2)] });
    expect(ledger.capture('alpha', made).detail).toEqual([[0, 'HISTORY_ONLY', 'RECALLED', serial(1)]]);
  });
});

describe('R21: a regulator', () => {
  it.each([
    ['a product of another', { gtin: kit.gtin() }, serial(2)],
    ['a container that it does not hold', { item: pallet(1) }, pallet(1)]
  ])('recalls %s', (_, scope, item) => {
    const ledger = new TestLedger('custody', kit.PREFIXES, 'delta');
    ledger.capture('alpha', kit.commission([serial(1), serial(2)]), pack(pallet(1), [serial(1)]));
    const open = (who: kit.TestOrganization) => ledger.operate(who, 'recall.open', { recall: 'R', destinations: [], ...scope });
    expect(open('gamma').status).toBe('REJECTED');
    expect(open('delta').status).toBe('APPLIED');
    expect(ledger.capture('alpha', ship('beta', [item])).code).toBe('RECALLED');
    expect(ledger.operate('alpha', 'recall.close', { recall: 'delta/R', released: [] }).code).toBe('NOT_INITIATOR');
    expect(ledger.operate('delta', 'recall.close', { recall: 'delta/R', released: [] }).status).toBe('APPLIED');
  });
});
