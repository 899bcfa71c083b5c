import type { Height } from '@lading/kernel';
import type { Message, StoredBatch } from '@lading/consensus';
import { buildBlock } from '@lading/ledger';
import { expand } from '../dice.js';
import { fakeHash } from '../world.js';
import type { Adversary, Power } from '../surroundings.js';

type Blocks = Extract<Message, { type: 'BLOCKS' }>;

/** Answers those who catch up with nothing, with the wrong blocks, with others' proofs, with a changed block. */
function spoil({ blocks, ...rest }: Blocks, kind: number, power: Power): Blocks {
  const [first, second] = blocks;
  if (first === undefined) return { blocks, ...rest };
  const { header, refs } = first.block;
  switch (kind) {
    case 0:
      return { ...rest, blocks: [] };
    case 1:
      return { ...rest, blocks: [...blocks].reverse() };
    case 2:
      return { ...rest, blocks: blocks.map(({ block }) => ({ block, proof: first.proof })) };
    case 3: {
      const block = buildBlock({ ...header, timestampMs: header.timestampMs + 1 }, refs, power.node.world.sha256);
      return { ...rest, blocks: [{ block, proof: first.proof }, ...blocks.slice(1)] };
    }
    case 4:
      return { ...rest, blocks: second === undefined ? [] : blocks.slice(1) };
    default: {
      const certificate = { ...first.proof.certificate, view: first.proof.certificate.view + 1 };
      return { ...rest, blocks: [{ block: first.block, proof: { ...first.proof, certificate } }] };
    }
  }
}

/** Claims to be far ahead, so that it is asked, and lies when it is. */
export function badSyncServer(): Adversary {
  return {
    name: 'bad sync server',
    outgoing: (to, message, power) => {
      const { dice, self } = power;
      if (message.type === 'BLOCKS') {
        power.acted();
        const height = message.blocks[0]?.block.header.height ?? 0;
        return [spoil(message, dice.between(0, 5, 'spoil', self, to, height), power)];
      }
      if (message.type === 'PROPOSALS') return [{ ...message, blocks: message.blocks.slice(1) }];
      if (message.type !== 'STATUS' || !dice.chance(0.3, 'claim', self, to, message.committedHeight)) return [message];
      power.acted();
      // Also heights that no loop may count up to.
      const absurd = dice.chance(0.2, 'absurd', self, to, message.committedHeight);
      const claimed = absurd ? Number.MAX_SAFE_INTEGER : message.committedHeight + dice.between(1, 2_000, 'far', self, to);
      const committedHeight = claimed as Height;
      return [{ ...message, committedHeight, executedHeight: committedHeight }];
    }
  };
}

/** Gives its batches to some only, sometimes not to the leader, and helps nobody who lacks them. */
export function selectiveAuthor(): Adversary {
  return {
    name: 'selective author',
    batch: (to, batch, power) => {
      if (!power.dice.chance(0.5, 'omit', power.self, to)) return [batch];
      power.acted();
      return [];
    }
  };
}

/** Two batches with one number, each to a part of the peers. */
export function laneForker(): Adversary {
  const others = new Map<number, StoredBatch>();
  return {
    name: 'lane forker',
    batch: (to, batch, power) => {
      if (batch.ref.lane !== power.self || !power.dice.chance(0.5, 'side', power.self, to)) return [batch];
      power.acted();
      const key = batch.epoch * 1_000_000 + batch.ref.seq;
      const batchHash = fakeHash('fork', batch.ref.lane, key);
      const other = others.get(key) ?? { ...batch, ref: { ...batch.ref, batchHash } };
      others.set(key, other);
      power.announce(other);
      return power.dice.chance(0.3, 'both', power.self, to) ? [other, batch] : [other];
    }
  };
}

/** A leader that never orders what one organization submits. */
export function laneOmitter(): Adversary {
  return {
    name: 'lane omitter',
    ignoresBatch: (batch, power) => {
      const victim = (power.self + 1) % power.config.organizations.length;
      if (batch.ref.lane !== victim) return false;
      power.acted();
      return true;
    }
  };
}

/** Bytes that are nothing, and well-signed votes about views and heights that will not come for a long time. */
export function garbageFlood(): Adversary {
  return {
    name: 'garbage flood',
    tick: (power) => {
      const { dice, node, config, self } = power;
      const at = Math.round(node.world.agenda.nowMs);
      power.acted();
      for (const to of power.peers) {
        for (let i = 0; i < 3; i++) {
          const size = dice.between(0, 90, 'size', self, to, at, i);
          power.sendBytes(to, expand([at + i, to], size - (size % 4)));
        }
        const height = (node.height + dice.between(1, 100_000, 'height', self, to, at)) as Height;
        const view = dice.between(0, 1_000_000, 'view', self, to, at);
        const blockHash = fakeHash('flood', at, to);
        const type = dice.pick(['PREPARE', 'COMMIT'] as const, 'type', self, to, at);
        power.send(to, power.sign({ type, epoch: config.epoch, view, height, blockHash, signer: self }));
        const stateRoot = blockHash;
        power.send(to, power.sign({ type: 'CHECKPOINT', epoch: config.epoch, height, blockHash, stateRoot, signer: self }));
      }
    }
  };
}
