import type { Height } from '@lading/kernel';
import type { Genesis } from '@lading/ledger';
import type { ContractRegistry } from '../execution/contractRegistry.js';
import type { EngineEvents } from '../events.js';
import type { OutcomesLog } from '../execution/outcomesLog.js';
import type { SharedParts } from '../node/sharedParts.js';
import type { PeerTransport } from '../ports.js';
import type { LedgerNodeOptions } from '../node/nodeOptions.js';
import type { Recovered } from '../recovery/recover.js';
import type { EpochSets } from '../recovery/epochSets.js';
import { Backfill } from './backfill.js';
import type { BackfillParts } from './backfill.js';
import type { HistoryProgress, HistoryStore } from './historyPorts.js';

export interface HeldHistoryParts extends Pick<SharedParts, 'sha256' | 'verify' | 'clock' | 'store' | 'outage'> {
  readonly genesis: Genesis;
  readonly contracts: ContractRegistry;
  readonly transport: PeerTransport;
  readonly epochs: EpochSets;
  /** Of the snapshot that the node began from, as long as it does not hold what is below; null: it holds everything. */
  readonly base: Height | null;
  /** Undefined: what is below is not fetched. */
  readonly history: HistoryStore | undefined;
  readonly outcomesLog: OutcomesLog;
  readonly load: BackfillParts['load'];
  readonly onComplete: () => void;
  readonly onFalse: (peer: number) => void;
  readonly alarm: (code: string, detail: string) => void;
}

/** Which blocks this node holds, and what it does to hold all of them. */
export class HeldHistory {
  #base: Height | null;
  readonly #backfill: Backfill | null;

  constructor(private readonly parts: HeldHistoryParts) {
    const { base, history } = parts;
    this.#base = base;
    const isFilled = base !== null && history !== undefined;
    const onComplete = (leaves: Uint8Array): void => this.#complete(leaves);
    this.#backfill = isFilled ? new Backfill({ ...parts, base, history, onComplete }) : null;
  }

  static of(
    { transport, snapshots }: Pick<LedgerNodeOptions, 'transport' | 'snapshots'>,
    { base, epochs, ledger }: Recovered,
    shared: Omit<HeldHistoryParts, 'base' | 'history' | 'transport' | 'epochs' | 'outcomesLog' | 'onFalse' | 'alarm'>,
    events: Pick<EngineEvents, 'peerInvalid' | 'alarm'>
  ): HeldHistory {
    const { outcomesLog } = ledger;
    const held = { base: base?.height ?? null, history: snapshots?.history };
    const onFalse = (peer: number): void => events.peerInvalid(peer, 'HISTORY_FALSE');
    const alarm = (code: string, detail: string): void => events.alarm(code, detail);
    return new HeldHistory({ ...shared, ...held, transport, epochs, outcomesLog, onFalse, alarm });
  }

  /** The lowest height from which on every block is held with all that it orders. */
  get lowest(): number {
    return this.#base === null ? 0 : this.#base + 1;
  }

  /** The last block of which nothing is held; null: all is. */
  get base(): Height | null {
    return this.#base;
  }

  /** Null while nothing is being fetched, or has been. */
  get progress(): HistoryProgress | null {
    return this.#base === null ? null : (this.#backfill?.progress ?? null);
  }

  start(): void {
    this.#backfill?.start();
  }

  async stop(): Promise<void> {
    await this.#backfill?.stop();
  }

  /** A frame of CHANNEL.snapshot. */
  answered(peer: number, bytes: Uint8Array): void {
    this.#backfill?.answered(peer, bytes);
  }

  #complete(leaves: Uint8Array): void {
    const { outcomesLog, alarm, onComplete } = this.parts;
    if (!outcomesLog.complete(leaves)) {
      return alarm('HISTORY_DIVERGED', 'the outcomes derived below the snapshot are not those under its certified state');
    }
    this.#base = null;
    onComplete();
  }
}
