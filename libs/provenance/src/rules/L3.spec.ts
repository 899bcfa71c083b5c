import type { OrganizationConfig } from '@lading/ledger';
import { canonicalItem } from '../identifiers/canonicalItem.js';
import * as kit from '../capture/testLedger.test-kit.js';
import { checkDigit } from '../identifiers/checkDigit.js';
import { prefixHolder } from './L3.js';

const organizations = [
  { id: 'short', companyPrefixes: ['9521'] },
  { id: 'long', companyPrefixes: ['9521001', '1234567'] }
] as unknown as readonly OrganizationConfig[];

function holderOf(uri: string): string {
  const item = canonicalItem(uri, 'instance');
  return item.ok ? (prefixHolder(item.value, organizations)?.organization ?? '') : item.code;
}

describe('L3: whose company prefix an identifier has', () => {
  it('the longest prefix, at its place: after the indicator of a GTIN, after the extension of an SSCC', () => {
    expect(holderOf(kit.serial(1))).toBe('long');
    expect(holderOf(kit.serial(1, 'beta'))).toBe('short');
    expect(holderOf(kit.pallet(1))).toBe('long');
    expect(holderOf(kit.site('alpha', 1))).toBe('long');
    expect(holderOf(kit.party('beta'))).toBe('short');
    expect(holderOf(kit.asset('X'))).toBe('long');
  });

  it('never in the middle: digits that look like a prefix elsewhere are none', () => {
    // 1234567 stands one digit further to the right, as the item reference.
    const digits = '0012345670001';
    expect(holderOf(`https://id.gs1.org/01/${digits}${checkDigit(digits)}/21/1`)).toBe('');
    expect(holderOf(`https://id.gs1.org/01/9123456700001${checkDigit('9123456700001')}/21/1`)).toBe('long');
    expect(holderOf('urn:x:9521001')).toBe('');
  });
});

describe('L3: delegation', () => {
  it('lets another commission, its lots and containers too, until it is withdrawn', () => {
    const ledger = new kit.TestLedger();
    const payload = { prefix: kit.PREFIXES.alpha, organization: 'beta', allows: ['commission'] };
    expect(ledger.capture('beta', kit.commission([kit.serial(1)])).detail).toEqual([[0, 'GCP_NOT_OWN', kit.serial(1), 'alpha']]);
    ledger.operate('alpha', 'gcp.put', payload);
    const made = [kit.commission([kit.serial(1)]), kit.createLot([kit.amount(kit.lot('A'), 1)]), kit.pack(kit.pallet(1), [kit.serial(1)])];
    expect(ledger.capture('beta', ...made).status).toBe('APPLIED');
    expect(ledger.capture('gamma', kit.commission([kit.serial(2)])).code).toBe('GCP_NOT_OWN');
    ledger.operate('alpha', 'gcp.put', { ...payload, allows: ['recall'] });
    expect(ledger.capture('beta', kit.commission([kit.serial(2)])).code).toBe('GCP_NOT_OWN');
    expect(ledger.operate('alpha', 'gcp.put', { ...payload, organization: 'omega' }).code).toBe('ORGANIZATION_UNKNOWN');
  });

  it('a registered place may be handed on to nobody: its owner changes it, users only name it', () => {
    const ledger = new kit.TestLedger();
    const place = { location: 'urn:x:quay', parent: '', latitude: '', longitude: '' };
    ledger.operate('alpha', 'location.put', { ...place, users: ['beta'] });
    expect(ledger.operate('beta', 'location.put', { ...place, users: [] }).code).toBe('LOCATION_NOT_OWN');
    const at = { readPoint: { id: 'urn:x:quay' } };
    expect(ledger.capture('beta', kit.commission([kit.serial(1, 'beta')], at)).status).toBe('APPLIED');
    ledger.operate('alpha', 'location.put', { ...place, users: [] });
    expect(ledger.capture('beta', kit.observe('storing', [kit.serial(1, 'beta')], at)).code).toBe('LOCATION_NOT_OWN');
    expect(ledger.capture('beta', kit.observe('inspecting', [kit.serial(1, 'beta')], at)).status).toBe('APPLIED');
  });
});
