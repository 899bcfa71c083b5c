import { createState, step, verifyMessage } from '@lading/consensus';
import type { CoreState, FetchProposal, Input, Message, Mutant, Output, Restored, Safety, SignedMessage } from '@lading/consensus';
import type { Height } from '@lading/kernel';
import type { Block, CommitProof } from '@lading/ledger';
import { copyState } from './copyState.js';
import { batchOf, config, cursorsAfter, genesis, historyOf, keyOf, sha256, sign, START_MS, STATE_ROOT, verifyKeyed } from './stage.js';

const HOUR_MS = 3_600_000;

/** One real core with a disk that never fails and an execution that is immediate; what it signs comes back to it. */
export class CoreNode {
  readonly self: number;
  /** Everything it signed since it was made, in order, over all restarts. */
  signed: SignedMessage[] = [];
  committed: { readonly block: Block; readonly proof: CommitProof }[] = [];
  state: CoreState;
  stored = 0;
  /** Of the last FETCH-PROPOSAL. */
  wanted: FetchProposal | null = null;
  private readonly mutants: ReadonlySet<Mutant>;
  private safety: Safety | null = null;
  private logged = new Map<string, Block>();

  constructor(self: number, mutants: ReadonlySet<Mutant> = new Set()) {
    this.self = self;
    this.mutants = mutants;
    this.state = createState(this.options, this.restored);
    this.do({ kind: 'Tick' });
  }

  private get options() {
    // Proposals in flight need no distance: the model has no time.
    return { config, self: this.self, genesis, sha256, timing: { proposalIntervalMs: 0, longestIntervalMs: 0 }, mutants: this.mutants };
  }

  private get restored(): Restored {
    const head = this.committed.at(-1);
    const height = head?.block.header.height ?? 0;
    const chain = [genesis, ...this.committed.map(({ block }) => block)];
    return {
      safety: this.safety,
      proposals: [...this.logged.values()].filter((block) => block.header.height > height),
      head: head ?? { block: genesis, proof: null },
      history: historyOf(chain),
      cursors: cursorsAfter(height),
      recent: chain.map((block) => ({ height: block.header.height, blockHash: block.blockHash, stateRoot: STATE_ROOT })),
      batches: Array.from({ length: this.stored }, (_, i) => batchOf(i + 1)),
      checkpoint: null
    };
  }

  /** Another node in the same state, which goes its own way. */
  copy(): CoreNode {
    const other = Object.create(CoreNode.prototype) as CoreNode;
    Object.assign(other, this, {
      signed: [...this.signed], committed: [...this.committed], logged: new Map(this.logged), state: copyState(this.state)
    });
    return other;
  }

  /** A power cut: what was not persisted is gone. */
  restart(): void {
    this.state = createState(this.options, this.restored);
    this.wanted = null;
    this.do({ kind: 'Tick' });
  }

  /** No STATUS for an hour: every timer that can lead to a suspicion has run out. */
  timeout(): void {
    this.do({ kind: 'Tick' }, START_MS + HOUR_MS);
  }

  storeBatch(): void {
    this.stored++;
    this.do({ kind: 'BatchStored', batch: batchOf(this.stored) });
  }

  /** As from the network: only what the gateway lets through. */
  receive(message: Message, peer: number): void {
    if (!verifyMessage(message, config, verifyKeyed, sha256, this.mutants)) throw new Error(`the gateway refuses ${message.type}`);
    this.do({ kind: 'Message', peer, message });
  }

  private do(input: Input, nowMs = START_MS): void {
    for (const output of step(this.state, input, nowMs)) this.perform(output);
  }

  private perform(output: Output): void {
    switch (output.kind) {
      case 'Persist':
        if (output.record.kind === 'Safety') this.safety = output.record.safety;
        else this.logged.set(keyOf(output.record.block.blockHash), output.record.block);
        return;
      case 'SignBroadcast': {
        const message = sign(output.message);
        this.signed.push(message);
        this.do({ kind: 'Message', peer: this.self, message });
        return;
      }
      case 'Commit':
        for (const decided of output.blocks) {
          this.committed.push(decided);
          this.do({ kind: 'Executed', height: decided.block.header.height as Height, stateRoot: STATE_ROOT });
        }
        return;
      case 'Send':
        if (output.message.type === 'FETCH-PROPOSAL') this.wanted = output.message;
        return;
      default:
    }
  }
}
