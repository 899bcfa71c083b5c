import { ZERO_HASH, type Hash } from '@lading/kernel';
import {
  encodeLinks, keyHash, PROOF_COMMAS, valueHash, verifyAbsence, verifyPresence, type ProvenanceProof
} from '@lading/ledger';
import { verifyProvenance, type ProvenanceFacts, type Report } from '@lading/verifier';
import { kg, Names, object, pack, unpack } from './coffee.js';
import { C1_NATIVE } from './nativeCrypto.js';
import { StoryLedger, storyText } from './storyLedger.js';
import { Tally } from './tally.js';

/** What members do, all of it true, so that a story says less than happened. Organization 1 owns the goods, 2 is another member. */
interface Stage {
  readonly ledger: StoryLedger;
  readonly names: Names;
  readonly bag: string;
  readonly sack: string;
  readonly lot: string;
  readonly inner: string;
  readonly outer: string;
}

function stage(profile: 'custody' | 'open' = 'custody'): Stage {
  const ledger = new StoryLedger(profile);
  const names = new Names(ledger);
  const [bag, sack, lot] = [names.serial(1, 'BAG1'), names.serial(1, 'SACK1', 2), names.lot(1, 'L1')];
  ledger.capture(1, [
    object('ADD', 'commissioning', [bag, sack]),
    object('ADD', 'creating_class_instance', [], { quantityList: [kg(lot, 100)] })
  ]);
  return { ledger, names, bag, sack, lot, inner: names.pallet(1, 1), outer: names.pallet(1, 2) };
}

const judge = ({ ledger }: Stage, proof: ProvenanceProof): Report<ProvenanceFacts> =>
  verifyProvenance(storyText(proof), ledger.network.genesisBytes, C1_NATIVE);

const deeds = new Tally('deeds that are to make a story say less: told whole');
const forgeries = new Tally('forged files and entries of the state: refused');
afterAll(() => [deeds, forgeries].forEach((one) => one.show()));

/** What the verifier says of a forged file. */
function forged(report: Report<ProvenanceFacts>): Report<ProvenanceFacts> {
  return forgeries.count(report, report.verdict === 'FALSE' || report.verdict === 'MALFORMED');
}

/** The facts of a story that holds. */
async function told(on: Stage, subject: string): Promise<{ facts: ProvenanceFacts; proof: ProvenanceProof }> {
  const proof = await on.ledger.story(subject);
  const report = judge(on, proof);
  expect(deeds.count(report.checks.filter(({ ok }) => !ok), report.verdict === 'VERIFIED')).toEqual([]);
  if (report.facts === null) throw new Error(report.detail);
  return { facts: report.facts, proof };
}

const recalled = ({ recalls }: ProvenanceFacts): readonly (readonly [string, string])[] =>
  recalls.map(({ item, relations }) => [item, relations.join()] as const);
const relationOf = ({ items }: ProvenanceFacts, uri: string): string | undefined =>
  items.find(({ item }) => item === uri)?.relations.join();
const recall = (item: string) => ({ recall: 'R1', destinations: [], item });
const declared = { errorDeclaration: { declarationTime: '2026-01-01T00:00:00Z', reason: 'incorrect_data' } };
const inCase = (on: Stage): string => on.names.serial(1, 'CASE1', 3);

describe('a container with a recall cannot be left on paper', () => {
  it.each<[string, 'custody' | 'open', (on: Stage) => void]>([
    ['by declaring an earlier unpacking wrong', 'custody', ({ ledger, inner, bag }) => {
      const out = unpack(inner, { childEPCs: [bag], eventID: 'urn:uuid:00000000-0000-4000-8000-00000000abcd' });
      ledger.capture(1, [pack(inner, [bag])]);
      ledger.capture(1, [out]);
      ledger.capture(1, [pack(inner, [bag])]);
      ledger.capture(1, [{ ...out, ...declared }]);
    }],
    ['by the unpacking of somebody who does not hold it, where that is kept as history', 'open', ({ ledger, inner, bag }) => {
      ledger.capture(1, [pack(inner, [bag])]);
      ledger.capture(2, [unpack(inner, { childEPCs: [bag] })]);
    }],
    ['by packing it again where it is', 'open', ({ ledger, inner, bag }) => {
      ledger.capture(1, [pack(inner, [bag])]);
      ledger.capture(1, [pack(inner, [bag])]);
      ledger.capture(2, [unpack(inner, { childEPCs: [bag] })]);
      ledger.capture(2, [pack(inner, [bag])]);
      ledger.capture(2, [unpack(inner, { childEPCs: [bag] })]);
    }]
  ])('%s', async (_, profile, deed) => {
    const on = stage(profile);
    const { ledger, inner, bag, names } = on;
    deed(on);
    ledger.capture(1, [object('OBSERVE', 'storing', [inner], { readPoint: { id: names.site(1, 7) } })]);
    ledger.operate(1, 'recall.open', recall(inner));
    const { facts } = await told(on, bag);
    expect(recalled(facts)).toEqual([[inner, 'container']]);
    expect(facts.events.filter(({ bizStep }) => bizStep === 'storing')).toHaveLength(1);
  });

  it('by a container between them: what is around it counts as well', async () => {
    const on = stage();
    on.ledger.capture(1, [pack(on.inner, [on.bag]), pack(on.outer, [on.inner])]);
    on.ledger.operate(1, 'recall.open', recall(on.outer));
    const { facts } = await told(on, on.bag);
    expect(recalled(facts)).toEqual([[on.outer, 'container']]);
  });

  it('by taking out a part of a lot, or all of it and putting some back', async () => {
    const on = stage();
    const amount = (quantity: number) => ({ childQuantityList: [kg(on.lot, quantity)] });
    on.ledger.capture(1, [pack(on.inner, [], amount(10))]);
    on.ledger.capture(1, [unpack(on.inner, amount(10))]);
    on.ledger.capture(1, [pack(on.inner, [], amount(5))]);
    on.ledger.capture(1, [unpack(on.inner, amount(4))]);
    on.ledger.operate(1, 'recall.open', recall(on.inner));
    expect(recalled((await told(on, on.lot)).facts)).toEqual([[on.inner, 'container']]);
  });

  it('by taking things out of the box within it, which stays where it is', async () => {
    const on = stage();
    on.ledger.capture(1, [pack(on.inner, [on.bag]), pack(on.outer, [on.inner])]);
    on.ledger.operate(1, 'recall.open', recall(on.outer));
    on.ledger.capture(1, [unpack(on.inner, { childEPCs: [on.bag] })]);
    expect(recalled((await told(on, on.bag)).facts)).toEqual([[on.bag, 'subject']]);
  });

  it('but one that was left long ago holds up nobody, nor what it was put into', async () => {
    const on = stage();
    on.ledger.capture(1, [pack(on.inner, [on.bag, on.sack]), pack(on.outer, [on.inner])]);
    on.ledger.capture(1, [unpack(on.inner, { childEPCs: [on.bag] })]);
    on.ledger.operate(1, 'recall.open', recall(on.outer));
    const { facts } = await told(on, on.bag);
    expect([recalled(facts), relationOf(facts, on.outer)]).toEqual([[], 'former container']);
    expect(recalled((await told(on, on.sack)).facts)).toEqual([[on.outer, 'container']]);
  });
});

describe('what a thing was made of cannot be hidden', () => {
  const roast = (on: Stage, more: object): void => {
    const outputEPCList = [on.names.serial(1, 'OUT', 4)];
    on.ledger.capture(1, [{ type: 'TransformationEvent', bizStep: 'commissioning', outputEPCList, ...more }]);
  };
  const openOf = (on: Stage, item: number, scope: object): void => {
    on.ledger.operate(1, 'recall.open', { recall: 'R1', destinations: [], gtin: on.names.gtin(1, item), ...scope });
  };

  it.each<[string, (on: Stage) => void, (on: Stage) => string]>([
    ['a thing', ({ ledger, sack, names }) => ledger.capture(1, [pack(names.serial(1, 'CASE1', 3), [sack])]), ({ sack }) => sack],
    ['a lot', ({ ledger, lot, names }) => {
      ledger.capture(1, [pack(names.serial(1, 'CASE1', 3), [], { childQuantityList: [kg(lot, 10)] })]);
    }, ({ lot }) => lot],
    ['a thing in a box', ({ ledger, sack, inner, names }) =>
      ledger.capture(1, [pack(inner, [sack]), pack(names.serial(1, 'CASE1', 3), [inner])]), ({ sack }) => sack]
  ])('in a container that is the input: %s', async (_, deed, culprit) => {
    const on = stage();
    on.ledger.capture(1, [object('ADD', 'commissioning', [inCase(on)])]);
    deed(on);
    roast(on, { inputEPCList: [inCase(on)] });
    const item = culprit(on);
    openOf(on, item === on.lot ? 1 : 2, item === on.lot ? { lots: [item] } : { serials: [item] });
    const { facts, proof } = await told(on, on.names.serial(1, 'OUT', 4));
    expect(recalled(facts)).toEqual([[item, 'content']]);
    const about = (key: string): boolean => key.endsWith(`/${item}`);
    const [state, chains] = [proof.state.filter(({ key }) => !about(key)), proof.chains.filter(({ key }) => !about(key))];
    expect(forged(judge(on, { ...proof, state, chains })).verdict).toBe('FALSE');
  });

  it('but what came out of such a container before is no part of it', async () => {
    const on = stage();
    on.ledger.capture(1, [object('ADD', 'commissioning', [inCase(on)]), pack(inCase(on), [on.bag, on.sack])]);
    on.ledger.capture(1, [unpack(inCase(on), { childEPCs: [on.bag] })]);
    roast(on, { inputEPCList: [inCase(on)] });
    const { facts } = await told(on, on.names.serial(1, 'OUT', 4));
    expect([relationOf(facts, on.sack), relationOf(facts, on.bag)]).toEqual(['content', undefined]);
  });

  it('and what came out after a first use in part was there at that use', async () => {
    const on = stage();
    on.ledger.capture(1, [object('ADD', 'commissioning', [inCase(on)]), pack(inCase(on), [on.sack])]);
    const remaining = [{ 'lading:epc': inCase(on), 'lading:quantity': 1, 'lading:uom': 'KGM' }];
    roast(on, { inputEPCList: [inCase(on)], '@context': [{ lading: 'urn:lading:epcis:' }], 'lading:remaining': remaining });
    on.ledger.capture(1, [unpack(inCase(on))]);
    expect(relationOf((await told(on, on.names.serial(1, 'OUT', 4))).facts, on.sack)).toBe('content');
  });

  it('in a lot that has more inputs than one, by several events and in several groups', async () => {
    const on = stage();
    const out = { bizStep: 'commissioning', outputQuantityList: [kg(on.names.lot(1, 'OUT'), 1)] };
    const group = { type: 'TransformationEvent', transformationID: 'https://roaster.example/1', ...out };
    on.ledger.capture(1, [{ ...group, inputQuantityList: [kg(on.lot, 1)] }]);
    on.ledger.capture(1, [{ type: 'TransformationEvent', ...out, inputEPCList: [on.sack] }]);
    on.ledger.capture(1, [{ ...group, outputQuantityList: undefined, inputEPCList: [on.bag] }]);
    const { facts } = await told(on, on.names.lot(1, 'OUT'));
    expect([on.lot, on.sack, on.bag].map((uri) => relationOf(facts, uri))).toEqual(['input', 'input', 'input']);
  });

  it('and a story holds although a lot that it used was packed before and unpacked afterwards', async () => {
    const on = stage();
    on.ledger.capture(1, [pack(on.inner, [], { childQuantityList: [kg(on.lot, 10)] })]);
    roast(on, { inputQuantityList: [kg(on.lot, 1)] });
    on.ledger.capture(1, [unpack(on.inner)]);
    await told(on, on.names.serial(1, 'OUT', 4));
  });
});

describe('what did not happen is not told like what did', () => {
  const standings = ({ events }: ProvenanceFacts): readonly string[] => events.map(({ standing }) => standing);

  it('an event that was declared wrong, its declaration, and an attempt that was refused', async () => {
    const on = stage();
    const stored = object('OBSERVE', 'storing', [on.bag], { eventID: 'urn:uuid:00000000-0000-4000-8000-00000000abcd' });
    on.ledger.capture(1, [stored]);
    on.ledger.capture(1, [object('OBSERVE', 'inspecting', [on.bag])]);
    on.ledger.capture(1, [{ ...stored, ...declared }]);
    on.ledger.capture(2, [object('OBSERVE', 'storing', [on.bag])], 'NOT_HOLDER');
    expect(standings((await told(on, on.bag)).facts)).toEqual(['stands', 'declared wrong', 'stands', 'declaration', 'attempt']);
  });

  it('and where content is withheld nobody says that it stands', async () => {
    const on = stage();
    const stored = object('OBSERVE', 'storing', [on.bag], { eventID: 'urn:uuid:00000000-0000-4000-8000-00000000abcd' });
    on.ledger.capture(1, [stored]);
    on.ledger.capture(1, [{ ...stored, ...declared }]);
    const proof = await on.ledger.story(on.bag, 'history', ({ place }) => place.height === 3);
    const { facts, notChecked } = judge(on, proof);
    expect(standings(facts as ProvenanceFacts)).toEqual(['stands', 'stands', 'unknown']);
    expect(notChecked[0]).toContain('may declare others wrong');
  });
});

describe('a file that is made to be read for ever', () => {
  it('is refused for its number of values before any is kept', () => {
    const { ledger } = stage();
    const text = `{"format":"lading/provenance/1","subject":"x","scope":[${'0,'.repeat(PROOF_COMMAS)}0]}`;
    const report = forged(verifyProvenance(text, ledger.network.genesisBytes, C1_NATIVE));
    expect([report.verdict, report.code]).toEqual(['MALFORMED', 'PROOF_TOO_LARGE']);
  });

  it('leads nowhere when nobody certified what it asks for: each event names all items', async () => {
    const on = stage();
    const proof = await on.ledger.story(on.bag);
    const uris = Array.from({ length: 600 }, (_, i) => on.names.serial(1, `X${i}`));
    const links = encodeLinks({
      type: 'TransformationEvent', action: '', bizStep: '',
      links: uris.flatMap((itemKey) => [{ role: 'inputEPC', itemKey }, { role: 'outputEPC', itemKey }])
    });
    const [event] = proof.events;
    const [entry] = proof.state;
    if (event === undefined || entry === undefined) throw new Error('no story');
    const keys = uris.map((uri) => `provenance/item/${uri}`).sort();
    const events = Array.from({ length: 20 }, (_, i) => ({ ...event, height: i + 1, links, start: 0, end: 0 }));
    const chain = { skipped: 0, base: ZERO_HASH, events: events.map((_, i) => i), kinds: [], after: [] };
    const bomb = {
      ...proof, subject: uris[0] ?? '', events, transactions: [],
      state: keys.map((key) => ({ ...entry, key })),
      chains: keys.map((key) => ({ key, ...chain }))
    };
    expect(forged(judge(on, bomb)).checks.filter(({ ok }) => !ok).map(({ name }) => name)).toEqual(['state', 'chains', 'records']);
  });

  it.each<[string, (text: string) => string]>([
    ['a member twice', (text) => text.replace('"scope":', '"scope":"history","scope":')],
    ['an escape that is not needed', (text) => text.replace('"history"', '"h\\u0069story"')],
    ['another case of hex digits', (text) => text.replace('"history"', '"history\\u001F"')],
    ['a number with a fraction', (text) => text.replace('"skipped":0', '"skipped":0.0')],
    ['a number with an exponent', (text) => text.replace('"skipped":0', '"skipped":0e0')],
    ['a number below zero', (text) => text.replace('"skipped":0', '"skipped":-0')],
    ['a number that is rounded', (text) => text.replace('"skipped":0', '"skipped":9007199254740993')],
    ['depth', (text) => text.replace('"history"', `${'['.repeat(100_000)}${']'.repeat(100_000)}`)],
    ['a prototype', (text) => text.replace('"scope":', '"__proto__":{},"scope":')],
    ['a constructor', (text) => text.replace('"scope":', '"constructor":{},"scope":')],
    ['base64 with other last bits', (text) => text.replace(/"treeRoot":"(.{42})."/, '"treeRoot":"$1B"')],
    ['padding', (text) => text.replace(/"treeRoot":"(.{43})"/, '"treeRoot":"$1="')],
    ['half of a surrogate pair', (text) => text.replace('"history"', '"\\ud800"')]
  ])('or in two ways, by %s', async (_, change) => {
    const on = stage();
    const text = storyText(await on.ledger.story(on.bag));
    expect(change(text)).not.toBe(text);
    expect(forged(verifyProvenance(change(text), on.ledger.network.genesisBytes, C1_NATIVE)).verdict).toBe('MALFORMED');
  });
});

describe('an entry of the state', () => {
  type Entry = ProvenanceProof['state'][number];
  const all = async (): Promise<{ on: Stage; present: Entry; absent: Entry; root: { treeRoot: Hash; depth: number } }> => {
    const on = stage();
    const proof = await on.ledger.story(on.bag);
    const present = proof.state.find(({ value }) => value.length > 0);
    const absent = proof.state.find(({ value, count }) => value.length === 0 && count === 0);
    if (present === undefined || absent === undefined) throw new Error('no entries');
    return { on, present, absent, root: { treeRoot: proof.treeRoot, depth: on.ledger.network.config.parameters.stateDepth } };
  };

  it.each<[string, (present: Entry, absent: Entry) => Entry]>([
    ['absent, of a bucket that is said to be empty', (p) => ({ ...p, value: new Uint8Array(0), count: 0, entries: [] })],
    ['absent, by the entry itself as its neighbour', (p) => ({ ...p, value: new Uint8Array(0) })],
    ['absent, by the entry itself at the edge of a larger bucket', (p) => ({ ...p, value: new Uint8Array(0), count: p.count + 1 })],
    ['absent, by the empty bucket of another key', (p, a) => ({ ...a, key: p.key })],
    ['present in an empty bucket', (p, a) => ({ ...p, key: a.key })],
    ['present at an index beyond the count', (p) => ({ ...p, entries: p.entries.map((one) => ({ ...one, index: p.count })) })],
    ['present twice', (p) => ({ ...p, entries: [...p.entries, ...p.entries] })],
    ['present under a shorter tree', (p) => ({ ...p, treePath: p.treePath.slice(1) })],
    ['present under a deeper tree', (p) => ({ ...p, treePath: [...p.treePath, ZERO_HASH] })],
    ['present with another value', (p) => ({ ...p, value: Uint8Array.of(...p.value, 0) })],
    ['absent in an empty bucket with a root of its own', (_, a) => ({ ...a, innerRoot: ZERO_HASH })]
  ])('is not %s', async (_, forge) => {
    const { present, absent, root } = await all();
    const holds = (one: Entry): boolean =>
      one.value.length === 0
        ? verifyAbsence(keyHash(one.key), one, root)
        : verifyPresence(keyHash(one.key), valueHash(one.value), one, root);
    const isRefused = !holds(forge(present, absent));
    expect([holds(present), holds(absent), forgeries.count(isRefused, isRefused)]).toEqual([true, true, true]);
  });
});
