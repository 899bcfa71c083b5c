import type { Height } from '@lading/kernel';
import {
  buildBlock, buildEpochLink, encodeCheckpoint, encodeConfig, encodeReceipt, VOTE, voteBytes, type EpochLink, type Receipt
} from '@lading/ledger';
import { TestChain } from '../../../test/fixtures/testChain.js';
import { epochsCase, laterEpochs } from './epochs.test-kit.js';
import { verifyReceipt } from './verifyReceipt.js';

const { network, chain, second, third, plan } = epochsCase();
const { keys } = laterEpochs(network);
const none = new Uint8Array(0);

function failed(receipt: Receipt): readonly string[] {
  const report = verifyReceipt(encodeReceipt(receipt), network.genesisBytes);
  if (report.verdict === 'VERIFIED') return [];
  expect(report.verdict).toBe('FALSE');
  return report.checks.filter(({ ok }) => !ok).map(({ name }) => name);
}

const links = chain.epochs(5);
const link = (index: number): EpochLink => links[index] ?? { header: none, commitProof: none, config: none };

describe('receipts across epochs', () => {
  it('verify from genesis alone, for every block and every later checkpoint', () => {
    for (const [height, refs] of [[1, 1], [2, 1], [3, 2], [5, 1]] as const) {
      for (let ref = 0; ref < refs; ref++) {
        for (let at = height; at <= 5; at++) expect(failed(chain.receipt(height, ref, 0, at))).toEqual([]);
      }
    }
    const report = verifyReceipt(encodeReceipt(chain.receipt(3, 0, 0, 5)), network.genesisBytes);
    expect(report.facts).toMatchObject({ epoch: 1, height: 3, checkpointHeight: 5 });
    expect(report.checks.at(-1)).toEqual({ name: 'epochs', ok: true, detail: 'epoch 2, by 2 changes' });
  });

  it('write a config only where it is not the successor of the one before', () => {
    expect(links.map(({ config }) => config.length > 0)).toEqual([true, false]);
    const written = { ...link(1), config: encodeConfig(third) };
    expect(failed({ ...chain.receipt(1, 0, 0, 5), epochs: [link(0), written] })).toContain('epochs');
  });

  it('have the checkpoint of the last block of an epoch signed by the set that follows', () => {
    expect(failed(chain.receipt(2, 0, 0, 2))).toEqual([]);
    const own = new TestChain(network);
    own.append([plan(0)]);
    own.blocks.splice(1, 4, ...chain.blocks.slice(1, 3).map((block) => ({ ...block, after: block.config })));
    const signedByOld = encodeCheckpoint(own.checkpoint(2));
    expect(failed({ ...chain.receipt(2, 0, 0, 2), checkpoint: signedByOld })).toEqual(['state root', 'checkpoint', 'epochs']);
    expect(failed({ ...chain.receipt(2, 0, 0, 2), checkpoint: signedByOld, epochs: [] })).toContain('checkpoint');
  });
});

describe('what a verifier refuses', () => {
  const receipt = chain.receipt(3, 0, 0, 5);

  it.each<[string, readonly EpochLink[], readonly string[]]>([
    ['no chain of epochs', [], ['batch', 'commit', 'state root', 'checkpoint', 'epochs']],
    ['one that skips an epoch', [link(1)], ['batch', 'commit', 'state root', 'checkpoint', 'epochs']],
    ['one that ends too early', [link(0)], ['state root', 'checkpoint', 'epochs']],
    ['one in another order', [link(1), link(0)], ['batch', 'commit', 'state root', 'checkpoint', 'epochs']],
    ['one with a link twice', [link(0), link(0)], ['state root', 'checkpoint', 'epochs']],
    ['one that goes on', [link(0), link(1), link(1)], ['epochs']],
    [
      'another config than the header names',
      [{ ...link(0), config: encodeConfig({ ...second, parameters: { ...second.parameters, turnBlocks: 1 } }) }, link(1)],
      ['batch', 'commit', 'state root', 'checkpoint', 'epochs']
    ],
    [
      'a link that its set has not committed',
      [{ ...link(0), commitProof: link(1).commitProof }, link(1)],
      ['batch', 'commit', 'state root', 'checkpoint', 'epochs']
    ],
    [
      'a block in the middle of an epoch as its end',
      [{ ...link(0), header: chain.receipt(1, 0, 0, 1).blockHeader, commitProof: chain.receipt(1, 0, 0, 1).commitProof }, link(1)],
      ['batch', 'commit', 'state root', 'checkpoint', 'epochs']
    ]
  ])('%s', (_, epochs, expected) => {
    const wrong = failed({ ...receipt, epochs });
    expect(wrong).toContain('epochs');
    // In what way the other checks fail besides depends on the epoch that is believed; a transaction's rules rarely do.
    for (const name of expected) if (name !== 'batch') expect(wrong).toContain(name);
  });

  it('signatures of a quorum whose keys were removed', () => {
    const removed = epochsCase('removed');
    expect(failed(removed.chain.receipt(3, 0, 0, 3))).toEqual(['commit', 'checkpoint']);
    const mixed = { ...removed.chain.receipt(1, 0, 0, 3), epochs: links.slice(0, 1) };
    expect(failed(mixed)).toEqual(['checkpoint']);
  });

  it('blocks that a removed set adds to its epoch after the end', () => {
    const fork = new TestChain(network);
    fork.append([plan(0)]);
    for (let height = 2; height <= 3; height++) fork.append([plan(0)]);
    const forged = fork.receipt(3, 0, 0, 3);
    // Whoever knows only genesis cannot tell: old keys must be destroyed. With the chain of epochs it is false.
    expect(failed(forged)).toEqual([]);
    const { outcomesLogPath, outcomesLogRoot, treeRoot, checkpointHeader, checkpoint, epochs } = chain.receipt(3, 0, 0, 5);
    const shown = { ...forged, outcomesLogPath, outcomesLogRoot, treeRoot, checkpointHeader, checkpoint, epochs };
    expect(failed(shown)).toEqual(['commit', 'outcomes log']);
  });

  it('an end of an epoch that does not lie above that of the epoch before, whoever has signed it', () => {
    const odd = epochsCase().chain;
    const fourth = odd.at(4);
    for (const [height, wrong] of [[3, []], [2, ['epochs']]] as const) {
      odd.blocks[4] = { ...fourth, block: buildBlock({ ...fourth.block.header, height: height as Height }, fourth.block.refs) };
      const certificate = { ...odd.certificate(4), height: height as Height };
      const signatures = certificate.signers.map((signer) => {
        const { view, hash: digest } = certificate;
        const vote = { type: VOTE.commit, chainId: network.chainId, epoch: 1, view, height, digest, signer };
        return keys[signer]?.sign(voteBytes(vote)) ?? none;
      });
      const proof = { certificate: { ...certificate, signatures }, descendants: [] };
      const forged = buildEpochLink(odd.at(4).block.header, proof, second, third);
      const changed = failed({ ...chain.receipt(1, 0, 0, 5), epochs: [link(0), forged] });
      expect([height, changed.filter((name) => name === 'epochs')]).toEqual([height, wrong]);
    }
  });

  it('a chain of epochs of another network', () => {
    const epochs = epochsCase('right', 'elsewhere').chain.epochs(5);
    expect(failed({ ...receipt, epochs })).toContain('epochs');
  });

  it('a link that is none, without calling it false', () => {
    const epochs = [{ ...link(0), commitProof: none }, link(1)];
    const report = verifyReceipt(encodeReceipt({ ...receipt, epochs }), network.genesisBytes);
    expect(report).toMatchObject({ verdict: 'MALFORMED', code: 'PROOF_MALFORMED' });
    expect(report.detail).toContain('/epochs/0/commitProof');
  });
});
