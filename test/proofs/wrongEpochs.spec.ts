import { verifyProof } from '@lading/verifier';
import { epochProofs, epochStory } from './epochStory.js';
import { C1_NATIVE } from './nativeCrypto.js';
import { Tally } from './tally.js';

type Links = readonly unknown[];
type Proofs = ReadonlyMap<string, string>;

const trust = (options?: Parameters<typeof epochStory>[0]): Uint8Array => epochStory({ ...options, blocks: 0 }).ledger.network.genesisBytes;
const genesis = trust();
const links = (text: string): Links => (JSON.parse(text) as { readonly epochs: Links }).epochs;

/** A link with the commit proof of another one. */
const withCommitOf = (link: unknown, other: unknown): object => {
  return { ...(link as object), commitProof: (other as { readonly commitProof: unknown }).commitProof };
};

/** The same file with some members of another. */
const withMembers = (text: string, members: object): string => JSON.stringify({ ...(JSON.parse(text) as object), ...members });

/** The checkpoint of another file, with all that leads to it: what a proof is anchored in. */
function anchoredIn(text: string, other: string): string {
  const anchor = /^(?:checkpoint|checkpointHeader|treeRoot|outcomesLogRoot|to\w+|second|epochs)$/;
  const taken = Object.entries(JSON.parse(other) as object).filter(([name]) => anchor.test(name));
  return withMembers(text, Object.fromEntries(taken));
}

const networks = new Tally('proofs of another network or with a checkpoint of one: refused');
const chains = new Tally('wrong chains of epochs: refused');
const removed = new Tally('proofs signed by a quorum of removed validators: refused');
afterAll(() => [networks, chains, removed].forEach((one) => one.show()));

/** Names of the checks that fail; none where the proof holds. A file that cannot be read is not refused for the right reason. */
function failedOf(text: string, trusted = genesis): readonly string[] {
  const { report } = verifyProof(text, trusted, {}, C1_NATIVE);
  expect(report.verdict).not.toBe('MALFORMED');
  return report.proven ? [] : report.checks.filter(({ ok }) => !ok).map(({ name }) => name);
}

/** What fails of each kind of proof. */
function refusals(
  tally: Tally,
  proofs: Proofs,
  change: (text: string, kind: string) => string,
  trusted?: Uint8Array
): [string, readonly string[]][] {
  return [...proofs].map(([kind, text]) => {
    const failed = failedOf(change(text, kind), trusted);
    return [kind, tally.count(failed, failed.length > 0)];
  });
}

const same = (text: string): string => text;
/** The check by which each kind says that nobody who counts has signed. */
const signatureOf = (kind: string): string => (kind.startsWith('fraud') ? 'statement' : 'checkpoint');

describe('every kind of proof, across three epochs', () => {
  let proofs: Proofs;
  let longer: Proofs;
  let foreign: Proofs;
  let twin: Proofs;
  beforeAll(async () => {
    [proofs, longer] = [await epochProofs(), await epochProofs({ blocks: 6 })];
    [foreign, twin] = [await epochProofs({ seed: 'elsewhere' }), await epochProofs({ profile: 'open' })];
  });

  it('holds under the genesis file of its network, and no other', () => {
    expect(proofs.size).toBe(10);
    for (const [kind, text] of proofs) expect([kind, links(text).length, failedOf(text)]).toEqual([kind, 2, []]);
    for (const other of [trust({ seed: 'elsewhere' }), trust({ profile: 'open' })]) {
      for (const [kind, failed] of refusals(networks, proofs, same, other)) {
        expect([kind, failed]).toEqual([kind, expect.arrayContaining([signatureOf(kind), 'epochs'])]);
      }
    }
  });

  it('holds in epoch 0 under the genesis file of its network, and not of one with the same keys', async () => {
    const early = await epochProofs({ blocks: 3, isForked: true });
    expect([...early.values()].map((text) => failedOf(text))).toEqual([...early].map(() => []));
    for (const [kind, failed] of refusals(networks, early, same, trust({ profile: 'open' }))) {
      expect([kind, failed]).toEqual([kind, expect.arrayContaining([signatureOf(kind)])]);
    }
  });

  it('is refused with a checkpoint of another network, of other keys or the same', () => {
    for (const others of [foreign, twin]) {
      for (const [kind, failed] of refusals(networks, proofs, (text, of) => anchoredIn(text, others.get(of) ?? ''))) {
        expect([kind, failed]).toEqual([kind, expect.arrayContaining([signatureOf(kind), 'epochs'])]);
      }
    }
  });

  it.each<[string, (own: Links, foreign: Links) => Links]>([
    ['none', () => []],
    ['one without its first link', ([, b]) => [b]],
    ['one that is cut short', ([a]) => [a]],
    ['one in another order', ([a, b]) => [b, a]],
    ['one whose first link stands twice', ([a, b]) => [a, a, b]],
    ['one whose first link stands for both', ([a]) => [a, a]],
    ['one that goes on with a link that it has', ([a, b]) => [a, b, b]],
    ['one with a link that another set has committed', ([a, b]) => [withCommitOf(a, b), b]],
    ['one with a link that nobody has committed', ([a, b]) => [a, withCommitOf(b, a)]],
    ['that of another network', (_, other) => other],
    ['one that begins in another network', ([, b], [a]) => [a, b]],
    ['one that ends in another network', ([a], [, b]) => [a, b]]
  ])('is refused with a wrong chain of epochs: %s', (_, change) => {
    for (const others of [foreign, twin]) {
      const wrong = (text: string, kind: string): string => {
        return withMembers(text, { epochs: change(links(text), links(others.get(kind) ?? '')) });
      };
      for (const [kind, failed] of refusals(chains, proofs, wrong)) {
        expect([kind, failed]).toEqual([kind, expect.arrayContaining(['epochs'])]);
      }
    }
  });

  it('is refused with a chain of epochs that goes one further, true as it is', () => {
    const [further = ''] = [...longer.values()];
    const wrong = (text: string): string => withMembers(text, { epochs: links(further) });
    expect(links(further).length).toBe(3);
    for (const [kind, failed] of refusals(chains, proofs, wrong)) {
      expect([kind, failed]).toEqual([kind, expect.arrayContaining(['epochs'])]);
    }
  });
});

describe('validators that were removed', () => {
  it.each([2, 3, 4, 5])('certify nothing with their old keys under the names of the new ones (height %i)', async (blocks) => {
    const forged = await epochProofs({ signers: 'removed', blocks });
    // The last block of its epoch the old set commits by right; what comes of it only the new set certifies.
    if (blocks === 2) for (const kind of ['fraud of commit', 'fraud of vote']) expect(forged.delete(kind)).toBe(true);
    for (const [kind, failed] of refusals(removed, forged, same)) {
      const isLater = blocks === 5;
      expect([kind, failed]).toEqual([kind, expect.arrayContaining([signatureOf(kind), ...(isLater ? ['epochs'] : [])])]);
    }
  });

  it.each([3, 5])('certify no later block that they add to their own epoch, beside the chain of epochs (height %i)', async (blocks) => {
    const [proofs, forged] = [await epochProofs({ blocks }), await epochProofs({ blocks, isForked: true })];
    const shown = (text: string, kind: string): string => withMembers(text, { epochs: links(proofs.get(kind) ?? '') });
    for (const [kind, failed] of refusals(removed, forged, shown)) {
      expect([kind, failed]).toEqual([kind, expect.arrayContaining(['epochs'])]);
    }
  });

  it('certify no later block in the anchor of a true proof', async () => {
    // Two contradicting statements of an old and a new set are a true proof of fraud.
    const proofs = new Map([...(await epochProofs())].filter(([kind]) => !kind.startsWith('fraud')));
    const forged = await epochProofs({ isForked: true });
    const mixed = (text: string, kind: string): string => {
      return withMembers(anchoredIn(text, forged.get(kind) ?? ''), { epochs: links(text) });
    };
    for (const [kind, failed] of refusals(removed, proofs, mixed)) {
      expect([kind, failed]).toEqual([kind, expect.arrayContaining(['epochs'])]);
    }
  });
});
