import * as kit from '../capture/testLedger.test-kit.js';
import { asset, pack, pallet, serial, site, TestLedger } from '../capture/testLedger.test-kit.js';

const ASSOCIATION = { type: 'AssociationEvent', bizStep: 'installing' };
const fix = (parent: string, children: readonly string[]) => ({ ...pack(parent, children), ...ASSOCIATION });
const takeOff = (parent: string, more: Record<string, unknown> = {}) => ({ ...kit.unpack(parent, more), ...ASSOCIATION });

describe('R14: associations', () => {
  const made = (): TestLedger => {
    const ledger = new TestLedger();
    ledger.capture('alpha', kit.commission([serial(1), asset('LOGGER'), asset('LOCK')]), pack(pallet(1), [serial(1)]));
    return ledger;
  };

  it('fix things to a container beside what is packed in it, and move no custody', () => {
    const ledger = made();
    expect(ledger.capture('alpha', fix(pallet(1), [asset('LOGGER'), asset('LOCK')])).status).toBe('APPLIED');
    expect(ledger.item(pallet(1))).toMatchObject({ children: [serial(1)], attached: [asset('LOCK'), asset('LOGGER')].sort() });
    expect(ledger.item(asset('LOGGER'))).toMatchObject({ attachedTo: pallet(1), parent: '', status: 'ACTIVE' });
    ledger.capture('alpha', kit.ship('beta', [pallet(1)]));
    ledger.capture('beta', kit.receive([pallet(1)]));
    expect(ledger.item(asset('LOGGER'))?.custodian).toBe('alpha');
  });

  it('end for all that is fixed when none is listed, and then each has the event on its chain', () => {
    const ledger = made();
    ledger.capture('alpha', fix(pallet(1), [asset('LOGGER'), asset('LOCK')]));
    const before = ledger.item(asset('LOCK'))?.count ?? 0;
    expect(ledger.capture('alpha', takeOff(pallet(1))).status).toBe('APPLIED');
    expect(ledger.item(asset('LOCK'))).toMatchObject({ attachedTo: '', count: before + 1 });
    expect(ledger.item(pallet(1))?.attached).toEqual([]);
  });

  it('a place is a parent, too, whoever’s it is: the holder of the thing says where it hangs', () => {
    const ledger = made();
    expect(ledger.capture('alpha', fix(site('beta', 3), [asset('LOGGER')])).status).toBe('APPLIED');
    expect(ledger.item(asset('LOGGER'))?.attachedTo).toBe(site('beta', 3));
    expect(ledger.capture('beta', takeOff(site('beta', 3))).code).toBe('NOT_HOLDER');
    expect(ledger.capture('alpha', takeOff(site('beta', 3), { childEPCs: [asset('LOGGER')] })).status).toBe('APPLIED');
  });

  it('what was fixed twice in one event, or to a stranger’s thing, is refused', () => {
    const ledger = made();
    expect(ledger.capture('alpha', fix(pallet(1), [asset('LOGGER'), asset('LOGGER')])).code).toBe('ALREADY_ATTACHED');
    expect(ledger.capture('beta', fix(pallet(1), [asset('LOGGER')])).code).toBe('NOT_HOLDER');
    expect(ledger.capture('alpha', fix(serial(99), [asset('LOGGER')])).status).toBe('APPLIED');
    expect(ledger.capture('alpha', fix(pallet(2, 'beta'), [asset('LOCK')])).code).toBe('GCP_NOT_OWN');
  });
});
