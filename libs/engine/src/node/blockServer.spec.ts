import type { Message } from '@lading/consensus';
import { asHash, type Height } from '@lading/kernel';
import { buildBlock, type Certificate } from '@lading/ledger';
import { testNetwork } from '../../../../test/fixtures/testNetwork.js';
import type { StoredBlock } from '../ports.js';
import { BlockServer } from './blockServer.js';

const hash = asHash(new Uint8Array(32).fill(1));
const { genesisBlock } = testNetwork();
const certificateOf = (height: number, view: number): Certificate => ({
  ...{ kind: 'C', epoch: 0, view, height: height as Height, hash }, signers: [0, 1, 2], signatures: []
});

/** Three blocks, each stored with the certificate of the last one. */
const stored: readonly StoredBlock[] = [1, 2, 3].map((height) => {
  const block = buildBlock({ ...genesisBlock.header, height: height as Height }, []);
  return { block, proof: { certificate: certificateOf(3, 1), descendants: [block.header] }, outcomeRoot: hash, stateRoot: hash };
});
const store = {
  blocks: (from: Height, to: Height) => Promise.resolve(stored.slice(from - 1, to)),
  latestCheckpoint: () => Promise.resolve(null)
};

async function served(from: number, until: number, own: Certificate | null): Promise<readonly Certificate[]> {
  const sent: Message[] = [];
  const server = new BlockServer(store, (_, message) => void sent.push(message), () => undefined, () => 0);
  server.serve(2, from, until, own);
  await new Promise((resolve) => setImmediate(resolve));
  return sent.flatMap((message) => (message.type === 'BLOCKS' ? message.blocks.map(({ proof }) => proof.certificate) : []));
}

describe('BlockServer', () => {
  it('gives blocks with the proofs that are stored', async () => {
    expect(await served(1, 2, null)).toEqual([certificateOf(3, 1), certificateOf(3, 1)]);
  });

  it('gives the first block with its own certificate where that is what the peer needs (spec S3)', async () => {
    const own = certificateOf(1, 0);
    expect(await served(1, 1, own)).toEqual([own]);
    expect(await served(1, 3, own)).toEqual([own, certificateOf(3, 1), certificateOf(3, 1)]);
  });
});
