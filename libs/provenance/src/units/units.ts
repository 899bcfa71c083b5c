/** What an amount measures. Amounts of different dimensions are never added: nobody knows how heavy a litre is. */
export type Dimension = 'mass' | 'volume' | 'pieces';

/** A unit of UN/CEFACT Recommendation 20 as an exact multiple of the smallest part of its dimension. */
export interface Unit {
  /** A unit that is none of these is a dimension of its own, by its code. */
  readonly dimension: Dimension | `unit:${string}`;
  readonly parts: bigint;
}

/** Unit that sums of several units are told in, and how many decimal digits one part of it is away. */
const TOLD_IN: Readonly<Record<Dimension, { readonly uom: string; readonly digits: number }>> = {
  // Parts: nanograms; 10^-13 litres, the last digit of the US fluid ounce; pieces.
  mass: { uom: 'KGM', digits: 12 },
  volume: { uom: 'LTR', digits: 13 },
  pieces: { uom: '', digits: 0 }
};

/** `decimal`: value of one unit in grams, litres or pieces, by its legal definition, where it has one. */
const UNITS: Readonly<Record<Dimension, Readonly<Record<string, string>>>> = {
  mass: {
    ...{ GRM: '1', KGM: '1000', TNE: '1000000', KTN: '1000000000', '2U': '1000000', DTN: '100000', HGM: '100', DJ: '10' },
    ...{ DG: '0.1', CGM: '0.01', MGM: '0.001', MC: '0.000001' },
    // International yard and pound agreement of 1959: one pound is 0.45359237 kg; an ounce a sixteenth, a grain 1/7000.
    ...{ LBR: '453.59237', ONZ: '28.349523125', GRN: '0.06479891', STI: '6350.29318', CWA: '45359.237', CWI: '50802.34544' },
    ...{ STN: '907184.74', LTN: '1016046.9088' },
    // Precious metals and stones: troy pound, its twelfth, a twentieth of that; the metric carat.
    ...{ LBT: '373.2417216', APZ: '31.1034768', DWT: '1.55517384', CTM: '0.2' }
  },
  volume: {
    ...{ LTR: '1', MLT: '0.001', CLT: '0.01', DLT: '0.1', A44: '10', HLT: '100', K6: '1000', MAL: '1000000', '4G': '0.000001' },
    ...{ MTQ: '1000', DMQ: '1', CMQ: '0.001', MMQ: '0.000001', INQ: '0.016387064', FTQ: '28.316846592', YDQ: '764.554857984' },
    // US customary: gallon of 231 cubic inches; imperial: gallon of 4.54609 litres.
    ...{ GLL: '3.785411784', QTL: '0.946352946', PTL: '0.473176473', OZA: '0.0295735295625', BLL: '158.987294928', GIA: '0.11829411825' },
    // US dry measures: the bushel of 2150.42 cubic inches.
    ...{ BUA: '35.23907016688', QTD: '1.101220942715', PTD: '0.5506104713575' },
    ...{ GLI: '4.54609', QTI: '1.1365225', PTI: '0.56826125', OZI: '0.0284130625', GII: '0.1420653125', BUI: '36.36872' }
  },
  pieces: {
    ...{ '': '1', H87: '1', EA: '1', C62: '1', NAR: '1', PR: '2', NPR: '2', DZN: '12', DPC: '12', SCO: '20', DPR: '24' },
    ...{ CEN: '100', HC: '100', GRO: '144', MIL: '1000', T3: '1000', GGR: '1728', MIO: '1000000' }
  }
};

const DIGITS: Readonly<Record<Dimension, number>> = { mass: 9, volume: 13, pieces: 0 };

const KNOWN: ReadonlyMap<string, Unit> = new Map(
  (Object.keys(UNITS) as Dimension[]).flatMap((dimension) =>
    Object.entries(UNITS[dimension]).map(([uom, decimal]): [string, Unit] => [uom, { dimension, parts: parts(decimal, DIGITS[dimension]) }])
  )
);

/** Parts of a gram. */
export const GRAM = 10n ** BigInt(DIGITS.mass);

function parts(decimal: string, digits: number): bigint {
  const [whole = '', fraction = ''] = decimal.split('.');
  return BigInt(whole + fraction.padEnd(digits, '0'));
}

export const unitOf = (uom: string): Unit => KNOWN.get(uom) ?? { dimension: `unit:${uom}`, parts: 1n };

/** How sums of one dimension are told: in the one unit that all were told in, else in the dimension's own. */
export interface Told {
  readonly uom: string;
  /** Amounts times this, as integers, have no digits behind the point lost. */
  readonly digits: number;
  /** What a sum of parts, each times 10^6, is divided by: always without rest. */
  readonly divisor: bigint;
}

/** Amounts on the ledger have six digits behind the point. */
const MILLIONTHS = 6;

export function toldIn(dimension: Unit['dimension'], uoms: ReadonlySet<string>): Told {
  const [only = ''] = uoms;
  if (uoms.size === 1 || !isDimension(dimension)) return { uom: only, digits: MILLIONTHS, divisor: unitOf(only).parts };
  const { uom, digits } = TOLD_IN[dimension];
  return { uom, digits: MILLIONTHS + digits, divisor: 1n };
}

const isDimension = (dimension: string): dimension is Dimension => Object.hasOwn(TOLD_IN, dimension);

/** An integer of so many digits behind the point, as decimal text without zeros at its end. */
export function decimalText(value: bigint, digits: number): string {
  const text = (value < 0n ? -value : value).toString().padStart(digits + 1, '0');
  const [whole, fraction] = [text.slice(0, text.length - digits), text.slice(text.length - digits).replace(/0+$/, '')];
  return `${value < 0n ? '-' : ''}${whole}${fraction === '' ? '' : `.${fraction}`}`;
}
