import { equalBytes } from '@lading/kernel';
import { CONFIG_CHANGE, configHash, decodeConfig, encodeConfig } from '@lading/ledger';
import { evaluateConfigTransaction, successorConfig } from '@lading/ledger';
import type { BlockHeader, CborFields, CborValue, EpochConfig, Transaction } from '@lading/ledger';
import { decodeViews, encodeViews, viewsOfHeaders } from '../epochViews.js';
import type { AuditEpochRow, AuditSource } from '../auditSource.js';
import type { CheckTools } from './checkBlock.js';
import type { StoredView } from '../ports.js';
import type { Finding } from './finding.js';

interface DerivedEpoch {
  readonly config: EpochConfig;
  readonly startHeight: number;
  readonly previousViews: Uint8Array;
}

const PAGE = 1000;

/** The epochs of a chain as its blocks give them, and the rows that must say the same. */
export class AuditEpochs {
  readonly #derived: DerivedEpoch[];
  #stored: readonly AuditEpochRow[] = [];
  /** Views of the present epoch, by the headers that could be read. */
  #views = new Map<number, StoredView>();

  constructor(
    genesis: EpochConfig,
    private readonly tools: Pick<CheckTools, 'verify' | 'sha256'>
  ) {
    this.#derived = [{ config: genesis, startHeight: 0, previousViews: encodeViews([]) }];
  }

  async load(source: AuditSource): Promise<void> {
    const rows: AuditEpochRow[] = [];
    // No row is out of its sight, also one that no epoch could have.
    for (let from = Number.MIN_SAFE_INTEGER; ; ) {
      const page = await source.epochs(from, PAGE);
      const last = page.at(-1);
      if (last === undefined) break;
      rows.push(...page);
      if (last.epoch >= Number.MAX_SAFE_INTEGER) break;
      // Numbers below all safe integers must not keep the reader in its place.
      from = Math.max(last.epoch + 1, Number.MIN_SAFE_INTEGER + 1);
    }
    this.#stored = rows;
  }

  /** The epoch that the next block is of. */
  get current(): DerivedEpoch {
    return this.#derived.at(-1) as DerivedEpoch;
  }

  /** Told of every block but genesis, in order. */
  block(header: BlockHeader): void {
    for (const view of viewsOfHeaders([header])) this.#views.set(view.view, view);
  }

  /**
   * The config after a block that ends its epoch, and enters it; null when it cannot be derived. Transactions that are
   * damaged are made up for by the successor or the stored row, where it has the hash in the header.
   */
  end(header: BlockHeader, transactions: readonly Transaction[]): EpochConfig | null {
    const { verify, sha256 } = this.tools;
    const { config } = this.current;
    const fits = (next: EpochConfig): boolean => equalBytes(configHash(next, sha256), header.nextConfigHash);
    const candidates = [successorConfig(config)];
    for (const tx of transactions) {
      const changed = tx.header.op === CONFIG_CHANGE ? evaluateConfigTransaction(tx, config, verify, sha256) : null;
      if (changed?.ok === true) candidates.push(changed.value);
    }
    const row = this.#stored.find(({ epoch }) => epoch === config.epoch + 1);
    const stored = row === undefined ? null : decodeConfig(row.encoded);
    if (stored?.ok === true) candidates.push(stored.value);
    const next = candidates.find(fits);
    if (next === undefined) return null;
    this.#derived.push({ config: next, startHeight: header.height, previousViews: encodeViews(this.#sortedViews()) });
    this.#views.clear();
    return next;
  }

  configOf(epoch: number): EpochConfig | null {
    return this.#derived.find(({ config }) => config.epoch === epoch)?.config ?? null;
  }

  /** Of the set that signs CHECKPOINTs of this height: that of the block after it. */
  configAfter(height: number): EpochConfig {
    const epoch = this.#derived.findLast(({ startHeight }) => startHeight <= height);
    return (epoch ?? this.current).config;
  }

  #sortedViews(): readonly StoredView[] {
    return [...this.#views.values()].sort((a, b) => a.view - b.view);
  }

  /** As CBOR: every epoch that has begun, and the views of the present one. */
  save(): CborValue {
    const derived = this.#derived.map(({ config, startHeight, previousViews }) => {
      return [encodeConfig(config), startHeight, previousViews];
    });
    return [derived, encodeViews(this.#sortedViews())];
  }

  /** Goes on from what `save` gave; false when it is something else. */
  resume(saved: CborFields): boolean {
    const derived = saved.list('epochs', Number.MAX_SAFE_INTEGER, (list) => {
      const fields = list.nested('epoch', 3);
      const config = decodeConfig(fields.bytesUpTo('config', Number.MAX_SAFE_INTEGER));
      const startHeight = fields.uint('startHeight');
      const previousViews = fields.bytesUpTo('previousViews', Number.MAX_SAFE_INTEGER);
      return config.ok ? [{ config: config.value, startHeight, previousViews }] : [];
    });
    const views = decodeViews(saved.bytesUpTo('views', Number.MAX_SAFE_INTEGER));
    const epochs = derived.flat();
    if (saved.fault !== null || !views.ok || epochs.length !== derived.length || epochs.length === 0) return false;
    this.#derived.splice(0, this.#derived.length, ...epochs);
    this.#views = new Map(views.value.map((view) => [view.view, view]));
    return true;
  }

  *findings(): Generator<Finding> {
    for (const row of this.#stored) {
      const what = this.#rowFault(row);
      if (what !== null) yield { table: 'epoch', key: String(row.epoch), what };
    }
    for (const { config } of this.#derived) {
      const found = this.#stored.some((row) => row.epoch === config.epoch);
      if (!found) yield { table: 'epoch', key: String(config.epoch), what: 'row is missing' };
    }
  }

  #rowFault(row: AuditEpochRow): string | null {
    const derived = this.#derived.find(({ config }) => config.epoch === row.epoch);
    if (derived === undefined) return 'no block of the chain begins this epoch';
    if (row.startHeight !== derived.startHeight) return `start_height is ${derived.startHeight} by the chain`;
    if (!equalBytes(row.encoded, encodeConfig(derived.config))) return 'the config is not the one the chain gives';
    return equalBytes(row.previousViews, derived.previousViews) ? null : 'previous_views are not the views of the epoch before';
  }
}
