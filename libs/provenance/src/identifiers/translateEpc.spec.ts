import { canonicalUri, checkIdentifier, epcUrnOf, parseGs1, prefixLengths, translateEpc, translateEvent } from '../index.js';

const lookup = prefixLengths(['0614141', '06141411', '4012345', 'x', '12', '952114']);

describe('company prefixes of a registry', () => {
  it('the longest that fits wins; what is no prefix is left out', () => {
    expect(lookup('061414112345')).toBe(8);
    expect(lookup('0614141912345')).toBe(7);
    expect(lookup('952114101234')).toBe(6);
    expect(lookup('120000000000')).toBeNull();
    expect(lookup('401')).toBeNull();
  });
});

describe('translation', () => {
  const pairs = [
    ['urn:epc:id:sgtin:4012345.011111.98%22', 'https://id.gs1.org/01/04012345111118/21/98%22'],
    ['urn:epc:class:lgtin:4012345.012345.998877', 'https://id.gs1.org/01/04012345123456/10/998877'],
    ['urn:epc:id:sscc:4012345.3111111111', 'https://id.gs1.org/00/340123451111111111'],
    ['urn:epc:id:sgln:4012345.00005.0', 'https://id.gs1.org/414/4012345000054'],
    ['urn:epc:id:grai:4012345.00022.334455', 'https://id.gs1.org/8003/04012345000221334455'],
    ['urn:epc:id:giai:4012345.ABC345', 'https://id.gs1.org/8004/4012345ABC345']
  ] as const;

  it.each(pairs)('%s ↔ %s', (urn, link) => {
    expect(translateEpc(urn, 'Always_GS1_Digital_Link', lookup)).toBe(link);
    expect(translateEpc(link, 'Always_EPC_URN', lookup)).toBe(urn);
    for (const text of [urn, link]) {
      expect(translateEpc(text, 'No_Preference', lookup)).toBe(text);
      expect(translateEpc(text, 'Never_Translates', lookup)).toBe(text);
    }
  });

  it('leaves what has no such form: unknown prefixes, other URIs, links that are asked for as links', () => {
    for (const text of ['https://id.gs1.org/01/09531141012344/21/1', 'urn:example:a', 'https://example.com/x']) {
      expect(translateEpc(text, 'Always_EPC_URN', lookup)).toBe(text);
      expect(translateEpc(text, 'Always_GS1_Digital_Link', lookup)).toBe(text);
    }
    expect(epcUrnOf('urn:example:a', lookup)).toBeNull();
    expect(epcUrnOf('https://id.gs1.org/8018/401234500000067657/8019/5', lookup)).toBeNull();
  });

  it('of an event touches the fields that name things, and nothing else', () => {
    const [urn, link] = pairs[0];
    const event = {
      type: 'ObjectEvent', epcList: [urn], parentID: urn, quantityList: [{ epcClass: urn, quantity: 5 }],
      readPoint: { id: urn, 'x:y': urn },
      sourceList: [{ type: 'location', source: urn }], bizTransactionList: [{ type: 'po', bizTransaction: urn }],
      sensorElementList: [{ sensorMetadata: { deviceID: urn } }], 'x:y': [urn], ilmd: { 'x:z': urn }, eventID: urn
    };
    expect(translateEvent(event, 'Always_GS1_Digital_Link', lookup)).toEqual({
      ...event, epcList: [link], parentID: link, quantityList: [{ epcClass: link, quantity: 5 }], readPoint: { id: link, 'x:y': urn },
      sourceList: [{ type: 'location', source: link }], bizTransactionList: [{ type: 'po', bizTransaction: link }]
    });
    expect(translateEvent(event, 'Never_Translates', lookup)).toBe(event);
  });
});

describe('checks of single identifiers', () => {
  it('a GS1 identifier of any spelling, with room for its company prefix', () => {
    expect(checkIdentifier('urn:epc:id:sgln:4012345.00005.0').ok).toBe(true);
    expect(checkIdentifier('https://id.gs1.org/8004/4012345A', { prefixLength: 7 }).ok).toBe(true);
    expect(checkIdentifier('https://id.gs1.org/8004/4012345A', { prefixLength: 8 })).toMatchObject({ code: 'ID_SYNTAX' });
    expect(checkIdentifier('https://example.com/a')).toMatchObject({ code: 'ID_SYNTAX' });
    expect(checkIdentifier('https://id.gs1.org/414/4012345000055')).toMatchObject({ code: 'ID_CHECK_DIGIT' });
    expect(checkIdentifier('https://id.gs1.org/414/4012345000055', { checkDigits: false }).ok).toBe(true);
  });

  it('global model numbers end in their check characters; relations tell instances apart; issuers do not', () => {
    const level = (uri: string): string => {
      const id = parseGs1(uri);
      return id.ok ? `${id.value?.level} ${id.value?.uri}` : id.code;
    };
    expect(level('https://id.gs1.org/8013/1987654Ad4X4bL5ttr2310c2K')).toBe('class https://id.gs1.org/8013/1987654Ad4X4bL5ttr2310c2K');
    expect(level('https://id.gs1.org/8013/1987654Ad4X4bL5ttr2310c2X')).toBe('ID_CHECK_DIGIT');
    expect(level('https://id.gs1.org/8018/401234500000067657/8019/5')).toBe('instance https://id.gs1.org/8018/401234500000067657/8019/5');
    expect(canonicalUri('https://id.gs1.org/417/4012345000009/7040/1ABC')).toBe('https://id.gs1.org/417/4012345000009');
  });
});

describe('checks for forms and master data', () => {
  const link = (path: string): string => `https://id.gs1.org/${path}`;

  it('refuse a GTIN without its 14 digits only where they are asked to', () => {
    expect(checkIdentifier(link('01/4012345111118')).ok).toBe(true);
    expect(checkIdentifier(link('01/4012345111118'), { shortGtins: false })).toMatchObject({ code: 'ID_SYNTAX' });
    expect(checkIdentifier(link('01/04012345111118'), { shortGtins: false }).ok).toBe(true);
  });

  it('refuse what says more than an event may say', () => {
    const strict = (path: string): boolean => checkIdentifier(link(path), { onlyEpcis: true }).ok;
    expect(['01/04012345111118', '01/04012345111118/21/1', '414/4012345000016/254/X'].map(strict)).toEqual([true, true, true]);
    const wordy = ['01/04012345111118/22/A', '01/04012345111118/10/L/21/1', '01/04012345111118?17=271231'];
    expect(wordy.map(strict)).toEqual([false, false, false]);
  });

  it('refuse a bare key where a lot or serial is needed', () => {
    expect(checkIdentifier(link('01/04012345111118'), { bareKey: false }).ok).toBe(false);
    expect(checkIdentifier(link('01/04012345111118/10/L'), { bareKey: false }).ok).toBe(true);
  });

  it('refuse what stands under no company prefix of a registry, where they are given one', () => {
    const lookup = prefixLengths(['4012345']);
    expect(checkIdentifier(link('01/04012345111118/21/1'), { lookup }).ok).toBe(true);
    expect(checkIdentifier(link('8010/123456A'), { lookup })).toMatchObject({ code: 'ID_SYNTAX' });
  });

  it('refuse a component number that a "#" cuts: what is left would name another thing', () => {
    expect(checkIdentifier(link('8010/30056867890#1294-5A/8011/4893'))).toMatchObject({ code: 'ID_SYNTAX' });
    expect(checkIdentifier(link('8010/30056867890%231294-5A/8011/4893')).ok).toBe(true);
  });
});
