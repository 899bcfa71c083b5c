import { decodeItem, itemStateKey, type ItemState } from '@lading/provenance';
import * as kit from '../../libs/provenance/src/capture/testLedger.test-kit.js';
import { figure } from '../e2e/figures.js';
import { deed } from '../scenarios-provenance/deeds.js';
import { thing as uriOf } from '../scenarios-provenance/names.js';
import { Dice, nextStep, sentenceOf } from './histories.js';
import { Model } from './model.js';
import type { Step, Thing } from './step.js';

/**
 * Random histories of four organizations, played to the contract and to a model that was written from the page of the
 * rules. After every step both agree on whether it was refused and on everything that matters about the goods.
 */
const HISTORIES = [[1, 5000], [2, 2000], [3, 2000]] as const;
const FINAL: readonly string[] = ['CONSUMED', 'INACTIVE', 'DESTROYED'];

function play(ledger: kit.TestLedger, step: Step): 'applied' | 'history' | 'refused' {
  const done = deed(sentenceOf(step));
  const eventTime = new Date(Date.UTC(2025, 0, step.day)).toISOString();
  const outcome =
    'event' in done
      ? ledger.capture(step.who, { eventTime, ...done.event })
      : ledger.operate(step.who, done.op, done.payload);
  if (outcome.status !== 'APPLIED') return 'refused';
  const isHistory = outcome.detail.some((entry) => Array.isArray(entry) && entry[1] === 'HISTORY_ONLY');
  return isHistory ? 'history' : 'applied';
}

const SEEN = new WeakMap<Uint8Array, string>();

/** The thing as the ledger has it; values that have not changed are not read again. */
function onLedger(ledger: kit.TestLedger, uri: string): string {
  const value = ledger.state.get(itemStateKey(uri)) ?? new Uint8Array(0);
  const known = SEEN.get(value) ?? JSON.stringify(seen(uri, value.length === 0 ? null : decodeItem(value)));
  SEEN.set(value, known);
  return known;
}

const transferOf = (transfer: ItemState['transfer']): readonly string[] | null =>
  transfer === null ? null : [transfer.from, transfer.to, transfer.owner, transfer.dispute];

const seen = (uri: string, state: ItemState | null): object => ({
  uri,
  status: state?.status ?? 'UNKNOWN',
  custodian: state?.custodian ?? '',
  owner: state?.owner ?? '',
  parent: state?.parent ?? '',
  children: state?.children ?? [],
  contents: (state?.contents ?? []).map(({ uri: lot, amount }) => [lot, Number(amount) / 1e6]),
  transfer: transferOf(state?.transfer ?? null),
  soldBy: state?.soldBy ?? '',
  remaining: state?.remaining === null || state === null ? null : Number(state.remaining.amount) / 1e6,
  disposition: state?.disposition ?? ''
});

const modelled = (name: string, thing: Thing): object => ({
  uri: uriOf(name),
  status: thing.status,
  custodian: thing.custodian,
  owner: thing.owner,
  parent: thing.parent === '' ? '' : uriOf(thing.parent),
  children: [...thing.children].map(uriOf).sort(),
  contents: [...thing.contents].map(([lot, amount]) => [uriOf(lot), amount] as const).sort(([a], [b]) => (a < b ? -1 : 1)),
  transfer: thing.transfer === null ? null : Object.values(thing.transfer),
  soldBy: thing.soldBy,
  remaining: thing.remaining,
  disposition: thing.disposition
});

const placeOf = (place: string): string => (place.startsWith('in:') ? `in:${uriOf(place.slice(3))}` : place);
const sorted = (entries: readonly (readonly [string, number])[]): string =>
  JSON.stringify([...entries].sort(([a], [b]) => (a < b ? -1 : 1)));

/** Everything in the model is so on the ledger, and the ledger has nothing more. */
function compare(ledger: kit.TestLedger, model: Model): void {
  const known = [...model.things].filter(([, { status }]) => status !== 'UNKNOWN');
  for (const [name, thing] of known) {
    const [here, there] = [JSON.stringify(modelled(name, thing)), onLedger(ledger, uriOf(name))];
    if (here !== there) throw new Error(`model  ${here}\nledger ${there}`);
    if (thing.status !== 'SOLD' && thing.custodian === '') throw new Error(`${name} is held by nobody`);
  }
  for (const [lot, places] of model.lots) {
    const here = sorted([...places].map(([place, amount]) => [placeOf(place), amount] as const));
    const balances = ledger.item(uriOf(lot))?.balances ?? [];
    const there = sorted(balances.map(({ place, amount }) => [place, Number(amount) / 1e6] as const));
    if (here !== there) throw new Error(`${lot}\nmodel  ${here}\nledger ${there}`);
  }
}

function countOnLedger(ledger: kit.TestLedger): number {
  let count = 0;
  for (const [key, value] of ledger.state) {
    if (!key.startsWith('provenance/item/')) continue;
    const { kind, status } = decodeItem(value);
    if (kind === 'instance' && status !== 'UNKNOWN') count += 1;
  }
  return count;
}

const total = (model: Model): number =>
  [...model.lots.values()].reduce((sum, places) => [...places.values()].reduce((part, amount) => part + amount, sum), 0);

/** What a step may do to the sum of all amounts: only makers add, only what ends takes away. */
const MAKES: readonly string[] = ['makes'];
const ENDS: readonly string[] = ['uses', 'sells', 'destroys', 'resolves'];

describe.each(HISTORIES)('a random history of four organizations (seed %i)', (seed, steps) => {
  it(`is the same to the contract and to the model through ${steps} steps`, () => {
    const dice = new Dice(seed);
    const [ledger, model] = [new kit.TestLedger('custody', kit.PREFIXES, 'delta'), new Model()];
    const verbs = new Map<string, number>();
    const [ended, special] = [new Set<string>(), new Set<string>()];
    for (let number = 0; number < steps; number++) {
      const step = nextStep(dice, model, number);
      const before = total(model);
      const first = step.things[0] === undefined ? null : { ...model.thing(step.things[0]) };
      const expected = model.take(step);
      const found = play(ledger, step);
      const where = `step ${number}, day ${step.day}: ${step.who} ${sentenceOf(step)}`;
      if (found !== expected) throw new Error(`${where}\nmodel ${expected}, ledger ${found}`);
      try {
        compare(ledger, model);
      } catch (error) {
        throw new Error(`${where}\n${String(error)}`, { cause: error });
      }
      const change = total(model) - before;
      if ((change > 0 && !MAKES.includes(step.verb)) || (change < 0 && !ENDS.includes(step.verb))) {
        throw new Error(`${where}: amounts changed by ${change}`);
      }
      for (const name of ended) if (!FINAL.includes(model.thing(name).status)) throw new Error(`${where}: ${name} revived`);
      for (const [name, { status }] of model.things) if (FINAL.includes(status)) ended.add(name);
      if (found === 'applied' && step.keeping !== undefined && step.keeping > 0) special.add('in part');
      if (found === 'applied' && step.verb === 'ships' && first !== null && first.custodian !== step.who) special.add('by an agent');
      const isRecalled = first?.custodian === step.who && model.permits.recallsOf(step.things[0] ?? '').length > 0;
      if (found === 'refused' && step.verb === 'ships' && isRecalled) special.add('recalled');
      if (found === 'applied') verbs.set(step.verb, (verbs.get(step.verb) ?? 0) + 1);
    }
    expect(countOnLedger(ledger)).toBe([...model.things.values()].filter(({ status }) => status !== 'UNKNOWN').length);
    // A history in which nothing can be done would prove nothing: every verb succeeds, and often.
    expect([...verbs.keys()].sort()).toEqual([
      'appoints', 'cancels', 'commissions', 'destroys', 'disputes', 'empties', 'ends the recall', 'makes', 'packs', 'recalls', 'receives',
      'rejects', 'resolves', 'returns', 'sells', 'ships', 'stores', 'unpacks', 'uses', 'voids'
    ]);
    // What only few steps do has been done, too: by agents, in part, and against a recall.
    expect([...special].sort()).toEqual(['by an agent', 'in part', 'recalled']);
    const done = [...verbs.values()].reduce((sum, times) => sum + times, 0);
    expect(done).toBeGreaterThan(steps / 5);
    const wanted = seed === 1 ? { atLeast: 5000 } : { exactly: steps };
    figure(`seed ${seed}: steps that the contract and the model judged alike`, steps, 'steps', wanted);
    figure(`seed ${seed}: of these, steps that were not refused`, done, 'steps', { atLeast: steps / 5 });
  }, 240_000);
});
