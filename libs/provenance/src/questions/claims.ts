import { inStoryOrder, type StoryEvent, type StoryItem } from './story.js';
import { toldIn, unitOf, type Unit } from '../units/units.js';

/** An event with the claims that it makes: certificates that its certificationInfo names. */
export interface ClaimingEvent extends StoryEvent {
  readonly claims: readonly string[];
}

/**
 * Certified material of one claim and dimension at a site (rule R18: output of claim C ≤ input of C). Amounts are integers
 * of `digits` digits behind the point.
 */
export interface ClaimLine {
  readonly claim: string;
  readonly uom: string;
  readonly digits: number;
  /** Left over from the time before. */
  readonly opening: bigint;
  /** Certified material that went into transformations; every lot no more than once. */
  readonly input: bigint;
  /** What transformations made under the claim. */
  readonly output: bigint;
  readonly closing: bigint;
  /** How far the claim was overdrawn at its worst; null: never. */
  readonly overdrawn: bigint | null;
  /** Event that overdrew it first. */
  readonly by: string | null;
}

interface Account {
  readonly claim: string;
  readonly dimension: Unit['dimension'];
  readonly units: Set<string>;
  opening: bigint;
  input: bigint;
  output: bigint;
  lowest: bigint;
  by: string | null;
}

const PIECE = 1_000_000n;

/** Claims that the events which brought something into being make of it. */
interface Certified {
  readonly claims: ReadonlySet<string>;
  /** Parts of each dimension that have not been counted as an input yet. */
  readonly left: Map<Unit['dimension'], bigint>;
}

/**
 * Balance of claims over [fromMs, toMs): transformations among `events` turn certified inputs into certified outputs.
 * `origins`: events that brought the inputs into being, wherever that was.
 */
export function claimBalance(
  events: readonly ClaimingEvent[],
  origins: readonly ClaimingEvent[],
  fromMs: number,
  toMs: number
): readonly ClaimLine[] {
  const certified = certifiedBy(origins);
  const accounts = new Map<string, Account>();
  for (const event of inStoryOrder(events) as readonly ClaimingEvent[]) {
    if (event.eventTimeMs >= toMs) break;
    if (event.type !== 'TransformationEvent') continue;
    const isBefore = event.eventTimeMs < fromMs;
    const touched = new Set<Account>();
    const book = (claim: string, item: StoryItem, side: 'input' | 'output', amount: bigint): void => {
      const account = accountOf(accounts, claim, item.uom);
      account.units.add(item.uom);
      if (isBefore) account.opening += side === 'input' ? amount : -amount;
      else account[side] += amount;
      touched.add(account);
    };
    for (const item of goodsIn(event, 'input')) {
      drawn(item, certified.get(item.uri), (claim, amount) => book(claim, item, 'input', amount));
    }
    for (const item of goodsIn(event, 'output')) for (const claim of event.claims) book(claim, item, 'output', amountOf(item));
    for (const account of touched) {
      const now = closingOf(account);
      if (now < 0n) account.by ??= event.ref;
      if (now < account.lowest) account.lowest = now;
    }
  }
  return [...accounts.values()].map(lineOf).sort((a, b) => (a.claim < b.claim ? -1 : a.claim > b.claim ? 1 : 0));
}

const goodsIn = (event: ClaimingEvent, side: 'input' | 'output'): readonly StoryItem[] =>
  event.items.filter(({ role, isClass, amount }) => role.startsWith(side) && (!isClass || amount !== null));

const amountOf = ({ amount, uom }: StoryItem): bigint => (amount ?? PIECE) * unitOf(uom).parts;

/** What may be counted of an input: never more, over all transformations, than came into being under the claim. */
function drawn(item: StoryItem, certified: Certified | undefined, count: (claim: string, amount: bigint) => void): void {
  if (certified === undefined) return;
  const { dimension } = unitOf(item.uom);
  const left = certified.left.get(dimension) ?? 0n;
  const wanted = amountOf(item);
  const amount = wanted < left ? wanted : left;
  certified.left.set(dimension, left - amount);
  for (const claim of certified.claims) count(claim, amount);
}

function certifiedBy(origins: readonly ClaimingEvent[]): ReadonlyMap<string, Certified> {
  const certified = new Map<string, { claims: Set<string>; left: Map<Unit['dimension'], bigint> }>();
  for (const event of inStoryOrder(origins) as readonly ClaimingEvent[]) {
    if (event.claims.length === 0) continue;
    const born = (role: string): boolean => /^output/.test(role) || (/^epc/.test(role) && event.action === 'ADD');
    for (const item of event.items) {
      if (!born(item.role) || (item.isClass && item.amount === null)) continue;
      const entry = certified.get(item.uri) ?? { claims: new Set(), left: new Map() };
      for (const claim of event.claims) entry.claims.add(claim);
      const { dimension } = unitOf(item.uom);
      entry.left.set(dimension, (entry.left.get(dimension) ?? 0n) + amountOf(item));
      certified.set(item.uri, entry);
    }
  }
  return certified;
}

function accountOf(accounts: Map<string, Account>, claim: string, uom: string): Account {
  const { dimension } = unitOf(uom);
  const key = JSON.stringify([claim, dimension]);
  const none = { opening: 0n, input: 0n, output: 0n, lowest: 0n, by: null };
  const account = accounts.get(key) ?? { claim, dimension, units: new Set(), ...none };
  accounts.set(key, account);
  return account;
}

const closingOf = ({ opening, input, output }: Account): bigint => opening + input - output;

function lineOf(account: Account): ClaimLine {
  const { claim, dimension, units, opening, input, output, lowest, by } = account;
  const { uom, digits, divisor } = toldIn(dimension, units);
  return {
    ...{ claim, uom, digits, by },
    ...{ opening: opening / divisor, input: input / divisor, output: output / divisor, closing: closingOf(account) / divisor },
    overdrawn: lowest < 0n ? -lowest / divisor : null
  };
}
