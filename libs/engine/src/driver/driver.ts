import { step } from '@lading/consensus';
import type { AlarmCode, CoreState, Evidence, Input, Message, Output, UnsignedMessage } from '@lading/consensus';
import { unreachable } from '@lading/kernel';
import type { BatchRef, Certificate, CheckpointCertificate } from '@lading/ledger';
import type { CommittedBlock } from '../execution/executor.js';
import type { Clock } from '../ports.js';
import type { PersistOutput, SafetyJournal } from './safetyJournal.js';
import { Timers } from './timers.js';

export type EpochEntered = Extract<Output, { kind: 'EpochEntered' }>;

/** What the outputs of the core mean in this node. Every method returns at once; answers come back as inputs. */
export interface DriverEffects {
  /** Signs, sends to every peer, and returns the signed message; null when it must not be signed, or not yet. */
  signAndBroadcast(message: UnsignedMessage): Message | null;
  broadcast(message: Message): void;
  send(to: number, message: Message): void;
  fetchPayload(refs: readonly BatchRef[], peers: readonly number[]): void;
  sendPayload(to: number, refs: readonly BatchRef[]): void;
  commit(blocks: readonly CommittedBlock[]): void;
  /** `own`: the certificate of the block at `from` itself. */
  serveBlocks(to: number, from: number, until: number, own: Certificate | null): void;
  stable(checkpoint: CheckpointCertificate): void;
  evidence(message: Evidence): void;
  /** The core is in this epoch; what follows belongs to it. */
  epochEntered(entered: EpochEntered): void;
  alarm(code: AlarmCode, detail: string): void;
  /** After every step: the core's public view may have changed. */
  stepped(): void;
}

export interface DriverParts {
  readonly core: CoreState;
  readonly journal: SafetyJournal;
  readonly clock: Clock;
  readonly effects: DriverEffects;
  readonly onFatal: (error: Error) => void;
}

/**
 * The loop around the pure core (consensus.md §2.1). Invariants:
 * 1. Inputs are stepped in the order they came; outputs are performed in the order they were returned.
 * 2. After a Persist nothing is performed, of whatever input, until its record is on disk. Stepping goes on.
 * 3. All Persist records that wait at that moment are written together with one sync. Writing a later record early is
 *    safe: a crash then looks like one in which the messages before it were lost on the way.
 */
export class Driver {
  readonly #inputs: Input[] = [];
  #outputs: Output[] = [];
  readonly #durable = new WeakSet<Output>();
  readonly #timers: Timers;
  #flushing = false;
  #pumping = false;
  #stopped = false;

  constructor(private readonly parts: DriverParts) {
    this.#timers = new Timers(parts.clock, () => this.input({ kind: 'Tick' }));
  }

  input(input: Input): void {
    if (this.#stopped) return;
    this.#inputs.push(input);
    this.#pump();
  }

  stop(): void {
    this.#stopped = true;
    this.#timers.stop();
  }

  #pump(): void {
    if (this.#pumping) return;
    this.#pumping = true;
    try {
      while (!this.#stopped) {
        const input = this.#inputs.shift();
        if (input !== undefined) this.#step(input);
        else if (!this.#performNext()) break;
      }
    } finally {
      this.#pumping = false;
    }
  }

  #step(input: Input): void {
    const outputs = step(this.parts.core, input, this.parts.clock.nowMs());
    for (const output of outputs) this.#outputs.push(output);
    this.parts.effects.stepped();
  }

  /** False when there is nothing to do until the next input or the end of a sync. */
  #performNext(): boolean {
    const output = this.#outputs[0];
    if (output === undefined || this.#flushing) return false;
    if (output.kind === 'Persist' && !this.#durable.has(output)) {
      this.#flush();
      return false;
    }
    this.#outputs.shift();
    this.#perform(output);
    return true;
  }

  #flush(): void {
    const waiting = this.#outputs.filter((output): output is PersistOutput => output.kind === 'Persist');
    const fresh = waiting.filter((output) => !this.#durable.has(output));
    this.#flushing = true;
    this.parts.journal.persist(fresh.map((output) => output.record)).then(
      () => {
        for (const output of fresh) this.#durable.add(output);
        this.#flushing = false;
        this.#pump();
      },
      (error: unknown) => {
        // consensus.md §2.11: a failed write or sync is never retried.
        this.stop();
        this.parts.onFatal(error instanceof Error ? error : new Error(String(error)));
      }
    );
  }

  #perform(output: Output): void {
    const { effects, core } = this.parts;
    switch (output.kind) {
      case 'Persist':
        return this.input({ kind: 'Persisted', token: output.token });
      case 'SignBroadcast': {
        const message = effects.signAndBroadcast(output.message);
        return message === null ? undefined : this.input({ kind: 'Message', peer: core.self, message });
      }
      case 'Broadcast':
        return effects.broadcast(output.message);
      case 'Send':
        return effects.send(output.to, output.message);
      case 'FetchPayload':
        return effects.fetchPayload(output.refs, output.peers);
      case 'SendPayload':
        return effects.sendPayload(output.to, output.refs);
      case 'Commit':
        return effects.commit(output.blocks);
      case 'ServeBlocks':
        return effects.serveBlocks(output.to, output.from, output.until, output.own);
      case 'Stable':
        return effects.stable(output.checkpoint);
      case 'SetTimer':
        return this.#timers.set(output.name, output.atMs);
      case 'EpochEntered':
        return effects.epochEntered(output);
      case 'Evidence':
        return effects.evidence(output.message);
      case 'Alarm':
        return effects.alarm(output.code, output.detail);
      default:
        return unreachable(output, 'output');
    }
  }
}
