import { asHash, ZERO_HASH } from '@lading/kernel';
import type { Height } from '@lading/kernel';
import type { Message, PrePrepare } from '@lading/consensus';
import { buildBlock, configHash, refsRoot, successorConfig } from '@lading/ledger';
import type { Block, BlockHeader } from '@lading/ledger';
import { fakeHash } from '../world.js';
import type { Adversary, Power } from '../surroundings.js';
import { resign } from './resign.js';
import { keyOf } from '../hashKey.js';

const isOwnProposal = (message: Message, power: Power): message is PrePrepare =>
  message.type === 'PRE-PREPARE' && message.signer === power.self;

function propose(message: PrePrepare, block: Block, power: Power): PrePrepare {
  return resign({ ...message, block }, power);
}

/** Which of two stories a peer is told in a view. */
const toldOther = (power: Power, to: number, view: number): boolean => power.dice.chance(0.5, 'side', power.self, to, view);

/**
 * Two blocks for one height, each to a part of the peers, and a vote for each to those who know it. What follows is
 * built on one of them.
 */
export function equivocatingLeader(): Adversary {
  const others = new Map<string, Block>();
  const otherOf = (block: Block, power: Power): Block => {
    const key = keyOf(block.blockHash);
    const held = others.get(key);
    if (held !== undefined) return held;
    const other = buildBlock({ ...block.header, timestampMs: block.header.timestampMs + 1 }, block.refs, power.node.world.sha256);
    others.set(key, other);
    return other;
  };
  return {
    name: 'equivocating leader',
    outgoing: (to, message, power) => {
      if (isOwnProposal(message, power)) {
        const { height, originView } = message.block.header;
        if (!power.dice.chance(0.4, 'two', power.self, originView, height) || !toldOther(power, to, message.view)) return [message];
        power.acted();
        return [propose(message, otherOf(message.block, power), power)];
      }
      if ((message.type !== 'PREPARE' && message.type !== 'COMMIT') || message.signer !== power.self) return [message];
      const other = others.get(keyOf(message.blockHash));
      if (other === undefined || !toldOther(power, to, message.view)) return [message];
      return [resign({ ...message, blockHash: other.blockHash }, power)];
    }
  };
}

/** One field of the header is not what everyone computes: roots, the next validator set, an early or a late end. */
const FORGERIES: readonly ((header: BlockHeader, power: Power) => Partial<BlockHeader>)[] = [
  (_, power) => ({ epochEnd: true, nextConfigHash: configHash(successorConfig(power.config), power.node.world.sha256) }),
  () => ({ epochEnd: true, nextConfigHash: fakeHash('config', 1) }),
  () => ({ nextConfigHash: fakeHash('config', 2) }),
  () => ({ executedStateRoot: fakeHash('root', 1) }),
  () => ({ laneCursorsRoot: fakeHash('root', 2) }),
  () => ({ historyRoot: fakeHash('root', 3) }),
  () => ({ parentHash: fakeHash('parent', 1) }),
  ({ height }) => ({ height: (height + 1) as Height }),
  ({ executedHeight }) => ({ executedHeight: (executedHeight + 1) as Height }),
  ({ txCount }) => ({ txCount: txCount + 1 }),
  ({ timestampMs }) => ({ timestampMs: timestampMs + 3_600_000 }),
  ({ originView }) => ({ originView: originView + 1 }),
  ({ epoch }) => ({ epoch: epoch + 1 }),
  (_, power) => ({ proposer: (power.self + 1) % power.config.organizations.length }),
  () => ({ chainId: asHash(fakeHash('chain', 2)) }),
  () => ({ executedStateRoot: ZERO_HASH })
];

/** Orders its last batch twice, with a header that agrees. */
function repeatRef({ header, refs }: Block, { node }: Power): Block {
  const last = refs.at(-1);
  const txCount = last === undefined ? 0 : (node.disk.batches.get(keyOf(last.batchHash))?.txCount ?? 0);
  const twice = last === undefined ? refs : [...refs, last];
  const { sha256 } = node.world;
  const fields = { refsRoot: refsRoot(twice, sha256), refCount: twice.length, txCount: header.txCount + txCount };
  return buildBlock({ ...header, ...fields }, twice, sha256);
}

export function headerForger(): Adversary {
  const forged = new Map<string, PrePrepare>();
  return {
    name: 'header forger',
    outgoing: (_, message, power) => {
      if (!isOwnProposal(message, power)) return [message];
      const { header, refs, blockHash } = message.block;
      if (!power.dice.chance(0.4, 'forge', power.self, message.view, header.height)) return [message];
      power.acted();
      const key = keyOf(blockHash);
      const held = forged.get(key);
      if (held !== undefined) return [held];
      const again = power.dice.chance(0.2, 'again', power.self, message.view, header.height);
      const forgery = power.dice.pick(FORGERIES, 'field', power.self, message.view, header.height);
      const { sha256 } = power.node.world;
      const block = again ? repeatRef(message.block, power) : buildBlock({ ...header, ...forgery(header, power) }, refs, sha256);
      const lie = propose(message, block, power);
      forged.set(key, lie);
      return [lie];
    }
  };
}

/** Takes part in everything and says it is well; only proposals never leave, or never reach some. */
export function silentLeader(): Adversary {
  return {
    name: 'silent leader',
    outgoing: (to, message, power) => {
      if (!isOwnProposal(message, power)) return [message];
      const toAll = power.dice.chance(0.6, 'silent', power.self);
      if (!toAll && !power.dice.chance(0.6, 'silent', power.self, to)) return [message];
      power.acted();
      return [];
    }
  };
}

/** The clock stands days ago: without a lower bound every fresh transaction would fall out of its window. */
export function clockFreezer(): Adversary {
  return {
    name: 'clock freezer',
    setUp: (node) => {
      node.skewMs = -40 * 3_600_000;
    },
    outgoing: (_, message, power) => {
      if (isOwnProposal(message, power)) power.acted();
      return [message];
    }
  };
}

/** Stamps blocks with a time to come. */
export function clockForger(): Adversary {
  return {
    name: 'clock forger',
    setUp: (node) => {
      node.skewMs = node.world.dice.pick([1_900, 2_500, 60_000, 3_600_000], 'ahead', node.index);
    },
    outgoing: (_, message, power) => {
      if (isOwnProposal(message, power)) power.acted();
      return [message];
    }
  };
}
