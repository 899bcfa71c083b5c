/** Vectors whose verdict we do not share, by reason. A test fails when one of them comes to agree, or another one differs. */

const BARE =
  'Reserved characters stand bare inside a value. In a web address "/", "?" and "#" are delimiters (RFC 3986 §3.3–3.5) and "%" ' +
  'begins an escape (§2.1, §2.4): Digital Link has values escaped. In a URN the serial characters (GS3A3Char and CPRefChar in the ' +
  'common grammar of the EPC Tag Data Standard, table of its appendix A) leave out " % & / < > ?, which are written as escapes. ' +
  'Guessing would give one item two addresses.';
const NO_REFERENCE =
  'The reference is empty, or the prefix is no number. The Tag Data Standard wants at least one character of a CPI or GINC ' +
  'reference, and the company prefix of every key is digits.';
const CLASS =
  'An ITIP without serial names a class, which is an identifier: EPCIS has it in quantity lists (CBV 2.0, class-level ' +
  'identification). Upstream says no because the function that is called asks for an instance; the row does not tell which it was.';
const ORDER =
  'Qualifiers stand in the order of the key: row 01 of the syntax dictionary has dlpkey=22,10,21|235, so lot before serial; ' +
  'dates (15, 16, 17) are attributes and belong into the query (their rows have the flag ? and no dlpkey).';
const NO_PREFIX = 'Upstream knows no company prefix for it; row 8010 of the syntax dictionary asks for nothing but Y..30.';
const REQUISITE = 'A due date belongs to a payment slip: row 12 of the syntax dictionary has req=8020.';

const listed = (groups: readonly (readonly [reason: string, inputs: readonly string[]])[]): ReadonlyMap<string, string> =>
  new Map(groups.flatMap(([reason, inputs]) => inputs.map((input): [string, string] => [input, reason])));

export const EXCEPTIONS_OF_CONVERSION = listed([
  [
    BARE,
    [
      'urn:epc:id:cpi:6282274.234748947/.94304',
      'urn:epc:class:lgtin:4384738478.734.8484892%',
      'https://id.gs1.org/8010/4748374/23748#94//8011/94304',
      'https://id.gs1.org/8010/8585885039434/38',
      'https://id.gs1.org/8010/9520885039434/38',
      'https://id.gs1.org/01/74778478489849/10//777474',
      'https://id.gs1.org/01/49557283728732/10//8484892%',
      'https://id.gs1.org/01/49367283728732/10//8484892%'
    ]
  ],
  [
    NO_REFERENCE,
    [
      'urn:epc:idpat:cpi:164759476414..*',
      'https://id.gs1.org/8010/123457-57578',
      'https://id.gs1.org/401/656987789012'
    ]
  ]
]);

/** By upstream's verdict and the input. */
export const EXCEPTIONS_OF_VALIDITY = listed([
  [
    BARE,
    [
      'true https://id.gs1.org/8010/4748374/23748#94//8011/94304',
      'true urn:epc:id:giai:839495849585.0!"/%_',
      'true https://id.gs1.org/8004/3575958495850!"/%_',
      'true https://id.gs1.org/8004/7324878;><=?',
      'true urn:epc:id:ginc:48493047.38473!""%/%&\'()*+,-.:=',
      'true https://id.gs1.org/401/4849304738473!""%/%&\'()*+,-.:=',
      'true urn:epc:id:grai:123456789012..!"%&\'()*+,-.',
      'true https://id.gs1.org/8006/646734858938493844/21/!"%&\'()*+,-./1:;<=>=',
      'true urn:epc:class:lgtin:2345678901.123.!"%&\'()*+,-./19:;<=>',
      'true urn:epc:id:sgln:437473647364.."%&\'()*+,-./19:;<=>?',
      'true urn:epc:id:sgtin:234567.1890123.!"%&\'()*+,-./',
      'true https://id.gs1.org/01/12345678901231/21//19:;<=>?AZ_az',
      'true https://id.gs1.org/01/50999888777669/21//19:;<=>?AZ_az',
      'true https://id.gs1.org/01/78574584574857/235/!"%&\'()*+,-./'
    ]
  ],
  [NO_PREFIX, ['false https://id.gs1.org/8010/12345678901234A/8011/1111']],
  [REQUISITE, ['true https://id.gs1.org/01/09520123456788/21/ZZ9?12=241231&13=241001&15=241220']],
  [CLASS, ['false https://id.gs1.org/8006/123456789012356787']],
  [NO_REFERENCE, ['true urn:epc:idpat:cpi:164759476414..*', 'true https://id.gs1.org/8010/123457-57578']],
  [
    ORDER,
    [
      'true https://id.gs1.org/01/09520123456788/21/XYZ/10/AB',
      'true https://id.dev.epcis.cloud/01/04006784292842/10/240/15/51010',
      'true https://id.dev.epcis.cloud/01/04006784292842/10/240/16/51010/17/51010'
    ]
  ]
]);
