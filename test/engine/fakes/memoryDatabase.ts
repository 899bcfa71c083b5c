import type {
  AuditBatchRow,
  AuditBlockRow,
  AuditCheckpointRow,
  AuditEpochRow,
  AuditPosition,
  AuditSource,
  AuditStateRow,
  AuditTransactionRow,
  StoredEvidence,
  TransactionNote
} from '@lading/engine';
import { decodeManifest, heightOfManifest } from '@lading/engine';
import { equalBytes } from '@lading/kernel';
import type { Hash } from '@lading/kernel';
import { decodeOutcome, sha256Noble } from '@lading/ledger';

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** Rows as a database keeps them: bytes that a test may damage. */
export class MemoryDatabase implements AuditSource {
  genesis: Uint8Array | null = null;
  /** Manifest of the snapshot that the ledger begins from. */
  base: Uint8Array | null = null;
  readonly blockRows = new Map<number, Mutable<AuditBlockRow>>();
  batchRows: Mutable<AuditBatchRow>[] = [];
  transactionRows: (Mutable<AuditTransactionRow> & { batchHash: Uint8Array })[] = [];
  outcomeRows: { height: number; index: number; txId: Uint8Array; leaf: Uint8Array }[] = [];
  readonly stateRows = new Map<string, Mutable<AuditStateRow>>();
  readonly checkpointRows = new Map<number, Mutable<AuditCheckpointRow>>();
  readonly treeRoots = new Map<number, Hash | null>();
  epochRows: Mutable<AuditEpochRow>[] = [];
  readonly evidenceRows: StoredEvidence[] = [];
  readonly noteRows: (TransactionNote & { readonly height: number })[] = [];

  get lastHeight(): number | null {
    return this.blockRows.size === 0 ? null : Math.max(...this.blockRows.keys());
  }

  genesisBytes(): Promise<Uint8Array | null> {
    return Promise.resolve(this.genesis);
  }

  blocks(from: number, limit: number): Promise<readonly AuditBlockRow[]> {
    const rows = [...this.blockRows.values()].filter((row) => row.height >= from);
    return Promise.resolve(rows.sort((a, b) => a.height - b.height).slice(0, limit));
  }

  batches(from: number, to: number): Promise<readonly AuditBatchRow[]> {
    return Promise.resolve(this.batchRows.filter((row) => row.height >= from && row.height <= to));
  }

  transactions(after: AuditPosition, limit: number): Promise<readonly AuditTransactionRow[]> {
    return Promise.resolve(this.transactionRows.filter((row) => isAfter(row, after)).slice(0, limit));
  }

  outcomes(after: AuditPosition, limit: number) {
    const rows = this.outcomeRows.filter((row) => isAfter(row, after)).slice(0, limit);
    return Promise.resolve(
      rows.map(({ height, index, txId, leaf }) => {
        const decoded = decodeOutcome(leaf);
        const fits = decoded.ok && decoded.value.height === height && decoded.value.index === index;
        const outcome = fits ? decoded.value : { txId: new Uint8Array(0), status: '', code: '', detail: null };
        // The leaf holds the txId a second time: hand out the one that differs from the transaction's.
        const shown = equalBytes(outcome.txId, txId) ? txId : new Uint8Array(0);
        return { height, index, txId: shown, status: outcome.status, code: outcome.code, detail: outcome.detail };
      })
    );
  }

  state(after: string, limit: number): Promise<readonly AuditStateRow[]> {
    const rows = [...this.stateRows.values()].sort((a, b) => (a.key < b.key ? -1 : 1));
    return Promise.resolve(rows.filter((row) => row.key > after).slice(0, limit));
  }

  checkpoints(from: number, limit: number): Promise<readonly AuditCheckpointRow[]> {
    const rows = [...this.checkpointRows.values()].filter((row) => row.height >= from);
    return Promise.resolve(rows.sort((a, b) => a.height - b.height).slice(0, limit));
  }

  bases(): Promise<readonly number[]> {
    const manifest = this.base === null ? null : decodeManifest(this.base, sha256Noble);
    return Promise.resolve(manifest?.ok === true ? [heightOfManifest(manifest.value)] : []);
  }

  epochs(from: number, limit: number): Promise<readonly AuditEpochRow[]> {
    return Promise.resolve(this.epochRows.filter((row) => row.epoch >= from).slice(0, limit));
  }
}

const isAfter = (row: AuditPosition, after: AuditPosition): boolean =>
  row.height > after.height || (row.height === after.height && row.index > after.index);
