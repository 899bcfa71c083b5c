import fc from 'fast-check';
import { decodeItem, type ItemState } from '../state/itemState.js';
import * as kit from './testLedger.test-kit.js';

/** Whatever three organizations send, in any order: these hold after every event. */

const org = fc.constantFrom<kit.TestOrganization>('alpha', 'beta', 'gamma');
// Opaque identifiers: anybody may give them out, so most sequences get somewhere.
const serial = (n: number): string => `urn:x:serial:${n}`;
const lot = (name: string): string => `urn:x:lot:${name}`;
const item = fc.integer({ min: 1, max: 4 }).map(serial);
const box = fc.integer({ min: 1, max: 3 }).map((n) => `urn:x:box:${n}`);
const anything = fc.oneof(item, box);
const some = fc.uniqueArray(anything, { minLength: 1, maxLength: 2 });
const lots = fc
  .record({ name: fc.constantFrom('A', 'B'), value: fc.integer({ min: 0, max: 6 }) })
  .map(({ name, value }) => ({ quantityList: [kit.amount(lot(name), value)] }));
const inBox = lots.map(({ quantityList }) => ({ childQuantityList: quantityList }));

const event = fc.oneof(
  some.map((uris) => kit.commission(uris)),
  lots.map(({ quantityList }) => kit.createLot(quantityList)),
  fc.tuple(org, some).map(([to, uris]) => kit.ship(to, uris)),
  fc.tuple(org, lots).map(([to, list]) => kit.ship(to, [], list)),
  some.map((uris) => kit.receive(uris)),
  lots.map((list) => kit.receive([], list)),
  some.map((uris) => kit.voidShipping(uris)),
  lots.map((list) => kit.voidShipping([], list)),
  fc.tuple(box, some).map(([parent, uris]) => kit.pack(parent, uris)),
  fc.tuple(box, inBox).map(([parent, list]) => kit.pack(parent, [], list)),
  box.map((parent) => kit.unpack(parent)),
  fc.tuple(box, some).map(([parent, uris]) => kit.unpack(parent, { childEPCs: uris })),
  fc.tuple(box, inBox).map(([parent, list]) => kit.unpack(parent, list)),
  fc.tuple(item, item).map(([a, b]) => kit.transform({ inputEPCList: [a], outputEPCList: [b] })),
  lots.map(({ quantityList }) => kit.transform({ inputQuantityList: quantityList, outputEPCList: [serial(9)] })),
  some.map((uris) => kit.observe('storing', uris)),
  some.map((uris) => kit.remove('destroying', uris)),
  lots.map((list) => kit.remove('destroying', [], list))
);

const PREFIX = 'provenance/item/';

function items(ledger: kit.TestLedger): Map<string, ItemState> {
  const out = new Map<string, ItemState>();
  for (const [key, value] of ledger.state) if (key.startsWith(PREFIX)) out.set(
    key.slice(PREFIX.length),
    decodeItem(value)
  );
  return out;
}

/** Plain comparisons: this runs a hundred thousand times. */
function must(holds: boolean, what: string): void {
  if (!holds) throw new Error(what);
}

const text = (state: ItemState | undefined): string =>
  JSON.stringify(state ?? null, (_, value: unknown) => (typeof value === 'bigint' ? `${value}n` : value));

/** Invariants of ItemState, over the whole state. */
function checkConsistent(all: ReadonlyMap<string, ItemState>): void {
  const parents = new Map<string, string>();
  for (const [uri, { children }] of all) {
    must(children.every((child, i) => i === 0 || (children[i - 1] ?? '') < child), `${uri}: children ascend`);
    for (const child of children) {
      must(!parents.has(child), `${child} is in two parents`);
      parents.set(child, uri);
    }
  }
  for (const [uri, state] of all) checkItem(all, uri, state, parents.get(uri) ?? '');
}

const NOBODYS: readonly string[] = ['UNKNOWN', 'SOLD', 'DISPENSED'];

function checkItem(all: ReadonlyMap<string, ItemState>, uri: string, state: ItemState, parent: string): void {
  must(state.parent === parent, `${uri}: parent and children agree`);
  must((state.status === 'IN_PARENT') === (parent !== ''), `${uri}: ${state.status} in ${parent}`);
  must((state.status === 'IN_TRANSFER') === (state.transfer !== null), `${uri}: ${state.status}, transfer`);
  must(state.kind !== 'instance' || NOBODYS.includes(state.status) || state.custodian !== '', `${uri}: no custodian`);
  for (const { place, uom, amount } of state.balances) {
    must(amount > 0n, `${uri}: balance ${amount}`);
    if (!place.startsWith('in:')) continue;
    const inside = all.get(place.slice(3))?.contents.find((content) => content.uri === uri && content.uom === uom);
    must(inside?.amount === amount, `${uri}: ${place} lists it`);
  }
  for (const content of state.contents) {
    const entry = all.get(content.uri)?.balances.find(
      (balance) => balance.place === `in:${uri}` && balance.uom === content.uom
    );
    must(entry?.amount === content.amount, `${uri} contains ${content.uri}`);
  }
}

const total = (state: ItemState | undefined): bigint => (state?.balances ?? []).reduce(
  (sum, { amount }) => sum + amount,
  0n
);

interface Step {
  readonly signer: string;
  readonly body: { readonly type?: unknown; readonly action?: unknown };
  readonly sent: string;
}

/** What one applied event may do to one item, seen from outside the rules. */
function checkStep(uri: string, before: ItemState | undefined, after: ItemState, step: Step): void {
  const grown = after.count - (before?.count ?? 0);
  must(grown === 0 || grown === 1, `${uri}: chain grew by ${grown}`);
  must(grown === 1 || text(after) === text(before), `${uri}: changed without an event on its chain`);
  must(grown === 1 || !step.sent.includes(`"${uri}"`), `${uri}: named, but its chain did not grow`);
  const { type, action } = step.body;
  const makes = type !== 'AggregationEvent' && (
    action === 'ADD' || action === 'DELETE' || type === 'TransformationEvent'
  );
  must(makes || total(after) === total(before), `${uri}: amounts appeared or vanished`);
  if (before === undefined || before.custodian === after.custodian || before.custodian === '') return;
  // Custody leaves an organization only towards the one that signs, after it was sent there, or out of its container.
  must(after.custodian === step.signer, `${uri}: custody went to ${after.custodian}`);
  must(before.transfer?.to === step.signer || before.parent !== '', `${uri}: custody was taken`);
}

/** Something to work with, so that most sequences get somewhere. */
const START: readonly (readonly [kit.TestOrganization, Record<string, unknown>])[] = [
  ['alpha', kit.commission([serial(1), serial(2)])],
  ['beta', kit.commission([serial(3)])],
  ['alpha', kit.createLot([kit.amount(lot('A'), 9)])]
];

describe.each(['custody', 'open'] as const)('any sequence of events in profile %s', (profile) => {
  it('keeps one custodian, no negative balance, and chains as long as the events on them', () => {
    const statuses = new Map<string, number>();
    fc.assert(
      fc.property(fc.array(fc.tuple(org, event), { minLength: 10, maxLength: 40 }), (steps) => {
        const ledger = new kit.TestLedger(profile);
        let before = items(ledger);
        for (const [signer, body] of [...START, ...steps]) {
          const { status } = ledger.capture(signer, body);
          const after = items(ledger);
          statuses.set(status, (statuses.get(status) ?? 0) + 1);
          const step = { signer, body, sent: JSON.stringify(body) };
          if (status === 'APPLIED') for (const [uri, state] of after) checkStep(uri, before.get(uri), state, step);
          else must(
            [...after].every(([uri, state]) => text(state) === text(before.get(uri))),
            'a refused event left a trace'
          );
          checkConsistent(after);
          before = after;
        }
      }),
      { numRuns: 100, seed: 20_260_101 }
    );
    expect(statuses.get('APPLIED') ?? 0).toBeGreaterThan(600);
    if (profile === 'custody') expect(statuses.get('RECORDED') ?? 0).toBeGreaterThan(30);
  });
});
