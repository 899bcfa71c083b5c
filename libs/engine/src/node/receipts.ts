import { equalBytes, ok, reject } from '@lading/kernel';
import type { Hash, Height, Result, Sha256 } from '@lading/kernel';
import { buildConsistency, buildReceipt, decodeBatchHeader, encodeBlockHeader, encodeCheckpoint, encodeReceipt } from '@lading/ledger';
import type { CheckpointCertificate, ConsistencyProof } from '@lading/ledger';
import { BoundedMap } from '../boundedMap.js';
import type { LedgerState } from '../execution/ledgerState.js';
import type { UndoJournal } from '../execution/undoJournal.js';
import { ENGINE_LIMITS } from '../limits.js';
import type { CertifiedStateView, ReceiptFault } from '../nodeApi.js';
import type { CertifiedState, LedgerStore, StoredTransaction } from '../ports.js';
import { endedLinks } from '../recovery/heldBase.js';
import type { HeldBase } from '../recovery/heldBase.js';
import { StateAtCheckpoint } from './stateAtCheckpoint.js';
import { historyNotHeld } from './historyNotHeld.js';
import { ReceiptEpochs } from './receiptEpochs.js';

/**
 * Collects the parts of receipts (ledger.md §7). Proofs lead to the newest checkpoint, whose tree root was computed in
 * this process or is stored with it.
 */
export class Receipts {
  readonly #treeRoots = new BoundedMap<number, Hash>(ENGINE_LIMITS.treeRoots);
  readonly #epochs: ReceiptEpochs;
  #latest: CheckpointCertificate | null;

  constructor(
    private readonly store: LedgerStore,
    private readonly ledger: LedgerState,
    certified: CertifiedState | null,
    private readonly held: { readonly base: HeldBase | null; readonly height: () => number },
    private readonly undo: UndoJournal,
    private readonly sha256: Sha256
  ) {
    this.#epochs = new ReceiptEpochs(store, endedLinks(held.base));
    if (certified !== null && certified.treeRoot !== null) {
      this.#treeRoots.set(certified.checkpoint.height, certified.treeRoot);
    }
    this.#treeRoots.set(ledger.height, ledger.tree.root());
    this.#latest = certified?.checkpoint ?? null;
  }

  /** Called once for every executed block, in order. */
  executed(height: Height, treeRoot: Hash): void {
    this.#treeRoots.set(height, treeRoot);
  }

  /** Root of the state tree after a recent block; null when it is not known any more. */
  treeRootAt(height: Height): Hash | null {
    return this.#treeRoots.get(height) ?? null;
  }

  certified(checkpoint: CheckpointCertificate): void {
    this.#latest = checkpoint;
    this.undo.forget(checkpoint.height);
  }

  /** The state at the newest checkpoint. NOT_CERTIFIED_YET: ask again in a moment, as for a receipt. */
  async certifiedState(): Promise<Result<CertifiedStateView, 'NOT_CERTIFIED_YET'>> {
    const { store, ledger, undo, sha256 } = this;
    const checkpoint = this.#latest;
    const treeRoot = checkpoint === null ? undefined : this.#treeRoots.get(checkpoint.height);
    if (checkpoint === null || treeRoot === undefined || !undo.covers(checkpoint.height)) {
      return reject('NOT_CERTIFIED_YET', 'no checkpoint covers the state of this node yet');
    }
    const { height } = checkpoint;
    const anchor = {
      checkpoint: encodeCheckpoint(checkpoint),
      treeRoot,
      outcomesLogRoot: ledger.outcomesLog.root(height + 1),
      checkpointHeader: new Uint8Array(0),
      epochs: await this.#epochs.upTo(checkpoint.epoch)
    };
    const [stored] = await store.blocks(height, height, 1);
    if (stored === undefined || !undo.covers(height)) return reject('NOT_CERTIFIED_YET', `block ${height} is not stored`);
    const checkpointHeader = encodeBlockHeader(stored.block.header);
    return ok(new StateAtCheckpoint({ store, ledger, undo, sha256 }, height, treeRoot, { ...anchor, checkpointHeader }));
  }

  /** That the history at one stored checkpoint extends that at another (spec/proofs.md 6.1); null where one is not stored. */
  async consistency(from: Height, to: Height): Promise<ConsistencyProof | null> {
    const { store, sha256 } = this;
    const certified = async (height: Height) => {
      const checkpoint = await store.checkpointAtOrAbove(height);
      const stored = checkpoint?.height === height ? (await store.blocks(height, height, 1))[0] : undefined;
      return checkpoint === null || stored === undefined ? null : { checkpoint, header: stored.block.header };
    };
    const [earlier, later] = [await certified(from), await certified(to)];
    if (earlier === null || later === null) return null;
    const hashes = await store.blockHashes(0 as Height, (to - 1) as Height);
    if (hashes.length !== to) return null;
    return buildConsistency(earlier, later, hashes, await this.#epochs.upTo(later.checkpoint.epoch), sha256);
  }

  /**
   * The receipt of the transaction's first run as JSON text. NOT_CERTIFIED_YET: ask again in a moment; the network
   * certifies after 100 ms without new blocks, or after 64 heights.
   */
  async receipt(txId: Hash): Promise<Result<string, ReceiptFault>> {
    const rows = await this.store.transactionsById(txId);
    const row = rows[0];
    const base = this.held.height();
    if ((row?.height ?? 0) <= base && base > 0) return historyNotHeld(base);
    if (row === undefined) return reject('TRANSACTION_UNKNOWN', 'this transaction is in no block');
    const checkpoint = this.#latest;
    const treeRoot = checkpoint === null ? undefined : this.#treeRoots.get(checkpoint.height);
    if (checkpoint === null || treeRoot === undefined || checkpoint.height < row.height) {
      return reject('NOT_CERTIFIED_YET', `height ${row.height} is not covered by a checkpoint certificate yet`);
    }
    return this.#build(row, checkpoint, treeRoot);
  }

  async #build(
    row: StoredTransaction,
    checkpoint: CheckpointCertificate,
    treeRoot: Hash
  ): Promise<Result<string, ReceiptFault>> {
    const { store, ledger, sha256 } = this;
    const { height, index } = row;
    const [[stored], [certified], headers, outcomes, epochs] = await Promise.all([
      store.blocks(height, height, 1),
      store.blocks(checkpoint.height, checkpoint.height, 1),
      store.batchHeaders(height),
      store.outcomes(height),
      this.#epochs.upTo(checkpoint.epoch)
    ]);
    const header = headers.find((batch) => equalBytes(batch.ref.batchHash, row.batchHash));
    const decoded = header === undefined ? null : decodeBatchHeader(header.headerBytes);
    if (stored === undefined || certified === undefined || header === undefined || decoded?.ok !== true) {
      return reject('TRANSACTION_UNKNOWN', 'the block of this transaction is not complete in the database');
    }
    const first = { height, index: index - row.indexInBatch };
    const batch = await store.transactions(first, decoded.value.txCount);
    const receipt = buildReceipt(
      {
        batchTransactions: batch.map((tx) => tx.encoded),
        batchIndex: row.indexInBatch,
        batchHeader: header.headerBytes,
        refIndex: header.refIndex,
        block: stored.block,
        commitProof: stored.proof,
        outcomes,
        index,
        outcomesLog: ledger.outcomesLog.proof(height, checkpoint.height + 1),
        treeRoot,
        checkpointHeader: certified.block.header,
        checkpoint,
        epochs
      },
      sha256
    );
    return ok(encodeReceipt(receipt));
  }
}
