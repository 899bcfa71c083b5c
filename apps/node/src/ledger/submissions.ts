import { Inject, Injectable } from '@nestjs/common';
import type { Gateway } from '@lading/api';
import type { CommittedTransaction, SubmitFault } from '@lading/engine';
import { sha256Node } from '@lading/identity';
import type { Rejection } from '@lading/kernel';
import { keyOfBytes, type Transaction } from '@lading/ledger';
import { NODE_CONTEXT, type NodeContext } from '../nodeContext.js';

export type Submitted = CommittedTransaction | Rejection<SubmitFault>;

/** How long an answer without `Prefer: wait` waits for a refusal that the node knows at once. */
const EARLY_MS = 50;
/** The same for a transaction that this node must not order: it only knows an outcome, or refuses, and may wait for a block. */
const EARLY_UNLISTED_MS = 1000;
/** A transaction is followed for this long; asking again with the same one goes on from there. */
const FOLLOW_MS = 60_000;

/** Transactions on their way through this node: what the ledger does not know yet. */
@Injectable()
export class Submissions {
  /** Transaction id, as {@link keyOfBytes} → submissions of it under way. */
  private readonly pending = new Map<string, number>();

  constructor(@Inject(NODE_CONTEXT) private readonly context: NodeContext) {}

  isPending(txId: Uint8Array): boolean {
    return this.pending.has(keyOfBytes(txId));
  }

  /** Resolves when committed or refused. */
  async submit(transaction: Transaction, timeoutMs = FOLLOW_MS): Promise<Submitted> {
    const id = keyOfBytes(transaction.txId);
    this.pending.set(id, (this.pending.get(id) ?? 0) + 1);
    try {
      return await this.context.node.submit(transaction, timeoutMs);
    } finally {
      const left = (this.pending.get(id) ?? 1) - 1;
      if (left === 0) this.pending.delete(id);
      else this.pending.set(id, left);
    }
  }

  /** How long an answer without `Prefer: wait` waits for this transaction. */
  earlyMs({ header }: Transaction): number {
    return header.lanes.includes(this.context.organization) ? EARLY_MS : EARLY_UNLISTED_MS;
  }

  /** The outcome when it comes within the time, else null: still on its way. */
  async within(submitted: Promise<Submitted>, ms: number): Promise<Submitted | null> {
    // Who does not wait for it any more must not be told of its failure by the end of the process.
    submitted.catch(() => undefined);
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<null>((resolve) => {
      timer = setTimeout(() => resolve(null), ms);
    });
    try {
      return await Promise.race([submitted, late]);
    } finally {
      clearTimeout(timer);
    }
  }
}

export const isRefused = (submitted: Submitted): submitted is Rejection<SubmitFault> => 'ok' in submitted;

/** The signature is checked when the transaction is submitted. */
export const gatewayOf = ({ genesis }: NodeContext): Gateway => ({ chainId: genesis.chainId, verify: null, sha256: sha256Node });
