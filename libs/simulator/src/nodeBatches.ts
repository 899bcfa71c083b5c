import type { StoredBatch } from '@lading/consensus';
import type { BatchRef } from '@lading/ledger';
import type { Actor } from './surroundings.js';
import { membersOf } from './world.js';
import { keyOf } from './hashKey.js';

/** Batches on their way between network, disk and core: reported, and sent on by their author, only once on disk. */
export class BatchBox {
  /** The own last batch is still being written. */
  authoring = false;
  /** Epoch of the batch that is being written: one of an ended epoch is waited for no longer. */
  #writing = 0;
  readonly #arriving = new Set<string>();
  readonly #node: Actor;

  constructor(node: Actor) {
    this.#node = node;
  }

  get arriving(): number {
    return this.#arriving.size;
  }

  restart(): void {
    this.#arriving.clear();
    this.authoring = false;
  }

  send(to: number, refs: readonly BatchRef[]): void {
    const node = this.#node;
    for (const ref of refs) {
      const batch = node.disk.batches.get(keyOf(ref.batchHash));
      if (batch !== undefined) this.#post(to, batch);
    }
  }

  #post(to: number, batch: StoredBatch): void {
    const { adversary, power, world } = this.#node;
    const sent = adversary?.batch === undefined || power === null ? [batch] : adversary.batch(to, batch, power);
    for (const one of sent) world.carry(this.#node, to, { kind: 'batch', batch: one });
  }

  store(batch: StoredBatch, then?: () => void): void {
    const node = this.#node;
    const key = keyOf(batch.ref.batchHash);
    if (node.disk.batches.has(key) || this.#arriving.has(key)) return;
    if (node.power !== null && node.adversary?.ignoresBatch?.(batch, node.power) === true) return;
    this.#arriving.add(key);
    node.later(node.duration('batch', node.world.pace(node).syncMs), () => {
      this.#arriving.delete(key);
      node.disk.batches.set(key, batch);
      node.input({ kind: 'BatchStored', batch });
      then?.();
    });
  }

  publish(batch: StoredBatch): void {
    this.authoring = true;
    this.#writing = batch.epoch;
    this.store(batch, () => {
      if (this.#writing === batch.epoch) this.authoring = false;
      for (const to of membersOf(this.#node.config)) if (to !== this.#node.index) this.#post(to, batch);
    });
    // An adversary that ignores its own batch has written nothing.
    if (this.#arriving.size === 0) this.authoring = false;
  }

  /** Batches of the own lane that the last epoch left behind get another turn, as new batches with the same payload. */
  reannounce(): void {
    const node = this.#node;
    const lane = node.disk.previousLane;
    const { epoch } = node.config;
    if (this.#writing < epoch) this.authoring = false;
    if (lane === null || node.self === null) return;
    for (const batch of node.disk.batches.values()) {
      if (batch.epoch === epoch - 1 && batch.ref.lane === lane.index && batch.ref.seq >= lane.nextSeq) {
        node.world.again(node);
      }
    }
  }
}
