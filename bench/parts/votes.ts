import { decodeMessage, encodeMessage, messageVoteBytes, verifyMessage, withSignature, type SignedMessage } from '@lading/consensus';
import { SeedSigner, sha256Node, sodiumVerify } from '@lading/identity';
import { asHash, type Height } from '@lading/kernel';
import type { EpochConfig } from '@lading/ledger';
import { Cluster, LAN_PACE, LAN_PARAMETERS, type Frame } from '@lading/simulator';
import { testNetwork } from '../../test/fixtures/testNetwork.js';
import type { BenchContext } from '../context.js';

const SIZES = [4, 7, 16, 31] as const;
const VOTES = ['PRE-PREPARE', 'PREPARE', 'COMMIT', 'CHECKPOINT'] as const;
const LINK_MS = 1;
const BLOCK_MS = 25;
const TRIES = 2000;

/** Votes that a node receives and signs for one block, mean of a network of n. */
export interface VoteTraffic {
  readonly received: number;
  readonly signed: number;
}

/** The real consensus core of n nodes on simulated links, a batch of each lane at a time; counts the frames of `blocks` blocks. */
export function voteTraffic(n: number, blocks: number): VoteTraffic {
  const counts = new Map<string, number>();
  const links = (frame: Frame): readonly number[] => {
    counts.set(frame.type, (counts.get(frame.type) ?? 0) + 1);
    return [LINK_MS];
  };
  const cluster = new Cluster({ seed: 1, n, parameters: LAN_PARAMETERS, links, pace: LAN_PACE });
  cluster.start();
  const height = (): number => Math.min(...cluster.nodes.map((node) => node.height));
  const feed = (): void => {
    for (let index = 0; index < n; index++) cluster.author(index);
    cluster.agenda.after(BLOCK_MS, feed);
  };
  cluster.agenda.after(BLOCK_MS, feed);
  cluster.run(10_000, () => height() >= 2);
  counts.clear();
  const from = height();
  if (!cluster.run(600_000, () => height() >= from + blocks)) throw new Error(`a simulated network of ${n} made no ${blocks} blocks`);
  const frames = VOTES.reduce((sum, type) => sum + (counts.get(type) ?? 0), 0);
  const received = frames / n / (height() - from);
  // Everyone sends each of its votes to all others.
  return { received, signed: received / (n - 1) };
}

/** Microseconds of processor time to sign and encode a vote, and to decode and check one, with real keys of n organizations. */
export function voteCosts(n: number): { readonly sign: number; readonly check: number; readonly bytes: number } {
  const network = testNetwork({ organizations: n });
  const signers = network.organizations.map(({ validator }) => new SeedSigner(validator.secretKey));
  const digest = asHash(sha256Node(new Uint8Array(8)));
  const make = (i: number): Uint8Array => {
    const signer = i % n;
    const unsigned = { type: 'PREPARE', epoch: 0, view: 1, height: (1 + i) as Height, blockHash: digest, signer } as const;
    const bytes = messageVoteBytes(unsigned, network.chainId, sha256Node);
    return encodeMessage(withSignature(unsigned, (signers[signer] as SeedSigner).sign(bytes)) satisfies SignedMessage);
  };
  const frames = Array.from({ length: TRIES }, (_, i) => make(i));
  for (const frame of frames) checked(frame, network.config);
  return {
    sign: timed(() => frames.forEach((_, i) => make(i))),
    check: timed(() => frames.forEach((frame) => checked(frame, network.config))),
    bytes: frames[0]?.length ?? 0
  };
}

function checked(frame: Uint8Array, config: EpochConfig): void {
  const decoded = decodeMessage(frame, config, sha256Node);
  if (!decoded.ok || !verifyMessage(decoded.value, config, sodiumVerify, sha256Node)) throw new Error('a vote that does not verify');
}

function timed(work: () => void): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / TRIES;
}

/** Figure j: what the votes for a block cost a node, by the size of the network. */
export async function votesPart({ book, sizes, log }: BenchContext): Promise<void> {
  for (const n of SIZES) {
    const { received, signed } = voteTraffic(n, sizes.voteBlocks);
    const runs: number[] = [];
    let bytes = 0;
    for (let run = 0; run < sizes.runs; run++) {
      const costs = voteCosts(n);
      bytes = costs.bytes * received;
      runs.push((signed * costs.sign + received * costs.check) / 1000);
    }
    log(`votes of ${n}: ${received.toFixed(1)} received by block and node`);
    const what = `votes for a block, ${n} organizations`;
    book.add(`votes.cpu${n}`, `${what}: processor of a node`, 'ms', runs, {}, 'less');
    book.add(`votes.count${n}`, `${what}: received by a node`, 'votes', [received], {}, 'neither');
    book.add(`votes.bytes${n}`, `${what}: received by a node`, 'B', [bytes], {}, 'neither');
  }
  return Promise.resolve();
}
