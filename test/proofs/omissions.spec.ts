import { toHex } from '@lading/kernel';
import { decodeLinks, encodeLinks, eventLeaf, linksHash, type ProvenanceProof } from '@lading/ledger';
import { verifyProvenance as verifyWith, type ProvenanceFacts, type Report } from '@lading/verifier';
import { testNetwork } from '../fixtures/testNetwork.js';
import { coffeeStory, kg, object } from './coffee.js';
import { C1_NATIVE } from './nativeCrypto.js';
import { storyText, StoryLedger } from './storyLedger.js';
import { Tally } from './tally.js';

const { ledger, names, bag, ids } = coffeeStory();
const genesis = ledger.network.genesisBytes;

type Story = ReturnType<typeof coffeeStory>;

const verifyProvenance = (text: string, trust: Uint8Array): Report<ProvenanceFacts> => verifyWith(text, trust, C1_NATIVE);

const failed = (proof: ProvenanceProof): readonly string[] => {
  const report = verifyProvenance(storyText(proof), genesis);
  if (report.verdict === 'VERIFIED') return [];
  return report.verdict === 'FALSE' ? report.checks.filter(({ ok }) => !ok).map(({ name }) => name) : [report.code ?? ''];
};

const omissions = new Tally('omissions from stories: refused');
const recallsHidden = new Tally('recalls hidden: refused');
const linksWithheld = new Tally('links or places withheld: refused');
const bytesWithheld = new Tally('stories with withheld bytes: verified, each withheld event listed');
afterAll(() => [omissions, recallsHidden, linksWithheld, bytesWithheld].forEach((one) => one.show()));

/** What fails of a story from which something was taken. */
function refused(tally: Tally, less: ProvenanceProof): readonly string[] {
  const names = failed(less);
  return tally.count(names, names.length > 0);
}

const falseOf = (tally: Tally, { verdict }: Report<ProvenanceFacts>): string => tally.count(verdict, verdict === 'FALSE');

/** The proof without one event: out of the list and out of every chain. */
function withoutEvent(proof: ProvenanceProof, gone: number): ProvenanceProof {
  const chains = proof.chains.map((chain) => {
    const kept = chain.events.map((event, at) => ({ event, kind: chain.kinds[at] })).filter(({ event }) => event !== gone);
    return {
      ...chain,
      events: kept.map(({ event }) => (event > gone ? event - 1 : event)),
      kinds: kept.flatMap(({ kind }) => (kind === undefined ? [] : [kind]))
    };
  });
  const events = proof.events.filter((_, index) => index !== gone);
  const said = new Set(events.map(({ txId }) => toHex(txId)));
  const txIds = new Map(ledger.transactions.map((tx) => [toHex(tx.encoded), toHex(tx.txId)]));
  return { ...proof, events, chains, transactions: proof.transactions.filter((tx) => said.has(txIds.get(toHex(tx)) ?? '')) };
}

/** The proof without anything about an item, as if it had never been part of the story. */
function withoutItem(proof: ProvenanceProof, uri: string): ProvenanceProof {
  const about = (key: string): boolean => key.endsWith(`/${uri}`);
  return { ...proof, state: proof.state.filter(({ key }) => !about(key)), chains: proof.chains.filter(({ key }) => !about(key)) };
}

/** Without events that no chain has any more, and their transactions. */
function withoutLooseEvents(proof: ProvenanceProof): ProvenanceProof {
  const used = new Set(proof.chains.flatMap(({ events }) => events));
  const loose = proof.events.map((_, index) => index).filter((index) => !used.has(index));
  return loose.reduceRight(withoutEvent, proof);
}

describe('what is left out of a story', () => {
  it('is missed, whichever event it is', async () => {
    const proof = await ledger.story(bag);
    expect(failed(proof)).toEqual([]);
    for (let gone = 0; gone < proof.events.length; gone++) expect(refused(omissions, withoutEvent(proof, gone))).toContain('chains');
  });

  it('is missed, whichever item and ancestor it is', async () => {
    const proof = await ledger.story(bag);
    for (const uri of ['beansA', 'beansB', 'sack', 'inner', 'outer', 'crate', 'roast']) {
      const less = withoutItem(proof, ids[uri] ?? '');
      expect(less.state.length).toBeLessThan(proof.state.length);
      expect(refused(omissions, less)).toContain('closure');
    }
    for (const { key } of proof.state) {
      expect(refused(omissions, { ...proof, state: proof.state.filter((entry) => entry.key !== key) })).toContain('closure');
    }
    for (const { key } of proof.chains) {
      expect(refused(omissions, { ...proof, chains: proof.chains.filter((chain) => chain.key !== key) })).toContain('closure');
    }
  });

  it('is missed, whichever ancestors are gone together, with all that only they have done', async () => {
    const proof = await ledger.story(bag);
    const ancestors = ['beansA', 'beansB', 'sack', 'inner', 'outer', 'crate', 'roast'].map((name) => ids[name] ?? '');
    for (let chosen = 1; chosen < 1 << ancestors.length; chosen++) {
      const gone = ancestors.filter((_, index) => (chosen & (1 << index)) !== 0);
      const less = withoutLooseEvents(gone.reduce(withoutItem, proof));
      expect(refused(omissions, less)).toEqual(['closure']);
    }
  });

  it('is missed when the end of a chain is shown as bare leaves, true as they are', async () => {
    const proof = await ledger.story(bag);
    const own = proof.chains.find(({ key }) => key === `provenance/item/${bag}`);
    const gone = own?.events.at(-1) ?? 0;
    const event = proof.events[gone];
    if (event === undefined) throw new Error('no event');
    expect(event.height).toBe(ledger.transactions.length);
    const leaf = eventLeaf({ ...event, linksHash: linksHash(event.links) });
    const less = withoutEvent(proof, gone);
    const chains = less.chains.map((chain) => (chain.key === own?.key ? { ...chain, after: [leaf] } : chain));
    expect(refused(omissions, { ...less, chains })).toEqual(['closure']);
  });

  it('does not matter when it is no part of it: what became of inputs is told by hashes alone', async () => {
    const proof = await ledger.story(bag);
    const beans = proof.chains.find(({ key }) => key === `provenance/item/${ids['beansA']}`);
    expect(beans?.after.length).toBe(1);
    const { facts, notChecked } = verifyProvenance(storyText(proof), genesis);
    expect(facts?.items.find(({ item }) => item === ids['beansA'])).toMatchObject({ count: 5, shown: 4 });
    expect(notChecked.join()).toContain('what became of');
  });
});

describe('what is withheld', () => {
  it('is named when it is content, and the story still holds', async () => {
    const proof = await ledger.story(bag, 'history', ({ place }) => place.height === 1);
    const report = verifyProvenance(storyText(proof), genesis);
    expect(report.verdict).toBe('VERIFIED');
    expect(report.facts?.withheld).toBe(1);
    expect(report.facts?.events[0]).toMatchObject({ bytes: null, signer: null, type: 'ObjectEvent' });
    expect(report.notChecked[0]).toContain('withheld');
  });

  it('is listed, whichever transactions it is and all of them together', async () => {
    const whole = await ledger.story(bag);
    const heights = [...new Set(whole.events.map(({ height }) => height))];
    for (const hidden of [...heights.map((height) => [height]), heights.slice(1), heights]) {
      const proof = await ledger.story(bag, 'history', ({ place }) => hidden.includes(place.height));
      const { verdict, facts, notChecked } = verifyProvenance(storyText(proof), genesis);
      const listed = facts?.events.filter(({ bytes }) => bytes === null).map(({ height }) => height) ?? [];
      const expected = whole.events.map(({ height }) => height).filter((height) => hidden.includes(height));
      const isRight = verdict === 'VERIFIED' && listed.join() === expected.join() && facts?.withheld === expected.length;
      const said = `${notChecked.find((line) => line.includes('withheld')) ?? ''}`;
      expect(bytesWithheld.count([verdict, listed, facts?.withheld, said], isRight && said !== '')).toEqual(
        ['VERIFIED', expected, expected.length, expect.stringContaining('withheld')]
      );
    }
  });

  it('is refused when it is a link', async () => {
    const proof = await ledger.story(bag);
    for (const [index, event] of proof.events.entries()) {
      const links = decodeLinks(event.links);
      if (!links.ok) throw new Error(links.detail);
      const fewer = encodeLinks({ ...links.value, links: links.value.links.slice(1) });
      const withLinks = (other: Uint8Array) => ({ ...proof, events: proof.events.with(index, { ...event, links: other }) });
      expect(refused(linksWithheld, withLinks(fewer))).toContain('chains');
      expect(refused(linksWithheld, withLinks(new Uint8Array(0)))).toEqual(['PROOF_MALFORMED']);
    }
  });

  it('is refused when only the transaction is gone, or its place in the payload', async () => {
    const proof = await ledger.story(bag);
    expect(refused(linksWithheld, { ...proof, transactions: proof.transactions.slice(1) })).toContain('transactions');
    const [first] = proof.events;
    if (first === undefined) throw new Error('no event');
    for (const place of [{ start: 0, end: 0 }, { start: first.start + 1 }]) {
      const moved = { ...proof, events: proof.events.with(0, { ...first, ...place }) };
      expect(refused(linksWithheld, moved)).toContain('transactions');
    }
  });
});

describe('a recall', () => {
  /** A bag of two lots of beans in two pallets, unless a recall is opened before or after. */
  const recalled = async (op: (story: ReturnType<typeof coffeeStory>) => void, subject = 'bag') => {
    const story = coffeeStory();
    op(story);
    const proof = await story.ledger.story(story.ids[subject] ?? '');
    const report = verifyProvenance(storyText(proof), story.ledger.network.genesisBytes);
    expect(report.checks.filter(({ ok }) => !ok)).toEqual([]);
    return { proof, facts: report.facts, story };
  };
  const open = (organization: number, scope: (story: Story) => object) => (story: Story) => {
    story.ledger.operate(organization, 'recall.open', { recall: 'R1', destinations: [], ...scope(story) });
  };

  it.each<[string, Parameters<typeof recalled>[0], string]>([
    ['of its GTIN', open(1, ({ names: n }) => ({ gtin: n.gtin(1) })), 'subject'],
    ['of its serial', open(1, ({ names: n, bag: b }) => ({ gtin: n.gtin(1), serials: [b] })), 'subject'],
    ['of a range of serials', open(1, ({ names: n }) => ({ gtin: n.gtin(1), range: { from: 'BAG0', to: 'BAG4' } })), 'subject'],
    ['of its lot', open(1, ({ names: n, ids: i }) => ({ gtin: n.gtin(1), lots: [i['roast']] })), 'subject'],
    ['of the lot of an input', open(0, ({ names: n, ids: i }) => ({ gtin: n.gtin(0), lots: [i['beansB']] })), 'input'],
    ['of an input', open(0, ({ names: n, ids: i }) => ({ gtin: n.gtin(0, 2), serials: [i['sack']] })), 'input'],
    ['of the container that it is in', (s) => {
      const pallet = s.names.pallet(2, 9);
      s.ledger.capture(2, [{ type: 'AggregationEvent', action: 'ADD', bizStep: 'packing', parentID: pallet, childEPCs: [s.bag] }]);
      s.ledger.operate(2, 'recall.open', { recall: 'R2', destinations: [], item: pallet });
    }, 'container']
  ])('%s is found, and not to be hidden', async (_, op, relation) => {
    const { proof, facts, story } = await recalled(op);
    expect(facts?.notRecalled).toBe(false);
    expect(facts?.recalls[0]?.relations).toContain(relation);
    const trust = story.ledger.network.genesisBytes;
    const before = await coffeeStory().ledger.story(story.bag);
    for (const key of proof.state.map((entry) => entry.key).filter((one) => one.includes('/recall'))) {
      const [state, chains] = [proof.state.filter((one) => one.key !== key), proof.chains.filter((one) => one.key !== key)];
      const hidden = { ...proof, state, chains };
      expect(falseOf(recallsHidden, verifyProvenance(storyText(hidden), trust))).toBe('FALSE');
      const old = before.state.find((entry) => entry.key === key);
      if (old === undefined) continue;
      const earlier = { ...hidden, state: [...hidden.state, old].sort((a, b) => (a.key < b.key ? -1 : 1)) };
      expect(falseOf(recallsHidden, verifyProvenance(storyText(earlier), trust))).toBe('FALSE');
    }
  });

  it('of the container that it is in is found; of one that it has left it is not, unless it came out recalled', async () => {
    const story = coffeeStory();
    const pallet = story.names.pallet(2, 9);
    story.ledger.capture(2, [{ type: 'AggregationEvent', action: 'ADD', bizStep: 'packing', parentID: pallet, childEPCs: [story.bag] }]);
    story.ledger.operate(2, 'recall.open', { recall: 'R2', destinations: [], item: pallet });
    const { facts } = verifyProvenance(storyText(await story.ledger.story(story.bag)), story.ledger.network.genesisBytes);
    expect(facts?.recalls).toEqual([{ id: `${story.ledger.network.organization(2).id}/R2`, item: pallet, relations: ['container'] }]);
    const { facts: left } = await recalled(open(2, ({ ids: i }) => ({ item: i['outer'] })));
    expect(left?.notRecalled).toBe(true);
  });

  it('that is closed holds up nobody, and its acts are in the proof', async () => {
    const { proof, facts } = await recalled((s) => {
      s.ledger.operate(1, 'recall.open', { recall: 'R4', destinations: [], gtin: s.names.gtin(1) });
      s.ledger.operate(1, 'recall.close', { recall: `${s.ledger.network.organization(1).id}/R4`, released: [] });
    });
    expect(facts?.notRecalled).toBe(true);
    const chain = proof.chains.find(({ key }) => key === `provenance/recalls/${names.gtin(1)}`);
    expect(chain?.events.length).toBe(2);
  });
});

describe('the places of a story', () => {
  it('are shown where conditions are asked for: what was measured there meanwhile, and nothing of other times', async () => {
    const story = coffeeStory();
    const { ledger: here, names: n, bag: b, ids: i } = story;
    const room = i['shop'] ?? '';
    const reading = (value: number) => ({
      type: 'ObjectEvent', action: 'OBSERVE', bizStep: 'sensor_reporting', epcList: [], readPoint: { id: room },
      sensorElementList: [{ sensorReport: [{ type: 'Temperature', value, uom: 'CEL' }] }]
    });
    const other = n.serial(2, 'LATER');
    here.capture(2, [reading(7)]);
    here.capture(2, [object('OBSERVE', 'storing', [b], { readPoint: { id: n.site(2, 9) } })]);
    here.capture(2, [object('ADD', 'commissioning', [other], { readPoint: { id: room } }), reading(30)]);
    const proof = await here.story(b, 'conditions');
    const judge = (changed: ProvenanceProof) => verifyProvenance(storyText(changed), here.network.genesisBytes);
    const report = judge(proof);
    expect(report.checks.filter(({ ok }) => !ok)).toEqual([]);
    const readings = report.facts?.events.filter(({ bizStep }) => bizStep === 'sensor_reporting');
    expect(readings?.map(({ bytes }) => /"value":(\d+)/.exec(Buffer.from(bytes ?? []).toString())?.[1])).toEqual(['7']);
    expect(report.notChecked.join()).not.toContain('sensor reports');
    const chain = proof.chains.find(({ key }) => key.endsWith(room));
    expect([chain?.skipped, chain?.after.length]).toEqual([0, 1]);
    for (const changed of [withoutItem(proof, room), { ...proof, scope: 'history' }]) {
      expect(falseOf(omissions, judge(changed))).toBe('FALSE');
    }
    const gone = proof.events.findIndex(({ links }) => Buffer.from(links).includes('sensor_reporting'));
    expect(falseOf(omissions, judge(withoutEvent(proof, gone)))).toBe('FALSE');
  });
});

describe('a story of another ledger', () => {
  it('is refused: wrong network, wrong state, signatures of another set', async () => {
    const proof = await ledger.story(bag);
    expect(verifyProvenance(storyText(proof), testNetwork({ seed: 'other' }).genesisBytes).verdict).toBe('FALSE');
    const other = new StoryLedger('custody', 'elsewhere');
    other.capture(0, [object('ADD', 'commissioning', [names.serial(0, 'X')])]);
    expect(failed({ ...proof, ...other.anchor() })).toContain('checkpoint');
    expect(failed({ ...proof, treeRoot: proof.outcomesLogRoot })).toEqual(['state root', 'state']);
    const later = coffeeStory().ledger;
    later.capture(0, [object('ADD', 'creating_class_instance', [], { quantityList: [kg(names.lot(0, 'C'), 1)] })]);
    expect(failed({ ...proof, ...later.anchor() })).toEqual(['state']);
  });
});
