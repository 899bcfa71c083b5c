import { LIMITS } from '@lading/kernel';
import type { Message } from '@lading/consensus';
import type { Certificate } from '@lading/ledger';
import { Letter } from './envelope.js';
import type { Cargo } from './envelope.js';
import type { Actor } from './surroundings.js';
import { membersOf } from './world.js';

/** Frames of the next epoch that are kept for each peer until this node enters it. */
const EARLY_FRAMES = 32;

/** The driver's side of the network: peers are known by number, indexes are those of the current epoch. */
export class Mailroom {
  readonly #node: Actor;
  readonly #early = new Map<number, Letter[]>();

  constructor(node: Actor) {
    this.#node = node;
  }

  restart(): void {
    this.#early.clear();
  }

  idOf(index: number): number {
    return membersOf(this.#node.config)[index] ?? -1;
  }

  /** To every other validator; STATUS also to those that only watch. */
  broadcast(message: Message): void {
    const { config, index, world } = this.#node;
    for (const to of message.type === 'STATUS' ? world.everyone : membersOf(config)) {
      if (to !== index) this.#out(to, message);
    }
  }

  send(index: number, message: Message): void {
    this.#out(this.idOf(index), message);
  }

  #out(to: number, message: Message): void {
    const { adversary, power } = this.#node;
    if (adversary?.outgoing === undefined || power === null) {
      this.#node.world.carry(this.#node, to, { kind: 'message', letter: Letter.of(message) });
      return;
    }
    for (const sent of adversary.outgoing(to, message, power)) {
      this.#node.world.carry(this.#node, to, { kind: 'message', letter: Letter.of(sent) });
    }
  }

  post(index: number, cargo: Cargo): void {
    this.#node.world.carry(this.#node, this.idOf(index), cargo);
  }

  /**
   * Blocks of one epoch, its last one included: the receiver verifies the next ones under the next config. `own`: the
   * certificate of the first block itself, where the database has it with a descendant's.
   */
  serve(to: number, from: number, until: number, own: Certificate | null = null): void {
    const { disk } = this.#node;
    const blocks = [];
    for (let height = from; height <= until && blocks.length < LIMITS.syncBlocks; height++) {
      const stored = disk.database[height];
      if (stored === undefined) break;
      const proof = height === from && own !== null ? { certificate: own, descendants: [] } : stored.proof;
      if (proof !== null) blocks.push({ block: stored.block, proof });
      if (stored.block.header.epochEnd) break;
    }
    const { checkpoint } = disk;
    const sameEpoch = checkpoint?.epoch === blocks[0]?.block.header.epoch;
    this.#out(to, { type: 'BLOCKS', blocks, checkpoint: sameEpoch ? checkpoint : null });
  }

  receive(from: number, cargo: Cargo): void {
    const node = this.#node;
    switch (cargo.kind) {
      case 'message':
        return this.#open(from, cargo.letter);
      case 'batch':
        node.guard.batch(cargo.batch.ref.lane);
        // Lanes and their limits are those of an epoch: batches of others are of no use.
        if (cargo.batch.epoch === node.config.epoch) node.batchBox.store(cargo.batch);
        return;
      case 'fetch':
        node.batchBox.send(from, cargo.refs);
    }
  }

  #open(from: number, letter: Letter): void {
    const node = this.#node;
    const { config, world } = node;
    const peer = membersOf(config).indexOf(from);
    const status = letter.type === 'STATUS';
    if (letter.epoch !== null && letter.epoch !== config.epoch && !status) {
      const early = this.#early.get(from) ?? [];
      if (letter.epoch === config.epoch + 1 && early.length < EARLY_FRAMES) this.#early.set(from, [...early, letter]);
      return;
    }
    if (peer < 0) return this.#stranger(from, letter);
    const message = letter.open(config, world.sha256, world.mutants);
    if (message === null) return world.onInvalid(node, from, letter.label);
    node.guard.heard(peer, message);
    node.hear(peer, message);
  }

  /** Whoever is not of this epoch may only ask for blocks. */
  #stranger(from: number, letter: Letter): void {
    const message = letter.open(this.#node.config, this.#node.world.sha256, this.#node.world.mutants);
    if (message?.type === 'FETCH-BLOCKS') this.serve(from, message.from, Math.min(message.to, this.#node.height));
  }

  replay(): void {
    const early = [...this.#early];
    this.#early.clear();
    for (const [from, letters] of early) for (const letter of letters) this.#open(from, letter);
  }
}
