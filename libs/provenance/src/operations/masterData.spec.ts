import * as kit from '../capture/testLedger.test-kit.js';
import { decodeItemLinks, linkKey } from '../state/linkRecord.js';

const PAGE = { type: 'pip', href: 'https://shop.example.com/coffee', title: 'Coffee – Kaffee', language: 'de-AT', media: 'text/html' };
const put = (ledger: kit.TestLedger, item: string, links: readonly object[], who: kit.TestOrganization = 'alpha') =>
  ledger.operate(who, 'link.put', { item, links });

describe('link.put', () => {
  it('registers the links of an identifier, in any spelling, in the order of its holder; an empty list withdraws them', () => {
    const ledger = new kit.TestLedger();
    const stored = (uri: string) => decodeItemLinks(ledger.state.get(linkKey(uri)) ?? new Uint8Array(0));
    expect(put(ledger, `https://shop.example.com/01/${kit.gtin()}`, [PAGE, { ...PAGE, language: '' }]).status).toBe('APPLIED');
    expect(stored(`https://id.gs1.org/01/${kit.gtin()}`)).toEqual([PAGE, { ...PAGE, language: '' }]);
    put(ledger, `https://id.gs1.org/01/${kit.gtin()}`, []);
    expect(stored(`https://id.gs1.org/01/${kit.gtin()}`)).toEqual([]);
    for (const item of [kit.lot('A'), kit.serial(1), kit.pallet(1), kit.site('alpha', 1)]) {
      expect(put(ledger, item, [PAGE]).status).toBe('APPLIED');
    }
  });

  it('is for the holder of the prefix alone: a label leads where its maker says', () => {
    const ledger = new kit.TestLedger();
    const foreign = 'https://id.gs1.org/01/04012345111118';
    for (const [item, who] of [[kit.serial(1), 'beta'], [kit.pallet(1), 'gamma'], [foreign, 'alpha']] as const) {
      expect(put(ledger, item, [PAGE], who).code).toBe('NOT_PREFIX_HOLDER');
    }
    expect(ledger.state.size).toBe(0);
  });

  it.each([
    ['an item outside GS1', 'urn:x:1', PAGE],
    ['a script as address', kit.serial(1), { ...PAGE, href: 'javascript:alert(1)' }],
    ['an address with a space', kit.serial(1), { ...PAGE, href: 'https://a.example/ b' }],
    ['a type with a prefix', kit.serial(1), { ...PAGE, type: 'gs1:pip' }],
    ['a language that is none', kit.serial(1), { ...PAGE, language: 'German language' }],
    ['a media type that is none', kit.serial(1), { ...PAGE, media: 'html' }],
    ['a title that is too long', kit.serial(1), { ...PAGE, title: 'x'.repeat(201) }],
    ['a member more', kit.serial(1), { ...PAGE, rel: 'x' }]
  ])('refuses %s', (_, item, link) => {
    expect(put(new kit.TestLedger(), item, [link]).code).toBe('PAYLOAD_MALFORMED');
  });

  it('takes 32 links, not 33', () => {
    const many = (count: number) => Array.from({ length: count }, () => PAGE);
    expect(put(new kit.TestLedger(), kit.serial(1), many(32)).status).toBe('APPLIED');
    expect(put(new kit.TestLedger(), kit.serial(1), many(33)).code).toBe('PAYLOAD_MALFORMED');
  });
});
