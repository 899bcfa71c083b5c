import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { eventLeaf, linksHash, type ProvenanceProof } from '@lading/ledger';
import { verifyProof } from '@lading/verifier';
import { kg, Names, object, pack, unpack } from './coffee.js';
import { C1_NATIVE } from './nativeCrypto.js';
import { sampleProofs } from './sampleProofs.js';
import { StoryLedger, storyText } from './storyLedger.js';

interface Case {
  readonly name: string;
  readonly genesis: string;
  /** State key, of proofs of state. */
  readonly key: string | null;
  readonly proof: string;
  readonly verdict: string;
  /** Names of the checks that fail. */
  readonly failed: readonly string[];
}

const FILE = join(process.cwd(), 'spec', 'vectors', 'proofs.json');
const genesisText = (bytes: Uint8Array): string => Buffer.from(bytes).toString('utf8');

/** A bottle made of a lot, packed with another, unpacked, and commissioned a second time; its lot is recalled. */
async function smallStory(): Promise<{ readonly ledger: StoryLedger; readonly proof: ProvenanceProof }> {
  const ledger = new StoryLedger('custody', 'vectors');
  const names = new Names(ledger);
  const [milk, bottle, crate] = [names.lot(0, 'MILK'), names.serial(0, 'B1', 2), names.pallet(0, 1)];
  ledger.capture(0, [object('ADD', 'creating_class_instance', [], { quantityList: [kg(milk, 9)] })]);
  const made = { inputQuantityList: [kg(milk, 1)], outputEPCList: [bottle] };
  ledger.capture(0, [{ type: 'TransformationEvent', bizStep: 'commissioning', ...made }, pack(crate, [bottle])]);
  ledger.capture(0, [unpack(crate)]);
  ledger.capture(0, [object('ADD', 'commissioning', [bottle])], 'DOUBLE_COMMISSION');
  ledger.operate(0, 'recall.open', { recall: 'R1', destinations: [], gtin: names.gtin(0), lots: [milk] });
  return { ledger, proof: await ledger.story(bottle, 'history', ({ place }) => place.height === 1) };
}

/** Written with LADING_UPDATE_VECTORS=1, after a change of format that was meant. */
async function makeCases(): Promise<readonly Omit<Case, 'verdict' | 'failed'>[]> {
  const { ledger, proof } = await smallStory();
  const genesis = genesisText(ledger.network.genesisBytes);
  const story = (name: string, changed: ProvenanceProof) => ({ name, genesis, key: null, proof: storyText(changed) });
  const [own] = proof.chains.filter(({ key }) => key.startsWith('provenance/item/') && key.endsWith('B1'));
  const last = proof.events[own?.events.at(-1) ?? 0];
  if (own === undefined || last === undefined) throw new Error('no chain');
  const cut = { ...own, events: own.events.slice(0, -1), after: [eventLeaf({ ...last, linksHash: linksHash(last.links) })] };
  const samples = (await sampleProofs()).filter(({ kind }) => !kind.startsWith('provenance'));
  return [
    ...samples.map(({ kind, text, genesis: bytes, key }) => ({ name: kind, genesis: genesisText(bytes), key: key ?? null, proof: text })),
    ...samples.filter(({ key }) => key !== undefined).map(({ kind, text, genesis: bytes, key }) => {
      return { name: `${kind} of another key than asked`, genesis: genesisText(bytes), key: `${key ?? ''}/x`, proof: text };
    }),
    story('provenance with a withheld event, an anomaly and a recall', proof),
    story('provenance whose last event is a bare leaf', { ...proof, chains: proof.chains.map((one) => (one === own ? cut : one)) }),
    story('provenance without an anomaly record', {
      ...proof,
      state: proof.state.filter(({ key }) => !key.startsWith('provenance/anomaly/')),
      chains: proof.chains.filter(({ key }) => !key.startsWith('provenance/anomaly/'))
    }),
    story('provenance without the acts of a recall', { ...proof, chains: proof.chains.filter(({ key }) => !key.includes('/recalls/')) }),
    story('provenance with other kinds', { ...proof, chains: proof.chains.map(withOtherKinds) })
  ];
}

const withOtherKinds = <C extends { readonly kinds: readonly string[] }>(chain: C): C => ({
  ...chain,
  kinds: chain.kinds.map(() => 'AFTER_FINAL')
});

const judge = ({ proof, genesis, key }: Omit<Case, 'verdict' | 'failed'>) => {
  const { report } = verifyProof(proof, Buffer.from(genesis), key === null ? {} : { key }, C1_NATIVE);
  return { verdict: report.verdict, failed: report.checks.filter(({ ok }) => !ok).map(({ name }) => name) };
};

describe('spec/vectors/proofs.json', () => {
  it('has the verdicts that the verifier gives, for whoever writes another one', async () => {
    if (process.env['LADING_UPDATE_VECTORS'] === '1') {
      const cases = (await makeCases()).map((one) => ({ ...one, ...judge(one) }));
      const note = 'spec/proofs.md §4–7, §9. Each proof is judged under the genesis file beside it, about `key` where one is given.';
      writeFileSync(FILE, `${JSON.stringify({ note, cases }, null, 1)}\n`);
    }
    const { cases } = JSON.parse(readFileSync(FILE, 'utf8')) as { cases: readonly Case[] };
    expect(cases.length).toBe(15);
    for (const one of cases) {
      const { name, verdict, failed } = one;
      expect({ name, ...judge(one) }).toEqual({ name, verdict, failed });
    }
    expect(cases.filter(({ verdict }) => verdict === 'VERIFIED').length).toBe(9);
  });
});
