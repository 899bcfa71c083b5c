import { canonicalUri, epcPattern } from '../index.js';

/** Which of the identifiers a pattern means. */
function meant(pattern: string, identifiers: readonly string[], classes = false): readonly string[] {
  const read = epcPattern(pattern, classes);
  if (!read.ok || read.value === null) throw new Error(`${pattern} is no pattern`);
  const { prefixes, form } = read.value;
  return identifiers.filter((text) => {
    const uri = canonicalUri(text) ?? '';
    return prefixes.some((prefix) => uri.startsWith(prefix)) && new RegExp(form).test(uri);
  });
}

const A1 = 'urn:epc:id:sgtin:4012345.011111.A1';
const B1 = 'urn:epc:id:sgtin:4012345.022222.B1';
const FOREIGN = 'urn:epc:id:sgtin:4012346.011111.A1';
const LOT = 'urn:epc:class:lgtin:4012345.011111.L1';
const GTIN = 'urn:epc:idpat:sgtin:4012345.011111.*';
const EPCS = [A1, B1, FOREIGN, LOT, GTIN];

describe('patterns of identifiers', () => {
  it.each([
    ['urn:epc:idpat:sgtin:4012345.011111.*', [A1]],
    ['urn:epc:idpat:sgtin:4012345.*.*', [A1, B1]],
    ['urn:epc:idpat:sgtin:*.*.*', [A1, B1, FOREIGN]],
    ['https://id.gs1.org/01/04012345111118/21/*', [A1]],
    ['https://shop.example.com/x/01/4012345111118/21/*', [A1]]
  ])('%s means instances', (pattern, expected) => {
    expect(meant(pattern, EPCS)).toEqual(expected);
  });

  it.each([
    ['urn:epc:idpat:sgtin:4012345.*.*', [LOT, GTIN]],
    ['urn:epc:idpat:lgtin:4012345.011111.*', [LOT]],
    ['urn:epc:idpat:lgtin:*.*.*', [LOT]],
    ['https://id.gs1.org/01/04012345111118/10/*', [LOT]]
  ])('%s means classes', (pattern, expected) => {
    expect(meant(pattern, EPCS, true)).toEqual(expected);
  });

  it('a pattern of one class is that class where classes are asked for', () => {
    expect(epcPattern(GTIN, true)).toEqual({ ok: true, value: null });
    expect(epcPattern('urn:epc:idpat:grai:4012345.00001.*', true)).toEqual({ ok: true, value: null });
  });

  it.each([
    ['urn:epc:idpat:sscc:4012345.*', 'urn:epc:id:sscc:4012345.1000000001'],
    ['urn:epc:idpat:sgln:4012345.00001.*', 'urn:epc:id:sgln:4012345.00001.dock'],
    ['urn:epc:idpat:sgln:4012345.00001.*', 'urn:epc:id:sgln:4012345.00001.0'],
    ['urn:epc:idpat:sgln:4012345.*.*', 'urn:epc:id:sgln:4012345.00009.0'],
    ['urn:epc:idpat:grai:4012345.00001.*', 'urn:epc:id:grai:4012345.00001.X'],
    ['urn:epc:idpat:giai:4012345.*', 'urn:epc:id:giai:4012345.D1'],
    ['urn:epc:idpat:gdti:4012345.00001.*', 'urn:epc:id:gdti:4012345.00001.9'],
    ['urn:epc:idpat:cpi:4012345.A-1.*', 'urn:epc:id:cpi:4012345.A-1.77'],
    ['urn:epc:idpat:itip:4012345.011111.01.*.*', 'urn:epc:id:itip:4012345.011111.01.02.S'],
    ['urn:epc:idpat:upui:4012345.011111.*', 'urn:epc:id:upui:4012345.011111.T']
  ])('%s means %s', (pattern, identifier) => {
    expect(meant(pattern, [identifier])).toEqual([identifier]);
    expect(meant(pattern.replace('4012345', '4012346'), [identifier])).toEqual([]);
  });

  it.each([
    'urn:epc:idpat:sgtin:*.011111.*',
    'urn:epc:idpat:sgtin:4012345.011111',
    'urn:epc:idpat:sgtin:40.*.*',
    'urn:epc:idpat:sgtin:4012345.0111.*',
    'urn:epc:idpat:nothing:*',
    'https://id.gs1.org/01/04012345111119/21/*',
    'https://id.gs1.org/01/04012345111118/10/L/21/*'
  ])('%s is refused', (pattern) => {
    expect(epcPattern(pattern, false)).toMatchObject({ ok: false });
  });

  it('everything else is a single identifier', () => {
    for (const text of [A1, 'urn:x:item:*', 'https://example.com/*']) expect(epcPattern(text, false)).toEqual({ ok: true, value: null });
  });
});
