import {
  ABSENCE_FORMAT,
  buildConsistency,
  CONSISTENCY,
  CONSISTENCY_FORMAT,
  encodeCertificate,
  encodeCheckpoint,
  encodeProof,
  encodeReceipt,
  encodeSignedVote,
  FRAUD,
  FRAUD_FORMAT,
  PRESENCE_FORMAT,
  STATE_PROOF,
  stateEntryProof,
  VOTE,
  voteBytes,
  type ConsistencyProof,
  type FraudProof
} from '@lading/ledger';
import { sha256Noble } from '@lading/ledger';
import type { Hash, Height } from '@lading/kernel';
import { epochsCase } from '../../libs/verifier/src/epochs.test-kit.js';
import { TestChain } from '../fixtures/testChain.js';
import { coffeeStory } from './coffee.js';
import { storyText, type StoryLedger } from './storyLedger.js';

export interface SampleProof {
  readonly kind: string;
  readonly text: string;
  /** A valid proof of the same kind of another statement. */
  readonly other: string;
  readonly genesis: Uint8Array;
  /** The question, of proofs of state. */
  readonly key?: string;
}

/** One proof of each kind, with another one of it. */
export async function sampleProofs(): Promise<readonly SampleProof[]> {
  const { ledger, bag, ids } = coffeeStory();
  const genesis = ledger.network.genesisBytes;
  const other = ids['bag2'] ?? '';
  const { network, chain } = epochsCase();
  const item = `provenance/item/${bag}`;
  const key = (uri: string, format: string) => keyText(ledger, uri, format);
  const gone = `provenance/item/${bag}x`;
  const consistency = (from: number, to: number) => encodeProof(CONSISTENCY_FORMAT, CONSISTENCY, consistencyOf(chain, from, to));
  const receipt = (height: number, at: number) => encodeReceipt(chain.receipt(height, 0, 0, at));
  const frauds = (['checkpoint', 'commit', 'vote'] as const).map((kind) => {
    const text = (seed: string): string => encodeProof(FRAUD_FORMAT, FRAUD, fraudOf(ledger, kind, seed));
    return { kind: `fraud of ${kind}`, text: text('a'), other: text('b'), genesis };
  });
  return [
    { kind: 'receipt', text: receipt(3, 5), other: receipt(1, 5), genesis: network.genesisBytes },
    {
      kind: 'presence',
      text: await key(item, PRESENCE_FORMAT),
      other: await key(`provenance/item/${other}`, PRESENCE_FORMAT),
      genesis,
      key: item
    },
    { kind: 'absence', text: await key(gone, ABSENCE_FORMAT), other: await key(`${gone}y`, ABSENCE_FORMAT), genesis, key: gone },
    { kind: 'consistency', text: consistency(2, 5), other: consistency(1, 4), genesis: network.genesisBytes },
    ...frauds,
    { kind: 'provenance', text: storyText(await ledger.story(bag)), other: storyText(await ledger.story(other)), genesis },
    {
      kind: 'provenance with conditions',
      text: storyText(await ledger.story(bag, 'conditions')),
      other: storyText(await ledger.story(other, 'conditions')),
      genesis
    }
  ];
}

async function keyText(ledger: StoryLedger, key: string, format: string): Promise<string> {
  const anchor = ledger.anchor();
  const proven = (await ledger.prove([key])).get(key);
  if (proven === undefined) throw new Error(`not proven: ${key}`);
  return encodeProof(format, STATE_PROOF, { state: stateEntryProof(key, proven.value, proven.proof), ...anchor });
}

export function consistencyOf(chain: TestChain, from: number, to: number): ConsistencyProof {
  const certified = (height: number) => ({ header: chain.at(height).block.header, checkpoint: chain.checkpoint(height) });
  const hashes = chain.blocks.slice(0, to).map(({ block }) => block.blockHash);
  return buildConsistency(certified(from), certified(to), hashes, chain.epochs(to));
}

/** What a dishonest quorum, or one dishonest validator, might have signed. */
export function fraudOf({ network, chain }: StoryLedger, kind: 'checkpoint' | 'commit' | 'vote', seed: string): FraudProof {
  const lie = sha256Noble(Buffer.from(seed)) as Hash;
  const forked = new TestChain(network);
  forked.append([]);
  const height = 1 as Height;
  // The same place with another tree root: another state root, hence another checkpoint.
  forked.blocks[1] = { ...forked.at(1), treeRoot: lie };
  const vote = (digest: Hash): Uint8Array => {
    const place = { type: VOTE.commit, epoch: 0, view: 0, height, digest, signer: 2 };
    const signature = network.organization(2).validator.sign(voteBytes({ ...place, chainId: network.chainId }));
    return encodeSignedVote({ ...place, signature });
  };
  const statements = {
    checkpoint: [encodeCheckpoint(chain.checkpoint(1)), encodeCheckpoint(forked.checkpoint(1))],
    commit: [encodeCertificate(chain.certificate(1)), encodeCertificate(forked.certificate(1))],
    vote: [vote(chain.at(1).block.blockHash), vote(lie)]
  }[kind];
  const [a, b] = statements.sort((x, y) => Buffer.compare(x, y));
  return { kind, first: a ?? new Uint8Array(0), second: b ?? new Uint8Array(0), epochs: [] };
}
