/**
 * Vectors whose verdict we do not share: each contradicts a normative text, most of them other published vectors, too.
 * A test fails when one of them comes to agree, when another one differs, or when a vector that is cited says otherwise.
 */
export interface Dispute {
  readonly why: string;
  /** The normative clauses that the vector contradicts. */
  readonly clauses: readonly string[];
  /** Rows of published vectors that say the opposite. */
  readonly vectors: readonly CitedVector[];
}

export interface CitedVector {
  readonly file: string;
  readonly line: number;
  readonly input: string;
  /** What the row expects: a verdict, or a URI. */
  readonly says: boolean | string;
}

const VALIDITY = 'openepcis-identifier-validation';
const HASH = 'ralphtro-dl-normaliser';

const ESCAPES: Dispute = {
  why: 'A "%" without two hexadecimal digits is no URI',
  clauses: ['RFC 3986 §2.1: pct-encoded = "%" HEXDIG HEXDIG', 'EPC Tag Data Standard, appendix A: "%" is written %25 in URNs'],
  vectors: [
    {
      ...{ file: HASH, line: 13, input: 'urn:epc:id:sgtin:0614141.812345.6789%2F%26%25%22!%3F()' },
      says: 'https://id.gs1.org/01/80614141123458/21/6789%2F%26%25%22%21%3F%28%29'
    }
  ]
};
const DELIMITERS: Dispute = {
  why: 'A bare "/", "?" or "#" ends a path segment or the path: what is left would name another thing',
  clauses: [
    'RFC 3986 §3.3, §3.4, §3.5: segments, query and fragment',
    'GS1 Digital Link URI Syntax 1.4 §4: values are percent-encoded',
    'EPC Tag Data Standard, CPRefChar: "/" is written %2F'
  ],
  vectors: [
    {
      ...{ file: HASH, line: 24, input: 'urn:epc:id:cpi:0614141.11111111111111-A%23%2F.1234' },
      says: 'https://id.gs1.org/8010/061414111111111111111-A%23%2F/8011/1234'
    },
    {
      ...{ file: HASH, line: 26, input: 'urn:epc:id:ginc:0614141.xyz47%2F11' },
      says: 'https://id.gs1.org/401/0614141xyz47%2F11'
    }
  ]
};
const NO_REFERENCE: Dispute = {
  why: 'The reference behind the company prefix is empty',
  clauses: ['EPC Tag Data Standard, CPI-URI: CPRefComponent = 1*CPRefChar; GINC-URI: GS1 3A3 component of at least one character'],
  vectors: [{ file: VALIDITY, line: 30, input: 'urn:epc:id:cpi:123456..1111', says: false }]
};
const PREFIX_DIGITS: Dispute = {
  why: 'The company prefix of the length that is asked for is no number',
  clauses: ['GS1 General Specifications, GS1 Company Prefix: digits only', 'EPC Tag Data Standard: GS1CompanyPrefix = 6*12 Digit'],
  vectors: [
    { file: VALIDITY, line: 55, input: 'https://id.gs1.org/8010/12A456789012345/8011/1111', says: false },
    { file: VALIDITY, line: 62, input: 'https://id.gs1.org/401/12345678A012', says: false }
  ]
};
const ORDER: Dispute = {
  why: 'Lot stands before serial; dates are attributes and belong into the query',
  clauses: ['GS1 Digital Link URI Syntax 1.4 §4, gtin-path = gtin [cpv] [lot] [serial]', 'GS1 Syntax Dictionary, 01: dlpkey=22,10,21|235'],
  vectors: []
};
const DATE: Dispute = {
  why: 'A date is an attribute, belongs into the query, and has six digits',
  clauses: ['GS1 Syntax Dictionary, 15 to 17: N6,yymmd0, attribute (?)', 'GS1 Syntax Dictionary, 01: dlpkey=22,10,21|235'],
  vectors: [
    {
      ...{ file: VALIDITY, line: 46, input: 'https://id.gs1.org/01/09520123456788/10/L?17=2025-09-30' },
      says: false
    }
  ]
};
const REQUISITE: Dispute = {
  why: 'A due date belongs to a payment slip',
  clauses: ['GS1 Syntax Dictionary, 12: req=8020', 'GS1 General Specifications, mandatory associations of element strings'],
  vectors: []
};

const listed = (groups: readonly (readonly [Dispute, readonly string[]])[]): ReadonlyMap<string, Dispute> =>
  new Map(groups.flatMap(([dispute, inputs]) => inputs.map((input): [string, Dispute] => [input, dispute])));

export const EXCEPTIONS_OF_CONVERSION = listed([
  [
    DELIMITERS,
    [
      'urn:epc:id:cpi:6282274.234748947/.94304',
      'https://id.gs1.org/8010/4748374/23748#94//8011/94304',
      'https://id.gs1.org/8010/8585885039434/38',
      'https://id.gs1.org/8010/9520885039434/38',
      'https://id.gs1.org/01/74778478489849/10//777474'
    ]
  ],
  [
    ESCAPES,
    [
      'urn:epc:class:lgtin:4384738478.734.8484892%',
      'https://id.gs1.org/01/49557283728732/10//8484892%',
      'https://id.gs1.org/01/49367283728732/10//8484892%'
    ]
  ],
  [NO_REFERENCE, ['urn:epc:idpat:cpi:164759476414..*', 'https://id.gs1.org/401/656987789012']],
  [PREFIX_DIGITS, ['https://id.gs1.org/8010/123457-57578']]
]);

/** All of them are valid for upstream. */
export const EXCEPTIONS_OF_VALIDITY = listed([
  [
    DELIMITERS,
    [
      'https://id.gs1.org/8010/4748374/23748#94//8011/94304',
      'https://id.gs1.org/01/12345678901231/21//19:;<=>?AZ_az',
      'https://id.gs1.org/01/50999888777669/21//19:;<=>?AZ_az'
    ]
  ],
  [
    ESCAPES,
    [
      'urn:epc:id:giai:839495849585.0!"/%_',
      'https://id.gs1.org/8004/3575958495850!"/%_',
      'urn:epc:id:ginc:48493047.38473!""%/%&\'()*+,-.:=',
      'https://id.gs1.org/401/4849304738473!""%/%&\'()*+,-.:=',
      'urn:epc:id:grai:123456789012..!"%&\'()*+,-.',
      'https://id.gs1.org/8006/646734858938493844/21/!"%&\'()*+,-./1:;<=>=',
      'urn:epc:class:lgtin:2345678901.123.!"%&\'()*+,-./19:;<=>',
      'urn:epc:id:sgln:437473647364.."%&\'()*+,-./19:;<=>?',
      'urn:epc:id:sgtin:234567.1890123.!"%&\'()*+,-./',
      'https://id.gs1.org/01/78574584574857/235/!"%&\'()*+,-./'
    ]
  ],
  [PREFIX_DIGITS, ['https://id.gs1.org/8004/7324878;><=?', 'https://id.gs1.org/8010/123457-57578']],
  [NO_REFERENCE, ['urn:epc:idpat:cpi:164759476414..*']],
  [REQUISITE, ['https://id.gs1.org/01/09520123456788/21/ZZ9?12=241231&13=241001&15=241220']],
  [ORDER, ['https://id.gs1.org/01/09520123456788/21/XYZ/10/AB']],
  [
    DATE,
    [
      'https://id.dev.epcis.cloud/01/04006784292842/10/240/15/51010',
      'https://id.dev.epcis.cloud/01/04006784292842/10/240/16/51010/17/51010'
    ]
  ]
]);
