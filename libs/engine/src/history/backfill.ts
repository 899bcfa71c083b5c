import { equalBytes, toHex } from '@lading/kernel';
import type { Height, Sha256, VerifySignature } from '@lading/kernel';
import { decodeBatch } from '@lading/ledger';
import type { Genesis } from '@lading/ledger';
import type { ContractRegistry } from '../execution/contractRegistry.js';
import type { Clock, ExecutedBlock, LedgerStore, PeerTransport, StoredBlock } from '../ports.js';
import type { EpochSets } from '../recovery/epochSets.js';
import type { StoreOutage } from '../storeOutage.js';
import { HISTORY_LIMITS } from './historyLimits.js';
import type { HistoryProgress, HistoryStore } from './historyPorts.js';
import { HistorySource } from './historySource.js';
import type { WholeBlock } from './historySource.js';
import { ReplayedHistory } from './replayedHistory.js';

export interface BackfillParts {
  readonly genesis: Genesis;
  readonly contracts: ContractRegistry;
  readonly sha256: Sha256;
  readonly verify: VerifySignature;
  readonly clock: Clock;
  readonly store: Pick<LedgerStore, 'blocks' | 'batchesByHash'>;
  readonly history: HistoryStore;
  readonly transport: Pick<PeerTransport, 'send' | 'connectedPeers'>;
  readonly outage: StoreOutage;
  /** At least those up to the base. */
  readonly epochs: EpochSets;
  /** The snapshot's height. */
  readonly base: Height;
  /** `behind`: the node catches up, and nothing else is done; `busy`: blocks or submissions wait. */
  readonly load: () => 'behind' | 'busy' | 'idle';
  /** All is stored. `leaves`: of the outcomes log, 0 … base. */
  readonly onComplete: (leaves: Uint8Array) => void;
  readonly onFalse: (peer: number) => void;
  readonly alarm: (code: 'HISTORY_DIVERGED' | 'HISTORY_UNSERVED', detail: string) => void;
}

/**
 * Fetches the blocks below a snapshot from genesis up, executes them beside the live state and stores what they give
 * (spec/ledger.md 8.8). After a crash what is stored is executed again from the own tables, and the rest is fetched. It
 * never stops the node: what does not agree ends it, with an alarm.
 */
export class Backfill {
  readonly #source: HistorySource;
  #height = 0 as Height;
  #problem: string | null = null;
  #stopped = false;
  #unservedSinceMs: number | null = null;
  #running: Promise<void> = Promise.resolve();
  #wake: () => void = () => undefined;

  constructor(private readonly parts: BackfillParts) {
    this.#source = new HistorySource({ ...parts, configOf: (height) => parts.epochs.after(height - 1) });
  }

  get progress(): HistoryProgress {
    return { height: this.#height, target: this.parts.base, problem: this.#problem };
  }

  start(): void {
    this.#running = this.#run().catch((error: unknown) => {
      if (!this.#stopped) this.#diverged(error instanceof Error ? error.message : String(error));
    });
  }

  /** Resolves when nothing is being written any more. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#source.close();
    this.#wake();
    await this.#running;
  }

  /** A frame of CHANNEL.snapshot. */
  answered(peer: number, bytes: Uint8Array): void {
    this.#source.answered(peer, bytes);
  }

  async #run(): Promise<void> {
    const { genesis, contracts, sha256, verify, clock, epochs, base, history, outage } = this.parts;
    const turn = (): Promise<void> => new Promise((resolve) => clock.soon(resolve));
    await this.#letOthersGo();
    const chain = new ReplayedHistory(genesis, contracts, { sha256, verify, turn }, epochs);
    const tip = await outage.untilAnswered(() => history.historyTip(base));
    let pending: ExecutedBlock[] = [];
    while (chain.height < base) {
      await this.#letOthersGo();
      if (this.#stopped) return;
      const sinceMs = clock.nowMs();
      const window = await this.#window(chain, tip);
      if (window === null) await this.#unserved();
      for (const whole of window ?? []) {
        if (this.#stopped) return;
        const executed = await this.#executed(chain, whole, tip);
        if (executed === null) return;
        if (chain.height > tip) pending.push(executed);
      }
      // The block below the base shows that all is there: it comes with the last one, or not at all.
      if (pending.length > 0 && chain.height !== base - 1) {
        const group = pending;
        pending = [];
        await outage.untilAnswered(() => history.appendHistory(group, base));
      }
      if (chain.height !== base - 1) this.#height = chain.height as Height;
      await this.#pause(Math.min(HISTORY_LIMITS.restMaxMs, Math.max(HISTORY_LIMITS.restMinMs, clock.nowMs() - sinceMs)));
    }
    if (this.#stopped) return;
    this.#source.close();
    this.parts.onComplete(chain.leaves());
  }

  /** Null: nobody has given any. */
  async #window(chain: ReplayedHistory, tip: Height): Promise<readonly WholeBlock[] | null> {
    const from = (chain.height + 1) as Height;
    if (from <= tip) return this.#stored(from, tip);
    const window = await this.#source.window(from, this.parts.base, chain.blockHash);
    if (window !== null) {
      this.#problem = null;
      this.#unservedSinceMs = null;
    }
    return window;
  }

  /** Blocks that this node has stored before it was stopped. */
  async #stored(from: Height, tip: Height): Promise<readonly WholeBlock[]> {
    const { store, outage, sha256, verify, epochs } = this.parts;
    const to = Math.min(tip, from + HISTORY_LIMITS.windowBlocks - 1) as Height;
    const blocks = await outage.untilAnswered(() => store.blocks(from, to, HISTORY_LIMITS.answerBytes));
    if (blocks.length === 0) throw new Error(`block ${from} is not stored any more`);
    const whole: WholeBlock[] = [];
    for (const { block, proof } of blocks) {
      const config = epochs.after(block.header.height - 1);
      const found = await outage.untilAnswered(() => store.batchesByHash(block.refs.map(({ batchHash }) => batchHash)));
      const batches = block.refs.map(({ batchHash }) => {
        const bytes = found.get(toHex(batchHash));
        const batch = bytes === undefined ? null : decodeBatch(bytes, { config, alreadyVerified: () => true }, verify, sha256);
        if (batch?.ok !== true) throw new Error(`a batch of block ${block.header.height} is not stored any more`);
        return batch.value;
      });
      whole.push({ block, proof, batches });
    }
    return whole;
  }

  /** Null: what executing gives is not what the network, or this node before, has got. */
  async #executed(chain: ReplayedHistory, whole: WholeBlock, tip: Height): Promise<ExecutedBlock | null> {
    const { store, base, outage } = this.parts;
    const { height } = whole.block.header;
    const executed = await chain.next(whole);
    if (executed === null) return this.#diverged(`block ${height} names another state than executing the blocks before it gives`);
    if (height > tip && height < base) return executed;
    const [stored] = await outage.untilAnswered(() => store.blocks(height, height, 1));
    if (stored !== undefined && isSame(stored, executed)) return executed;
    return this.#diverged(`executing block ${height} gives other roots than are stored with it`);
  }

  #diverged(detail: string): null {
    this.#problem = `The history below the snapshot is not completed: ${detail}`;
    this.parts.alarm('HISTORY_DIVERGED', detail);
    this.#source.close();
    return null;
  }

  async #unserved(): Promise<void> {
    if (this.#source.hasPeers || this.#stopped) return;
    const nowMs = this.parts.clock.nowMs();
    const sinceMs = (this.#unservedSinceMs ??= nowMs);
    if (this.#problem === null && nowMs - sinceMs >= HISTORY_LIMITS.unservedMs) {
      this.#problem = `No connected node has given block ${this.#height + 1}; it is asked for again and again`;
      this.parts.alarm('HISTORY_UNSERVED', this.#problem);
    }
    await this.#pause(HISTORY_LIMITS.idleMs);
  }

  /** Live blocks and submissions go first; under load that never ends, a window is done every second. */
  async #letOthersGo(): Promise<void> {
    const untilMs = this.parts.clock.nowMs() + HISTORY_LIMITS.yieldMs;
    while (!this.#stopped) {
      const load = this.parts.load();
      if (load === 'idle' || (load === 'busy' && this.parts.clock.nowMs() >= untilMs)) return;
      await this.#pause(HISTORY_LIMITS.yieldPollMs);
    }
  }

  #pause(ms: number): Promise<void> {
    if (this.#stopped) return Promise.resolve();
    return new Promise((resolve) => {
      const cancel = this.parts.clock.at(this.parts.clock.nowMs() + ms, () => end());
      const end = (): void => {
        cancel();
        resolve();
      };
      this.#wake = end;
    });
  }
}

const isSame = (stored: StoredBlock, { block, outcomeRoot, stateRoot }: ExecutedBlock): boolean =>
  equalBytes(stored.block.blockHash, block.blockHash) &&
  equalBytes(stored.outcomeRoot, outcomeRoot) &&
  equalBytes(stored.stateRoot, stateRoot);
