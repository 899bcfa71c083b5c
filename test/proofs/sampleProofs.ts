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
  type ConsistencyProof,
  type FraudProof
} from '@lading/ledger';
import { sha256Noble } from '@lading/ledger';
import type { Hash, Height } from '@lading/kernel';
import { encodeCountersigned } from '@lading/verifier';
import { countersignedBy } from '../../libs/verifier/src/countersigned.test-kit.js';
import { epochsCase } from '../../libs/verifier/src/epochs.test-kit.js';
import { TestChain } from '../fixtures/testChain.js';
import { testKey } from '../fixtures/testNetwork.js';
import { coffeeStory } from './coffee.js';
import { storyText, type StoryLedger } from './storyLedger.js';

export const FRAUDS = ['checkpoint', 'commit', 'vote'] as const;
export type FraudKind = (typeof FRAUDS)[number];

export interface SampleProof {
  readonly kind: string;
  readonly text: string;
  /** A valid proof of the same kind of another statement. */
  readonly other: string;
  readonly genesis: Uint8Array;
  /** The question, of proofs of state. */
  readonly key?: string;
  /** The question, of countersigned checkpoints. */
  readonly witness?: Uint8Array;
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
  const witness = testKey('witness');
  const countersigned = (height: number) => encodeCountersigned(countersignedBy(witness, chain, height, 1_767_300_000_000 + height));
  const frauds = FRAUDS.map((kind) => {
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
    {
      kind: 'countersigned',
      text: countersigned(5),
      other: countersigned(3),
      genesis: network.genesisBytes,
      witness: witness.publicKey
    },
    { kind: 'provenance', text: storyText(await ledger.story(bag)), other: storyText(await ledger.story(other)), genesis },
    {
      kind: 'provenance with conditions',
      text: storyText(await ledger.story(bag, 'conditions')),
      other: storyText(await ledger.story(other, 'conditions')),
      genesis
    }
  ];
}

export async function keyText(ledger: StoryLedger, key: string, format: string): Promise<string> {
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

/** What a dishonest quorum, or one dishonest validator, might have signed about a height. */
export function fraudOf({ network, chain, validators }: StoryLedger, kind: FraudKind, seed: string, height = 1): FraudProof {
  const lie = sha256Noble(Buffer.from(seed)) as Hash;
  const lying = new TestChain(network, validators);
  const told = chain.at(height);
  // Another tree root: another state root, hence another checkpoint of the same block; or another block.
  const untold = kind === 'checkpoint' ? { ...told, treeRoot: lie } : { ...told, block: { ...told.block, blockHash: lie } };
  lying.blocks.splice(0, 1, ...chain.blocks.with(height, untold));
  const [first, second] = [chain, lying].map((one) => statementOf(one, kind, height)).sort(Buffer.compare) as [Uint8Array, Uint8Array];
  return { kind, first, second, epochs: kind === 'checkpoint' ? chain.epochs(height) : chain.epochs(height - 1) };
}

function statementOf(chain: TestChain, kind: FraudKind, height: number): Uint8Array {
  if (kind === 'checkpoint') return encodeCheckpoint(chain.checkpoint(height));
  const certificate = chain.certificate(height);
  if (kind === 'commit') return encodeCertificate(certificate);
  const { epoch, view, hash, signers, signatures } = certificate;
  const [signer = 0, signature = new Uint8Array(0)] = [signers[2], signatures[2]];
  return encodeSignedVote({ type: VOTE.commit, epoch, view, height: height as Height, digest: hash, signer, signature });
}
