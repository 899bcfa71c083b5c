import { commission, pack, pallet, receive, serial, ship, TestLedger } from '../capture/testLedger.test-kit.js';
import { modeFor } from './ownProfile.js';
import { RULE_SHEETS } from './profiles.js';
import type { RuleCode } from './rule.js';
import type { Mode, Profile } from './ruleSheet.js';
import { encodeProfile, type Chooser } from '../state/profileRecord.js';

const outside = { sourceList: [{ type: 'possessing_party', source: 'urn:x:outsider' }] };
const ORDER: readonly Mode[] = ['off', 'flag', 'history', 'record', 'refuse'];

const modeWith = (code: RuleCode, network: Profile, own: Profile): Mode => {
  const context = { organization: 'alpha', config: { parameters: { profile: network } } } as unknown as Chooser['context'];
  return modeFor({ context, values: { get: () => encodeProfile(own) } }, code);
};

describe('an organization’s own profile', () => {
  it('never loosens a rule of the network, and tightens where it is stricter', () => {
    for (const { codes } of RULE_SHEETS) {
      for (const [code, modes] of Object.entries(codes)) {
        for (const network of ['open', 'custody', 'pharma', 'food'] as const) {
          for (const own of ['open', 'custody', 'pharma', 'food'] as const) {
            const mode = modeWith(code as RuleCode, network, own);
            const refused = (one: Mode): number => Math.min(3, ORDER.indexOf(one));
            expect(refused(mode)).toBe(Math.max(refused(modes[network]), refused(modes[own])));
          }
        }
      }
    }
  });

  it('concerns what the organization signs, not what others sign', () => {
    const ledger = new TestLedger('custody');
    expect(ledger.operate('beta', 'profile.put', { profile: 'pharma' }).status).toBe('APPLIED');
    expect(ledger.capture('beta', receive([serial(1)], outside)).code).toBe('CHAIN_GAP');
    expect(ledger.capture('gamma', receive([serial(1)], outside)).status).toBe('APPLIED');
    ledger.operate('beta', 'profile.put', { profile: '' });
    expect(ledger.capture('beta', receive([serial(2)], outside)).status).toBe('APPLIED');
  });

  it('brings evidence into a network that only keeps history', () => {
    const ledger = new TestLedger('open');
    ledger.operate('beta', 'profile.put', { profile: 'custody' });
    ledger.capture('alpha', commission([serial(1)]), pack(pallet(1), [serial(1)]));
    expect(ledger.capture('gamma', ship('alpha', [serial(1)])).detail).toEqual([[0, 'HISTORY_ONLY', 'IN_PARENT', serial(1)]]);
    expect(ledger.capture('beta', ship('alpha', [pallet(1)])).code).toBe('NOT_HOLDER');
    expect(ledger.kinds(pallet(1))).toEqual({ NOT_HOLDER: 1 });
  });

  it('is one of the strict ones', () => {
    expect(new TestLedger().operate('beta', 'profile.put', { profile: 'open' }).code).toBe('PAYLOAD_MALFORMED');
  });
});
