import { checkIdentifier, epcUrnOf, parseGs1, readDigitalLink, type IdentifierOptions } from '@lading/provenance';
import { describeWithData } from '../fixtures/data.js';
import { casesOf, counted, disputed } from './vectors.js';
import { EXCEPTIONS_OF_CONVERSION, EXCEPTIONS_OF_VALIDITY } from './vectorExceptions.js';

interface Conversion {
  readonly op: string;
  readonly input: string;
  readonly gcpLength: number | null;
  readonly expected: string | null;
  readonly disputed?: string;
  readonly line: number;
}

interface Validation {
  readonly scheme: string;
  readonly input: string;
  readonly valid: boolean;
  readonly context: string | null;
  readonly line: number;
}

const CONVERSION = 'openepcis-epc-dl-conversion';
const VALIDITY = 'openepcis-identifier-validation';
const expectedOf = (row: { readonly input: string }): string => String((row as Conversion).expected);

const conversions = (direction: 'toURI' | 'toURN'): readonly Conversion[] =>
  casesOf<Conversion>(CONVERSION).filter(({ op }) => op.startsWith(direction));

/** What differs is listed with its reason; disputed rows (31, marked by the data) count for neither side. */
function compare(what: string, rows: readonly Conversion[], answerOf: (row: Conversion) => string | null): void {
  const undisputed = rows.filter((row) => row.disputed === undefined);
  const wrong = undisputed.filter((row) => answerOf(row) !== row.expected).map(({ input }) => input);
  expect(new Set(wrong)).toEqual(
    new Set(undisputed.map(({ input }) => input).filter((input) => EXCEPTIONS_OF_CONVERSION.has(input)))
  );
  counted(`${what} (${rows.length - undisputed.length} disputed left out)`, undisputed.length, wrong.length, wrong.length);
  disputed(CONVERSION, undisputed, EXCEPTIONS_OF_CONVERSION, expectedOf);
}

describeWithData('identifier vectors', () => {
  it('URN → Digital Link: every undisputed vector, but for the listed ones', () => {
    const rows = conversions('toURI');
    expect(rows).toHaveLength(147);
    compare('URN → Digital Link', rows, ({ input }) => {
      const id = parseGs1(input);
      return id.ok ? (id.value?.uri ?? null) : null;
    });
  });

  it('Digital Link → URN: every undisputed vector, but for the listed ones', () => {
    const rows = conversions('toURN');
    expect(rows).toHaveLength(147);
    compare('Digital Link → URN', rows, ({ op, input, expected, gcpLength }) => {
      // Without a length upstream asks a table of prefixes; here the expected answer plays the registry.
      const registered = /:([0-9]+)\./.exec(expected ?? '')?.[1]?.length ?? null;
      const urn = epcUrnOf(input, () => gcpLength ?? registered, { checkDigits: false, shortGtins: false });
      const isClass = urn !== null && /^urn:epc:(?:idpat|class):/.test(urn);
      return isClass === op.includes('ClassLevel') ? urn : null;
    });
  });

  it('what is no identifier is refused: every vector of validity, but for the listed ones', () => {
    const rows = casesOf<Validation>(VALIDITY);
    const wrong = rows.filter(({ scheme, input, valid, context }) => {
      const checkDigits = context?.includes('ValidationContext') ?? false;
      const length = checkDigits ? undefined : /(\d+)\D*$/.exec(context ?? '')?.[1];
      // "true, 10" is: only what EPCIS allows, company prefix of 10 digits.
      const onlyEpcis = context?.startsWith('true,') ?? false;
      // Without a length upstream looks links up in its own table of company prefixes, which knows none of these.
      const lookup = context === null && input.startsWith('http') ? () => null : undefined;
      const options: IdentifierOptions = {
        ...(lookup === undefined ? {} : { lookup }),
        ...{ checkDigits, shortGtins: false, onlyEpcis, bareKey: scheme !== 'GTINLotSerialExpiry' },
        ...(length === undefined ? {} : { prefixLength: Number(length) })
      };
      const hasAttributes = /^GTIN(?:Lot|Weight)/.test(scheme) && input.includes('?');
      return (checkIdentifier(input, options).ok && (!hasAttributes || readDigitalLink(input).ok)) !== valid;
    });
    expect(new Set(wrong.map(({ input }) => input))).toEqual(new Set(EXCEPTIONS_OF_VALIDITY.keys()));
    expect(wrong.filter(({ valid }) => !valid)).toEqual([]);
    counted('validity of identifiers', rows.length, wrong.length, EXCEPTIONS_OF_VALIDITY.size);
    disputed(VALIDITY, rows, EXCEPTIONS_OF_VALIDITY, () => 'valid');
    expect(rows).toHaveLength(358);
  });

  it('only twelve rows need a table of prefixes, and ten of them are refused without one as well', () => {
    const rows = casesOf<Validation>(VALIDITY).filter(({ context, input }) => context === null && input.startsWith('http'));
    const accepted = rows.filter(({ input }) => checkIdentifier(input, { checkDigits: false, shortGtins: false }).ok);
    expect([rows.length, accepted.map(({ line }) => line)]).toEqual([12, [70, 71]]);
  });

  it('the vectors that are cited against others say so', () => {
    const cited = [...EXCEPTIONS_OF_CONVERSION.values(), ...EXCEPTIONS_OF_VALIDITY.values()].flatMap(({ vectors }) => vectors);
    for (const { file, line, input, says } of new Set(cited)) {
      const rows = casesOf<{ input: unknown; line: number; valid?: boolean; expected?: string | null }>(file);
      const row = rows.find((candidate) => candidate.line === line && candidate.input === input);
      expect([input, typeof says === 'boolean' ? row?.valid : row?.expected]).toEqual([input, says]);
    }
  });
});
