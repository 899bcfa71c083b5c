import {
  amount,
  commission,
  createLot,
  lot,
  observe,
  party,
  receive,
  serial,
  ship,
  site,
  TestLedger,
  transform
} from '../capture/testLedger.test-kit.js';
import { modeOf, ruleOf, RULE_SHEETS } from './profiles.js';
import type { Mode, Profile } from './ruleSheet.js';

const PROFILES = ['open', 'custody', 'pharma', 'food'] as const;
const outside = { sourceList: [{ type: 'possessing_party', source: 'urn:x:outsider' }] };

/** How an outcome shows a mode. */
function shown(ledger: TestLedger, signer: 'alpha' | 'beta', event: Record<string, unknown>): Mode {
  const { status, detail } = ledger.capture(signer, event);
  const word = Array.isArray(detail[0]) ? (detail[0] as readonly unknown[])[1] : '';
  if (status !== 'APPLIED') return status === 'RECORDED' ? 'record' : 'refuse';
  if (word === 'FLAGGED') return 'flag';
  return word === 'HISTORY_ONLY' ? 'history' : 'off';
}

function started(profile: Profile): TestLedger {
  const ledger = new TestLedger(profile);
  ledger.capture('alpha', commission([serial(1)], { eventTime: '2026-01-02T00:00:00Z' }), createLot([amount(lot('A'), 5)]));
  return ledger;
}

/** One event for a code of each kind of row; the contract does what the matrix says. */
const BREACHES: readonly (readonly [Parameters<typeof modeOf>[0], 'alpha' | 'beta', Record<string, unknown>])[] = [
  ['DOUBLE_COMMISSION', 'alpha', commission([serial(1)])],
  ['NOT_HOLDER', 'beta', ship('gamma', [serial(1)])],
  ['DESTINATION_REQUIRED', 'alpha', observe('shipping', [serial(1)])],
  ['CHAIN_GAP', 'beta', receive([serial(5)], outside)],
  ['EVENT_LATE', 'alpha', observe('storing', [serial(1)], { disposition: 'available' })],
  ['EVENT_ORDER', 'alpha', ship('beta', [serial(1)])],
  ['MASS_BALANCE', 'alpha', transform({ inputQuantityList: [amount(lot('A'), 1)], outputQuantityList: [amount(lot('B'), 5)] })],
  ['GCP_FOREIGN', 'alpha', commission(['https://id.gs1.org/01/04012345111118/21/1'])],
  ['GCP_NOT_OWN', 'beta', commission([serial(6)])],
  ['EVENT_TIME_FUTURE', 'alpha', observe('storing', [serial(1)], { eventTime: '2099-01-01T00:00:00Z' })]
];

describe('the profile matrix', () => {
  it.each(PROFILES.flatMap((profile) => BREACHES.map((breach) => [breach[0], profile, breach] as const)))(
    '%s in profile %s is what the contract does',
    (code, profile, [, signer, event]) => {
      expect(shown(started(profile), signer, event)).toBe(modeOf(code, profile));
    }
  );

  it('has every rule once, and every code in one rule only', () => {
    const rules = RULE_SHEETS.map(({ rule }) => rule);
    expect(rules).toEqual([...Array.from({ length: 24 }, (_, i) => `R${i + 1}`), 'L3', 'common']);
    const codes = RULE_SHEETS.flatMap(({ codes: each }) => Object.keys(each));
    expect(codes).toEqual([...new Set(codes)]);
    expect([ruleOf('NOT_HOLDER'), ruleOf('SOMETHING')]).toEqual(['R5', '']);
  });

  it('an anomaly without an item that the ledger knows is a refusal: there is no chain to keep it on', () => {
    const ledger = new TestLedger();
    expect(ledger.capture('beta', ship('gamma', [serial(9)])).status).toBe('REJECTED');
    expect(ledger.state.size).toBe(0);
  });

  it('a flag does not outlive the transaction that was rolled back', () => {
    const ledger = started('custody');
    const outcome = ledger.capture('beta', receive([serial(5)], outside), ship('gamma', [serial(1)]));
    expect(outcome).toMatchObject({ status: 'RECORDED', code: 'NOT_HOLDER' });
    expect([ledger.kinds(serial(5)), ledger.item(serial(5)), ledger.kinds(serial(1))]).toEqual([{}, null, { NOT_HOLDER: 1 }]);
  });

  it('one event says each kind of anomaly once, with the number of items', () => {
    const ledger = new TestLedger();
    const { detail } = ledger.capture('beta', receive([serial(5), serial(6)], outside));
    expect(detail).toEqual([[0, 'FLAGGED', 'CHAIN_GAP', serial(5), 2]]);
    expect(ledger.kinds(serial(6))).toEqual({ CHAIN_GAP: 1 });
  });
});

describe('who owns what enters from outside (R9)', () => {
  it.each([
    ['nobody on the ledger', undefined, ''],
    ['the receiver, when its document names it', 'beta', 'beta'],
    ['not somebody else', 'gamma', '']
  ] as const)('%s', (_, named, owner) => {
    const ledger = new TestLedger();
    const destinationList = named === undefined ? [] : [{ type: 'owning_party', destination: party(named) }];
    ledger.capture('beta', receive([serial(5)], { ...outside, ...(destinationList.length > 0 ? { destinationList } : {}) }));
    expect(ledger.item(serial(5))).toMatchObject({ custodian: 'beta', owner });
    const place = observe('storing', [serial(5)], { bizLocation: { id: site('beta', 1) } });
    expect(ledger.capture('beta', place).status).toBe('APPLIED');
  });
});
