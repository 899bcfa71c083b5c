import { checkIdentifier, epcUrnOf, parseGs1, readDigitalLink, type IdentifierOptions } from '@lading/provenance';
import { describeWithData } from '../fixtures/data.js';
import { casesOf, counted } from './vectors.js';
import { EXCEPTIONS_OF_CONVERSION, EXCEPTIONS_OF_VALIDITY } from './vectorExceptions.js';

interface Conversion {
  readonly op: string;
  readonly input: string;
  readonly gcpLength: number | null;
  readonly expected: string | null;
  readonly disputed?: string;
}

interface Validation {
  readonly scheme: string;
  readonly input: string;
  readonly valid: boolean;
  readonly context: string | null;
}

const conversions = (direction: 'toURI' | 'toURN'): readonly Conversion[] =>
  casesOf<Conversion>('openepcis-epc-dl-conversion').filter(({ op }) => op.startsWith(direction));

/** What differs is listed with its reason; disputed rows (31, marked by the data) count for neither side. */
function compare(what: string, rows: readonly Conversion[], answerOf: (row: Conversion) => string | null): void {
  const undisputed = rows.filter((row) => row.disputed === undefined);
  const wrong = undisputed.filter((row) => answerOf(row) !== row.expected).map(({ input }) => input);
  expect(new Set(wrong)).toEqual(
    new Set(undisputed.map(({ input }) => input).filter((input) => EXCEPTIONS_OF_CONVERSION.has(input)))
  );
  counted(`${what} (${rows.length - undisputed.length} disputed left out)`, undisputed.length, wrong.length);
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
    const rows = casesOf<Validation>('openepcis-identifier-validation');
    const wrong = rows.filter(({ scheme, input, valid, context }) => {
      const checkDigits = context?.includes('ValidationContext') ?? false;
      const length = checkDigits ? undefined : /(\d+)\D*$/.exec(context ?? '')?.[1];
      // "true, 10" is: only what EPCIS allows, company prefix of 10 digits.
      const onlyEpcis = context?.startsWith('true,') ?? false;
      const options: IdentifierOptions = {
        ...{ checkDigits, shortGtins: false, onlyEpcis, bareKey: scheme !== 'GTINLotSerialExpiry' },
        ...(length === undefined ? {} : { prefixLength: Number(length) })
      };
      const hasAttributes = /^GTIN(?:Lot|Weight)/.test(scheme) && input.includes('?');
      return (checkIdentifier(input, options).ok && (!hasAttributes || readDigitalLink(input).ok)) !== valid;
    });
    expect(new Set(wrong.map(({ valid, input }) => `${valid} ${input}`))).toEqual(new Set(EXCEPTIONS_OF_VALIDITY.keys()));
    counted('validity of identifiers', rows.length, wrong.length);
    expect(rows).toHaveLength(358);
  });
});
