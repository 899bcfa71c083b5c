import { equalBytes, fromHex } from '@lading/kernel';
import type { Hash, Height, Sha256 } from '@lading/kernel';
import type { CheckpointCertificate } from '@lading/ledger';
import type { OutcomesLog } from '../execution/outcomesLog.js';
import { SNAPSHOT_LIMITS } from './snapshotLimits.js';
import type { Clock, LedgerStore } from '../ports.js';
import type { HeldBase } from '../recovery/heldBase.js';
import type { SnapshotFiles, StateView } from '../snapshotPorts.js';
import { decodeManifest, heightOfManifest } from './manifest.js';
import { writeSnapshot } from './writeSnapshot.js';

export interface SnapshotMakerParts {
  readonly store: LedgerStore;
  readonly files: SnapshotFiles;
  readonly clock: Clock;
  readonly sha256: Sha256;
  readonly base: HeldBase | null;
  readonly chunkBytes: number;
  readonly outcomesLog: OutcomesLog;
  /** Of the last executed and durable block. */
  readonly head: () => Height;
  readonly treeRootAt: (height: Height) => Hash | null;
  readonly certified: () => CheckpointCertificate | null;
  /** Every so many heights a checkpoint is certified. */
  readonly checkpointBlocks: () => number;
  /** A snapshot could not be made; the node goes on without. */
  readonly onFailure: (error: unknown) => void;
}

export interface KeptSnapshot {
  readonly id: Hash;
  readonly height: Height;
  /** Chunks, whose parts are 1 … chunks. */
  readonly chunks: number;
}

/**
 * Makes snapshots for whoever asks (spec S7): a database transaction holds the state of one block, opened while nothing
 * is being executed, until the block's checkpoint is certified; then its rows become files, while blocks go on.
 * Two heights will do: that of a certified head in a quiet network, or the next one that is checkpointed anyway.
 */
export class SnapshotMaker {
  #kept: KeptSnapshot | null = null;
  #wanted = false;
  #busy = false;
  #stopped = false;
  #lastTriedMs = -SNAPSHOT_LIMITS.intervalMs;
  #waiting: { readonly view: StateView; readonly cancel: () => void } | null = null;
  #running: Promise<void> = Promise.resolve();

  constructor(private readonly parts: SnapshotMakerParts) {}

  /** Looks what an earlier process has kept. */
  async restore(): Promise<void> {
    const { files, sha256 } = this.parts;
    const name = await files.newest();
    const bytes = name === null ? null : await files.part(name, 0);
    const manifest = bytes === null ? null : decodeManifest(bytes, sha256);
    const id = name === null ? null : fromHex(name);
    if (manifest?.ok !== true || id?.length !== 32) return;
    this.#kept = { id: id as Hash, height: heightOfManifest(manifest.value), chunks: manifest.value.chunks.length };
  }

  get kept(): KeptSnapshot | null {
    return this.#kept;
  }

  /** A part is not in the files any more: what it is of is not offered again. */
  missing(id: Hash, index: number): void {
    const kept = this.#kept;
    if (kept !== null && equalBytes(kept.id, id) && index <= kept.chunks) this.#kept = null;
  }

  /** Somebody asks for one: a new one is begun when there is none, or the kept one is old. */
  want(): void {
    const { clock, head } = this.parts;
    const nowMs = clock.nowMs();
    const isFresh = this.#kept !== null && head() - this.#kept.height < SNAPSHOT_LIMITS.ageBlocks;
    if (isFresh || this.#stopped || this.#busy || this.#waiting !== null) return;
    if (nowMs - this.#lastTriedMs < SNAPSHOT_LIMITS.intervalMs && !this.#wanted) return;
    this.#lastTriedMs = nowMs;
    this.#wanted = true;
    const checkpoint = this.parts.certified();
    if (checkpoint !== null) this.certified(checkpoint);
  }

  /** Whether the executor should write this block and wait for {@link settled} before it goes on. */
  cutsAfter(height: number): boolean {
    return this.#wanted && this.#waiting === null && !this.#busy && height % this.parts.checkpointBlocks() === 0;
  }

  /** The executor rests after this height: its state can be held on to. */
  async settled(height: Height): Promise<void> {
    if (!this.cutsAfter(height) || this.#stopped) return;
    const { clock } = this.parts;
    const view = await this.#openSoon(height);
    if (view === null) return;
    const cancel = clock.at(clock.nowMs() + SNAPSHOT_LIMITS.certificateMs, () => this.#drop());
    this.#waiting = { view, cancel };
    if (this.#stopped) this.#drop();
  }

  certified(checkpoint: CheckpointCertificate): void {
    if (this.#stopped || !this.#wanted || this.#busy) return;
    const waiting = this.#waiting;
    if (waiting === null) {
      if (checkpoint.height === this.parts.head()) this.#run(() => this.#makeOfHead(checkpoint));
      return;
    }
    if (checkpoint.height < waiting.view.height) return;
    this.#waiting = null;
    waiting.cancel();
    this.#run(async () => {
      if (checkpoint.height === waiting.view.height) await this.#make(waiting.view, checkpoint);
      else await waiting.view.close();
    });
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#drop();
    await this.#running;
  }

  #drop(): void {
    const waiting = this.#waiting;
    this.#waiting = null;
    waiting?.cancel();
    waiting?.view.close().catch(() => undefined);
  }

  #run(work: () => Promise<void>): void {
    this.#busy = true;
    this.#running = work()
      .catch((error: unknown) => {
        if (!this.#stopped) this.parts.onFailure(error);
      })
      .then(() => {
        this.#busy = false;
      });
  }

  /** The network is quiet: its head is certified, and likely still the head when the view is open. */
  async #makeOfHead(checkpoint: CheckpointCertificate): Promise<void> {
    const view = await this.#open(checkpoint.height);
    if (view !== null) await this.#make(view, checkpoint);
  }

  /** Nobody rests for long: what is open too late is closed, and not wanted again for a while. */
  async #openSoon(height: Height): Promise<StateView | null> {
    const { clock } = this.parts;
    const opening = this.#open(height);
    let isLate = false;
    let cancel = (): void => undefined;
    const late = new Promise<null>((resolve) => {
      cancel = clock.at(clock.nowMs() + SNAPSHOT_LIMITS.restMs, () => {
        isLate = true;
        resolve(null);
      });
    });
    const view = await Promise.race([opening, late]);
    cancel();
    if (!isLate) return view;
    this.#wanted = false;
    void opening.then((opened) => opened?.close());
    return null;
  }

  async #open(height: Height): Promise<StateView | null> {
    try {
      const view = await this.parts.store.openStateView();
      if (view.height === height) return view;
      await view.close();
    } catch (error) {
      if (!this.#stopped) this.parts.onFailure(error);
    }
    return null;
  }

  async #make(view: StateView, checkpoint: CheckpointCertificate): Promise<void> {
    const { clock, treeRootAt } = this.parts;
    const untilMs = clock.nowMs() + SNAPSHOT_LIMITS.writingMs;
    const goOn = (): boolean => !this.#stopped && clock.nowMs() < untilMs;
    this.#wanted = false;
    try {
      const treeRoot = treeRootAt(checkpoint.height);
      const made = treeRoot === null ? null : await writeSnapshot({ ...this.parts, goOn }, view, { checkpoint, treeRoot });
      if (made !== null) this.#kept = { ...made, height: checkpoint.height };
    } finally {
      await view.close();
    }
  }
}
