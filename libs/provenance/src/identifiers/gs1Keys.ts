/**
 * The GS1 identification keys that name things in events, as Digital Link writes them (GS1 Digital Link URI Syntax
 * §4.11, GS1 General Specifications §3). A table, not code: one row a key.
 */

export type Level = 'instance' | 'class' | 'place' | 'party';

interface Qualifier {
  readonly ai: string;
  readonly pattern: RegExp;
  /** What the key plus this qualifier names; absent when the qualifier does not change the identity. */
  readonly level?: Level;
}

export interface Gs1Key {
  readonly ai: string;
  readonly name: string;
  /** The whole value, decoded. */
  readonly pattern: RegExp;
  /** Length of the leading digits whose last one is a check digit; 0 when there is none. */
  readonly checkedDigits: number;
  /** The value ends in a check character pair (GS1 General Specifications §7.9.5). */
  readonly hasCheckPair: boolean;
  /** Level of the key alone; a function when it depends on a serial part inside the value. */
  readonly level: (value: string) => Level;
  /** In the order in which they may follow the key; for identity the last one with a level wins. */
  readonly qualifiers: readonly Qualifier[];
}

/** AI encodable character set 82. */
const X = String.raw`[!"%&'()*+,\-./0-9:;<=>?A-Z_a-z]`;
const text = (max: number): RegExp => new RegExp(`^${X}{1,${max}}$`);
const always = (level: Level) => (): Level => level;
const serialAfter = (digits: number) => (value: string): Level => (value.length > digits ? 'instance' : 'class');

const CPV: Qualifier = { ai: '22', pattern: text(20) };
const LOT: Qualifier = { ai: '10', pattern: text(20), level: 'class' };
const SERIAL: Qualifier = { ai: '21', pattern: text(20), level: 'instance' };
const THIRD_PARTY_SERIAL: Qualifier = { ai: '235', pattern: text(28), level: 'instance' };

/** Who gave the unique identifier, in tobacco traceability: says nothing about which thing it is. */
const ISSUER: Qualifier = { ai: '7040', pattern: new RegExp(`^\\d${X}{2}[0-9A-Z_a-z-]$`) };
/** One of the services that a person or provider has a relation for. */
const RELATION: Qualifier = { ai: '8019', pattern: /^\d{1,10}$/, level: 'instance' };

const row = (
  ai: string,
  name: string,
  pattern: RegExp,
  checkedDigits: number,
  level: (value: string) => Level,
  qualifiers: readonly Qualifier[] = []
): Gs1Key => ({ ai, name, pattern, checkedDigits, hasCheckPair: ai === '8013', level, qualifiers });

const ROWS: readonly Gs1Key[] = [
  row('00', 'sscc', /^\d{18}$/, 18, always('instance')),
  row('01', 'gtin', /^\d{14}$/, 14, always('class'), [CPV, LOT, SERIAL, THIRD_PARTY_SERIAL]),
  row('253', 'gdti', new RegExp(`^\\d{13}${X}{0,17}$`), 13, serialAfter(13)),
  row('255', 'gcn', /^\d{13}\d{0,12}$/, 13, serialAfter(13)),
  row('401', 'ginc', text(30), 0, always('instance')),
  row('402', 'gsin', /^\d{17}$/, 17, always('instance')),
  row('414', 'gln', /^\d{13}$/, 13, always('place'), [{ ai: '254', pattern: text(20), level: 'place' }, ISSUER]),
  row('417', 'party', /^\d{13}$/, 13, always('party'), [ISSUER]),
  row('8003', 'grai', new RegExp(`^0\\d{13}${X}{0,16}$`), 14, serialAfter(14)),
  row('8004', 'giai', text(30), 0, always('instance'), [ISSUER]),
  row('8006', 'itip', /^\d{18}$/, 14, always('class'), [CPV, LOT, SERIAL]),
  row('8010', 'cpid', /^[#\-/0-9A-Z]{1,30}$/, 0, always('class'), [
    { ai: '8011', pattern: /^[1-9]\d{0,11}$/, level: 'instance' }
  ]),
  row('8013', 'gmn', text(25), 0, always('class')),
  row('8017', 'gsrnp', /^\d{18}$/, 18, always('instance'), [RELATION]),
  row('8018', 'gsrn', /^\d{18}$/, 18, always('instance'), [RELATION])
];

export const GS1_KEYS: ReadonlyMap<string, Gs1Key> = new Map(ROWS.map((key) => [key.ai, key]));

/** Names that Digital Link 1.1 allowed instead of numbers; read, never written. */
export const KEY_ALIASES: ReadonlyMap<string, string> = new Map([
  ...ROWS.map((key): [string, string] => [key.name, key.ai]),
  ['cpv', '22'],
  ['lot', '10'],
  ['ser', '21'],
  ['glnx', '254'],
  ['cpsn', '8011'],
  ['srin', '8019']
]);
