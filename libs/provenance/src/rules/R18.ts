import type { NamedItem, NamedQuantity } from '../event/model.js';
import { groupUri } from '../identifiers/canonicalItem.js';
import { addBalance, balanceAt } from '../state/balances.js';
import { decodeProduct, gtinOf, productKey } from '../state/productRecord.js';
import type { SideValues } from '../state/sideValues.js';
import type { EventScope, Violation } from './rule.js';
import { GRAM, unitOf } from '../units/units.js';
import { profilesOf } from '../state/profileRecord.js';
import { modes, type Profile, type RuleSheet } from './ruleSheet.js';

export const R18: RuleSheet = { rule: 'R18', codes: { MASS_BALANCE: modes('off', 'flag', 'flag', 'flag') } };

/** What may come out above what went in, per thousand: scales err, water is added. */
export const MASS_TOLERANCE: Readonly<Record<Profile, bigint>> = { open: 1000n, custody: 50n, pharma: 10n, food: 100n };

/** Masses are exact: 10^-15 g, for amounts have six digits and the smallest part of a mass unit is a nanogram. */
export interface Masses {
  /** null: something has no known mass, so nothing is compared. */
  readonly input: bigint | null;
  readonly output: bigint | null;
}

/** Mass of one entry: by its unit, or by the product's mass of one piece. Volumes have none: they are not conserved. */
function massOf(values: SideValues, named: NamedItem | NamedQuantity): bigint | null {
  const amount = 'amount' in named ? named.amount : 1_000_000n;
  const { dimension, parts } = unitOf('uom' in named ? named.uom : '');
  if (amount === null) return null;
  if (dimension === 'mass') return amount * parts;
  const gtin = dimension === 'pieces' ? gtinOf(named.item.uri) : '';
  const product = gtin === '' ? null : values.get(productKey(gtin));
  const netMass = product === null ? 0n : decodeProduct(product).netMass;
  // netMass is in millionths of a kilogram, a thousandth of a gram.
  return netMass === 0n ? null : (amount * parts * netMass * GRAM) / 1000n;
}

/**
 * Masses are kept and told in millionths of a gram. What went in is rounded up and what came out down, so that no
 * rounding makes a finding.
 */
const upToMillionths = (mass: bigint): bigint => (mass + GRAM - 1n) / GRAM;
const downToMillionths = (mass: bigint): bigint => mass / GRAM;
const told = (input: bigint, output: bigint): readonly [string, string] => [
  upToMillionths(input).toString(),
  downToMillionths(output).toString()
];

const sumOf = (masses: readonly (bigint | null)[]): bigint | null =>
  masses.reduce<bigint | null>((total, mass) => (total === null || mass === null ? null : total + mass), 0n);

const sum = (values: SideValues, list: readonly (NamedItem | NamedQuantity)[]): bigint | null =>
  sumOf(list.map((named) => massOf(values, named)));

export const massesOf = (scope: EventScope): Masses => massesIn(scope, sumOf(scope.event.inputs.map((named) => usedOf(scope, named))));

/** Of an instance that is used in part: what was there before, less what remains. */
function usedOf({ event, values, book }: EventScope, named: NamedItem): bigint | null {
  const { uri } = named.item;
  const before = book.settled(uri)?.remaining ?? null;
  const whole = massOf(values, before === null ? named : { ...named, ...before });
  const after = event.remaining.get(uri);
  const left = after === undefined ? 0n : massOf(values, { ...named, ...after });
  return whole === null || left === null ? null : whole - left;
}

const massesIn = ({ event, values }: EventScope, instances: bigint | null): Masses => ({
  input: sumOf([instances, sum(values, event.inputQuantities)]),
  output: sum(values, [...event.outputs, ...event.outputQuantities])
});

/** Whether more comes out than went in, with the tolerance of any of the profiles. */
export function isTooMuch(input: bigint, output: bigint, profiles: readonly Profile[]): boolean {
  return profiles.some((profile) => output * 1000n > input * (1000n + MASS_TOLERANCE[profile]));
}

/**
 * R18: what comes out of a transformation weighs no more than what went in. Flagged, never refused. A single event is
 * one node; a group is added up on its item and compared when it is closed.
 */
export function weigh(scope: EventScope): Violation | null {
  const { event } = scope;
  const masses = massesOf(scope);
  if (event.transformationID !== '') return addToGroup(scope, masses);
  const { input, output } = masses;
  if (input === null || output === null) return null;
  const uris = [...event.outputs, ...event.outputQuantities].map(({ item }) => item.uri);
  if (isTooMuch(input, output, profilesOf(scope))) {
    return scope.raise('MASS_BALANCE', uris.slice(0, 1), ...told(input, output));
  }
  return checkYield(scope, input);
}

/** Bounds that a product's maker has set: so much of it comes from a thousand of input. */
function checkYield(scope: EventScope, input: bigint): Violation | null {
  const { event, values } = scope;
  for (const named of [...event.outputs.slice(0, 1), ...event.outputQuantities]) {
    const gtin = gtinOf(named.item.uri);
    const value = gtin === '' ? null : values.get(productKey(gtin));
    if (value === null) continue;
    const { yieldMin, yieldMax } = decodeProduct(value);
    if (yieldMax === 0) continue;
    const same = [...event.outputs, ...event.outputQuantities].filter(({ item }) => gtinOf(item.uri) === gtin);
    const made = sum(values, same);
    if (made === null) continue;
    const isOutside = made * 1000n < input * BigInt(yieldMin) || made * 1000n > input * BigInt(yieldMax);
    const { uri } = named.item;
    const found = isOutside ? scope.raise('MASS_BALANCE', [uri], ...told(input, made)) : null;
    if (found !== null) return found;
  }
  return null;
}

/** Places of a group's item, in millionths of a gram; an amount at `unknown` says that something has no known mass. */
export const GROUP_INPUT = 'input';
export const GROUP_OUTPUT = 'output';
const UNKNOWN = 'unknown';

function addToGroup(scope: EventScope, { input, output }: Masses): null {
  const uri = groupUri(scope.signer, scope.event.transformationID);
  let group = scope.book.at(uri, 'group');
  const add = (place: string, mass: bigint | null): void => {
    group = addBalance(group, mass === null ? UNKNOWN : place, 'GRM', mass ?? 1n) ?? group;
  };
  add(GROUP_INPUT, input === null ? null : upToMillionths(input));
  add(GROUP_OUTPUT, output === null ? null : downToMillionths(output));
  scope.book.put(uri, group);
  return null;
}

/** Masses of a whole group, or null when they cannot be compared. */
export function groupMasses(group: Parameters<typeof balanceAt>[0]): { input: bigint; output: bigint } | null {
  if (balanceAt(group, UNKNOWN, 'GRM') > 0n) return null;
  return { input: balanceAt(group, GROUP_INPUT, 'GRM'), output: balanceAt(group, GROUP_OUTPUT, 'GRM') };
}
