/** Vectors whose verdict we do not share, by reason. A test fails when one of them comes to agree, or another one differs. */

const BARE =
  'Reserved characters stand bare inside a value. "/", "#" and "?" end a path or a segment there and "%" begins an escape; ' +
  'the standards ask for escapes, and guessing would give one item two addresses.';
const NO_REFERENCE = 'The reference is empty, or the prefix is no number: not in the grammar of the EPC Tag Data Standard.';
const PADDED = 'A GTIN of 13 digits is the one of 14 with a zero in front; upstream refuses it here and accepts it elsewhere.';
const CLASS = 'The link names a class; upstream asks for an instance because of the function that is called.';
const EPCIS = 'Upstream refuses qualifiers and attributes that EPCIS does not key by; we read them and key without them.';
const ORDER = 'Qualifiers stand in the order of the GS1 dictionary (lot before serial), and dates belong into the query.';
const NO_PREFIX = 'Upstream knows no company prefix for it; its digits alone are a valid reference.';
const REQUISITE = 'A due date (12) belongs to a payment slip (8020), as the dictionary says.';
const FRAGMENT = 'What follows "#" is the fragment of a web address; what stands before it is a valid link.';

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
  ],
  [
    PADDED,
    [
      'https://id.gs1.org/01/1234567890123/10/9999',
      'https://id.gs1.org/01/1234567890123',
      'https://id.gs1.org/01/1234567890123/235/1111ANC'
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
  [FRAGMENT, ['false https://id.gs1.org/8010/30056867890#1294-5A/8011/4893']],
  [CLASS, ['false https://id.gs1.org/8006/123456789012356787', 'false https://id.gs1.org/01/09520123456788?17=180426']],
  [NO_REFERENCE, ['true urn:epc:idpat:cpi:164759476414..*', 'true https://id.gs1.org/8010/123457-57578']],
  [PADDED, ['false https://id.gs1.org/01/1234567890123/10/9999']],
  [
    EPCIS,
    [
      'false https://id.gs1.org/01/09520123456784/22/22A',
      'false https://id.gs1.org/01/09520123456788?3103=000195&3922=0299&17=201225',
      'false https://example.com/01/09520123456788?3103=000195'
    ]
  ],
  [
    ORDER,
    [
      'true https://id.gs1.org/01/09520123456788/21/XYZ/10/AB',
      'true https://id.dev.epcis.cloud/01/04006784292842/10/240/15/51010',
      'true https://id.dev.epcis.cloud/01/04006784292842/10/240/16/51010/17/51010'
    ]
  ]
]);
