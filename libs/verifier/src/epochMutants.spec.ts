import { encodeReceipt, type Receipt } from '@lading/ledger';
import { epochsCase } from './epochs.test-kit.js';
import { flipBit, random, refused, type Mutant } from './mutants.test-kit.js';

interface Link {
  readonly header: string;
  readonly commitProof: string;
  readonly config: string;
}

const FIELDS = ['header', 'commitProof', 'config'] as const;

/** Bits of every field; links dropped, doubled, exchanged; members taken from another link, renamed, missing. */
function* linkEdits(receipt: Receipt, each: number, next: (below: number) => number): Generator<Mutant> {
  const document = JSON.parse(encodeReceipt(receipt)) as { epochs: Link[] };
  const { epochs } = document;
  const write = (changed: readonly unknown[]): string => JSON.stringify({ ...document, epochs: changed });
  for (const [i, link] of epochs.entries()) {
    for (const field of FIELDS) {
      for (let n = 0; n < each && link[field] !== ''; n++) {
        yield [`bit of ${field}/${i}`, write(epochs.with(i, { ...link, [field]: flipBit(link[field], next) }))];
      }
      const { [field]: _, ...rest } = link;
      yield [`drop ${field}/${i}`, write(epochs.with(i, rest as Link))];
      yield [`more than ${field}/${i}`, write(epochs.with(i, { ...link, [`${field}x`]: '' } as Link))];
      const foreign = epochs.findIndex((other) => other[field] !== link[field]);
      const taken = epochs[foreign]?.[field];
      if (taken !== undefined) yield [`${field} of ${foreign} in ${i}`, write(epochs.with(i, { ...link, [field]: taken }))];
    }
    yield [`drop ${i}`, write(epochs.filter((_, at) => at !== i))];
    yield [`double ${i}`, write([...epochs.slice(0, i + 1), ...epochs.slice(i)])];
    yield [`null ${i}`, write(epochs.with(i, null as unknown as Link))];
    const { header, ...others } = link;
    yield [`order of ${i}`, write(epochs.with(i, { ...others, header }))];
  }
  if (epochs.length > 1) yield ['reverse', write(epochs.toReversed())];
  yield ['none', write([])];
}

describe('mutants of a chain of epochs', () => {
  it('are all refused on one validator, whichever bit or link is touched', () => {
    const { network, chain } = epochsCase('right', 'mutants', 1);
    for (const [height, at] of [
      [1, 5],
      [2, 2],
      [3, 4]
    ] as const) {
      const receipt = chain.receipt(height, 0, 0, at);
      const { count, survivors } = refused(receipt, network.genesisBytes, linkEdits(receipt, 40, random(height)));
      expect(survivors).toEqual([]);
      expect(count).toBeGreaterThanOrEqual(100);
    }
  });

  it('are all refused on four validators', () => {
    const { network, chain } = epochsCase();
    const receipt = chain.receipt(3, 0, 0, 5);
    const { survivors } = refused(receipt, network.genesisBytes, linkEdits(receipt, 12, random(9)));
    expect(survivors).toEqual([]);
  });
});
