import type { ProvenanceProof } from '@lading/ledger';
import { verifyProvenance, type ProvenanceFacts, type Report } from '@lading/verifier';
import { kg, Names, object, pack, unpack } from './coffee.js';
import { C1_NATIVE } from './nativeCrypto.js';
import { StoryLedger, storyText } from './storyLedger.js';

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

/** The facts of a story that holds. */
async function told(on: Stage, subject: string): Promise<{ facts: ProvenanceFacts; proof: ProvenanceProof }> {
  const proof = await on.ledger.story(subject);
  const report = judge(on, proof);
  expect(report.checks.filter(({ ok }) => !ok)).toEqual([]);
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
    on.ledger.capture(1, [{ type: 'TransformationEvent', bizStep: 'commissioning', outputEPCList: [on.names.serial(1, 'OUT', 4)], ...more }]);
  };
  const openOf = (on: Stage, item: number, scope: object): void => {
    on.ledger.operate(1, 'recall.open', { recall: 'R1', destinations: [], gtin: on.names.gtin(1, item), ...scope });
  };

  it.each<[string, (on: Stage) => void, (on: Stage) => string]>([
    ['a thing', ({ ledger, sack, names }) => ledger.capture(1, [pack(names.serial(1, 'CASE1', 3), [sack])]), ({ sack }) => sack],
    ['a lot', ({ ledger, lot, names }) =>
      ledger.capture(1, [pack(names.serial(1, 'CASE1', 3), [], { childQuantityList: [kg(lot, 10)] })]), ({ lot }) => lot],
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
    expect(judge(on, { ...proof, state, chains }).verdict).toBe('FALSE');
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
    on.ledger.capture(1, [{ ...group, outputQuantityList: undefined, inputEPCList: [on.bag], transformationID: 'https://roaster.example/1' }]);
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
