import {
  aiEntry, checkAiSet, digitalLinkOf, formatAiBrackets, formatAiMessage, GROUP_SEPARATOR as GS, parseAiBrackets, parseAiMessage,
  readDigitalLink, readElements, readScan, SCAN_LIMIT, scanUri, writeScan, type AiElement
} from '../../index.js';

const GTIN = '09521141012345';
const SERIAL: readonly AiElement[] = [{ ai: '01', value: GTIN }, { ai: '10', value: 'L1' }, { ai: '21', value: 'S/1' }];
const code = (result: { ok: true } | { ok: false; code: string }): string => (result.ok ? 'ok' : result.code);

describe('the dictionary', () => {
  it('has titles, ranges and rules', () => {
    expect(aiEntry('3105')).toMatchObject({ title: 'NET WEIGHT (kg)', isPredefinedLength: true, excludes: ['310n'] });
    expect(aiEntry('01')?.qualifiers).toEqual([['22', '10', '21'], ['235']]);
    expect(aiEntry('37')?.requires).toEqual([[['00', '02'], ['00', '8026']]]);
    expect(aiEntry('3106')).toBeNull();
  });
});

describe('one thing, however it is scanned', () => {
  const uri = `https://id.gs1.org/01/${GTIN}/21/S%2F1`;
  it.each([
    `(01)${GTIN}(10)L1(21)S/1`,
    `${GS}01${GTIN}10L1${GS}21S/1`,
    `]C101${GTIN}10L1${GS}21S/1`,
    `]d201${GTIN}21S/1${GS}10L1`,
    `]Q301${GTIN}10L1${GS}21S/1`,
    `]e001${GTIN}11260101${'10'}L1${GS}21S/1`,
    `]Q1https://shop.example.com/01/${GTIN}/10/L1/21/S%2f1?11=260101`,
    `https://id.gs1.org/gtin/${GTIN}/ser/S%2F1#top`
  ])('%j', (text) => expect(scanUri(text)).toEqual({ ok: true, value: uri }));

  it('a retail symbol names the class, a shipping label the unit', () => {
    expect(scanUri(`]E0${GTIN.slice(1)}`)).toEqual({ ok: true, value: `https://id.gs1.org/01/${GTIN}` });
    const label = scanUri('(00)095211410123456781(02)09521141012345(37)5');
    expect(label).toEqual({ ok: true, value: 'https://id.gs1.org/00/095211410123456781' });
  });

  it('elements, message and brackets come back from each other', () => {
    expect(parseAiMessage(formatAiMessage(SERIAL))).toEqual({ ok: true, value: SERIAL });
    expect(parseAiBrackets(formatAiBrackets(SERIAL))).toEqual({ ok: true, value: SERIAL });
    const link = digitalLinkOf(SERIAL, 'https://example.com/');
    expect(link).toEqual({ ok: true, value: `https://example.com/01/${GTIN}/10/L1/21/S%2F1` });
    expect(readDigitalLink(link.ok ? link.value : '')).toEqual({ ok: true, value: SERIAL });
    const scan = writeScan('Data Matrix', { elements: SERIAL, text: '' });
    expect(readScan(scan.ok ? scan.value : '')).toMatchObject({ ok: true, value: { symbology: 'Data Matrix', elements: SERIAL } });
  });

  it('a parenthesis inside a value is escaped', () => {
    const elements = [{ ai: '10', value: 'A(10)B' }];
    expect(formatAiBrackets(elements)).toBe('(10)A\\(10)B');
    expect(parseAiBrackets('(10)A\\(10)B')).toEqual({ ok: true, value: elements });
  });
});

describe('scans that are refused', () => {
  it.each([
    ['no form at all', 'ABC', 'SCAN_SYNTAX'],
    ['plain text in a QR code', ']Q1hello', 'SCAN_SYNTAX'],
    ['a retail symbol with a wrong check digit', ']E09521141012344', 'SCAN_SYNTAX'],
    ['an identifier that GS1 has not assigned', '(89)1', 'AI_UNKNOWN'],
    ['a wrong check digit', '(01)09521141012344', 'AI_VALUE'],
    ['a date that is none', `(01)${GTIN}(17)260230`, 'AI_VALUE'],
    ['a value that is too long', '(10)123456789012345678901', 'AI_VALUE'],
    ['a space', '(10)A B', 'AI_VALUE'],
    ['no identifier before the text', '(01', 'AI_SYNTAX'],
    ['no key', '(10)L1', 'SCAN_SYNTAX'],
    ['a web address without a key', 'https://example.com/about', 'DIGITAL_LINK_SYNTAX'],
    ['a qualifier out of order', `https://example.com/01/${GTIN}/21/1/10/L`, 'DIGITAL_LINK_SYNTAX'],
    ['an attribute that belongs into the path', `https://example.com/01/${GTIN}/21/1?10=L`, 'DIGITAL_LINK_SYNTAX'],
    ['an element twice', `https://example.com/01/${GTIN}?11=260101&11=260101`, 'DIGITAL_LINK_SYNTAX'],
    ['a compressed link', 'https://id.gs1.org/ARFKk4XB0CDKWcnpq', 'DIGITAL_LINK_COMPRESSED']
  ])('%s', (_, text, expected) => expect(code(scanUri(text))).toBe(expected));

  it('what is longer than any symbol', () => {
    const long = 'A'.repeat(SCAN_LIMIT);
    for (const text of [`(10)${long}`, `${GS}10${long}`, `]C110${long}`, `https://example.com/${long}`]) {
      expect(readElements(text).ok).toBe(false);
    }
  });

  it.each([
    ['two lots', [{ ai: '01', value: GTIN }, { ai: '10', value: 'A' }, { ai: '10', value: 'B' }]],
    ['a lot of nothing', [{ ai: '10', value: 'A' }]],
    ['a product and a content', [{ ai: '01', value: GTIN }, { ai: '02', value: GTIN }]],
    ['a signature of a whole class', [{ ai: '253', value: '4012345000092' }, { ai: '8030', value: 'AAAA' }]]
  ])('%s', (_, elements) => expect(code(checkAiSet(elements))).toBe('AI_COMBINATION'));
});

describe('coupons', () => {
  const coupon = (expires: string, starts: string): string => code(parseAiBrackets(`(8110)0123456123456111101233${expires}4${starts}`));

  it('do not expire before they start; years of two digits lie within fifty years of each other', () => {
    expect(coupon('500607', '500606')).toBe('ok');
    expect(coupon('490607', '500606')).toBe('AI_VALUE');
    expect(coupon('300607', '500606')).toBe('AI_VALUE');
    expect(coupon('000607', '991231')).toBe('ok');
    expect(coupon('991231', '000607')).toBe('AI_VALUE');
  });
});

describe('company prefixes in values', () => {
  it('are looked up where a registry is given', () => {
    const known = (text: string) => (text.startsWith('9521141') ? ('known' as const) : ('unknown' as const));
    expect(parseAiBrackets(`(01)${GTIN}`, known).ok).toBe(true);
    expect(code(parseAiBrackets('(01)04012345111118', known))).toBe('AI_VALUE');
    expect(code(parseAiBrackets(`(01)${GTIN}`, () => 'offline'))).toBe('AI_VALUE');
  });
});
