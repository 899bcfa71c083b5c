import { canonicalItem, canonicalUri, checkDigit, parseDigitalLink, parseEpcUrn, toEpcUrn } from '../index.js';

const uriOf = (text: string): string => {
  const item = canonicalItem(text, 'instance');
  return item.ok ? item.value.uri : item.code;
};

describe('check digits', () => {
  it('are those of the General Specifications', () => {
    expect(checkDigit('061414112345')).toBe('2');
    expect(checkDigit('10614141234567890')).toBe('8');
    expect(checkDigit('0000000')).toBe('0');
  });

  it('a wrong one is refused, with a code of its own', () => {
    expect(uriOf('https://id.gs1.org/01/09521141012344/21/1')).toBe('ID_CHECK_DIGIT');
    expect(uriOf('https://shop.example.com/01/09521141012344')).toBe('ID_CHECK_DIGIT');
  });
});

/** xorshift32: the same texts on every run. */
function* texts(count: number): Generator<string> {
  const parts = [
    'https://', 'HTTP://', 'id.gs1.org', 'Id%2Egs1.ORG', 'example.com', '/', '/01/', '/%30%31/', '/gtin/', '10614141073464',
    '/21/', '/10/', '/22/', '/8004/', '/414/', '/254/', '0', 'a', '%2F', '%2f', '%41', '%25', '%2541', '#x', '?q', 'urn:',
    'URN:', 'epc:id:', 'sgtin:', '0614141.107346', 'idpat:', '.*', 'tag:', 'x:', '@', 'User@', ':443', '"'
  ];
  let state = 20_260_101;
  const next = (below: number): number => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
  for (let i = 0; i < count; i++) {
    let text = '';
    for (let j = 2 + next(9); j > 0; j--) text += parts[next(parts.length)] ?? '';
    yield text;
  }
}

describe('the canonical form', () => {
  it('is canonical itself, and of the same kind: no text reaches another item by being read twice', () => {
    let read = 0;
    for (const text of texts(50_000)) {
      for (const role of ['instance', 'class'] as const) {
        const once = canonicalItem(text, role);
        if (!once.ok) continue;
        read += 1;
        const twice = canonicalItem(once.value.uri, role);
        if (!twice.ok || twice.value.uri !== once.value.uri || twice.value.kind !== once.value.kind) {
          throw new Error(`${text} is ${once.value.uri}, which is ${twice.ok ? twice.value.uri : twice.code}`);
        }
      }
    }
    expect(read).toBeGreaterThan(50_000);
  });
});

describe('one thing has one key', () => {
  const same = 'https://id.gs1.org/01/10614141073464/21/2017';

  it.each([
    'urn:epc:id:sgtin:0614141.107346.2017',
    'https://id.gs1.org/01/10614141073464/21/2017',
    'https://ID.gs1.org/01/10614141073464/10/LOT/21/2017',
    'https://id.gs1.org/01/10614141073464/22/2A/21/2017?11=221109',
    'HTTPS://shop.example.com/some/path/01/10614141073464/21/2017#top',
    'https://id.gs1.org/gtin/10614141073464/ser/2017',
    'https://id.gs1.org/01/10614141073464/21/201%37',
    'https://shop.example.com/%30%31/10614141073464/%321/2017',
    'https://id%2Egs1%2eorg/%30%31/10614141073464/21/2017'
  ])('%s', (text) => expect(uriOf(text)).toBe(same));

  it('GTINs of 8, 12 and 13 digits are the 14-digit one', () => {
    expect(uriOf('https://id.gs1.org/01/9780345418913')).toBe('https://id.gs1.org/01/09780345418913');
    expect(uriOf('https://id.gs1.org/01/001122334455')).toBe('https://id.gs1.org/01/00001122334455');
  });

  it('lower-case and upper-case escapes of one character are one item', () => {
    const escaped = uriOf('https://id.gs1.org/01/10614141073464/21/a%2fb');
    expect(escaped).toBe('https://id.gs1.org/01/10614141073464/21/a%2Fb');
    expect(uriOf('urn:epc:id:sgtin:0614141.107346.a%2Fb')).toBe(escaped);
    expect(uriOf('urn:epc:id:sgtin:0614141.107346.6789!()')).toMatch(/6789%21%28%29$/);
  });

  it('an SGLN with extension 0 is the location itself', () => {
    expect(uriOf('urn:epc:id:sgln:0614141.07346.0')).toBe('https://id.gs1.org/414/0614141073467');
    expect(uriOf('urn:epc:id:sgln:0614141.07346.1234')).toBe('https://id.gs1.org/414/0614141073467/254/1234');
  });
});

describe('identifiers outside GS1', () => {
  it('are kept, with scheme and host in lower case', () => {
    expect(uriOf('HTTPS://Example.COM/Things/A?x=Y')).toBe('https://example.com/Things/A?x=Y');
    expect(uriOf('URN:Example:CaseMatters')).toBe('urn:example:CaseMatters');
    expect(uriOf('urn:x:%c3%a9%41')).toBe('urn:x:%C3%A9A');
    expect(uriOf('https://example.com/8004')).toBe('https://example.com/8004');
    expect(uriOf('urn:epc:id:gid:95100000.12345.400')).toBe('urn:epc:id:gid:95100000.12345.400');
  });

  it('take their kind from the place in the event; GS1 identifiers say theirs', () => {
    const kind = (text: string, role: 'instance' | 'class'): string => {
      const item = canonicalItem(text, role);
      return item.ok ? item.value.kind : item.code;
    };
    expect(kind('urn:example:thing', 'class')).toBe('class');
    expect(kind('urn:epc:class:lgtin:4012345.012345.998877', 'instance')).toBe('class');
    expect(kind('urn:epc:id:pgln:4012345.00000', 'instance')).toBe('party');
    expect(kind('https://id.gs1.org/8003/04012345000221', 'instance')).toBe('class');
    expect(kind('https://id.gs1.org/8003/04012345000221334455', 'class')).toBe('instance');
  });

  it('nothing of id.gs1.org is opaque, and no other key is too long', () => {
    expect(uriOf('https://id.gs1.org/hello')).toBe('ID_SYNTAX');
    expect(uriOf('https://id.gs1.org/01/97803')).toBe('ID_SYNTAX');
    expect(uriOf('urn:epc:id:sgtin:Pallet_1')).toBe('ID_SYNTAX');
    expect(uriOf(`urn:example:${'x'.repeat(1100)}`)).toBe('ID_SYNTAX');
    expect(canonicalUri('urn:epc:id:sscc:1')).toBeNull();
    expect(canonicalUri('Not-a-URI')).toBeNull();
  });
});

describe('EPC URNs', () => {
  it.each([
    'urn:epc:id:sgtin:0614141.107346.2017',
    'urn:epc:class:lgtin:4012345.012345.998877',
    'urn:epc:idpat:sgtin:4012345.012345.*',
    'urn:epc:id:sscc:4012345.3111111111',
    'urn:epc:id:sgln:0614141.07346.1234',
    'urn:epc:id:sgln:0614141.07346.0',
    'urn:epc:id:pgln:4012345.00000',
    'urn:epc:id:grai:4012345.00022.334455',
    'urn:epc:id:giai:4012345.ABC345',
    'urn:epc:id:gsrn:4012345.0000006765',
    'urn:epc:id:gdti:4012345.00009.PO-4711',
    'urn:epc:id:cpi:0614141.11111111111111-A%23%2F.1234',
    'urn:epc:id:itip:4012345.011111.01.02.987'
  ])('%s comes back from its Digital Link', (urn) => {
    const id = parseEpcUrn(urn);
    if (!id.ok || id.value === null) throw new Error(urn);
    expect(toEpcUrn(id.value, 7)).toBe(urn);
    const link = parseDigitalLink(id.value.uri);
    expect(link.ok && link.value?.uri).toBe(id.value.uri);
  });

  it('patterns over a whole company prefix name no class', () => {
    expect(uriOf('urn:epc:idpat:sgtin:4012345.*.*')).toBe('urn:epc:idpat:sgtin:4012345.*.*');
  });
});
