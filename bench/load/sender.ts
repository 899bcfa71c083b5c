import type { Presigned } from './presign.js';

/** One transaction on its way. */
export interface Sent {
  readonly transaction: Presigned;
  /** Milliseconds of performance.now() at which it was to be sent. */
  readonly intendedMs: number;
}

/** What a sender tells of what it was given. */
export interface SenderEvents {
  /** `code` is '' for one that was applied. */
  answered(sent: Sent, code: string): void;
  /** The connection broke: nothing is known of these. */
  lost(sent: readonly Sent[]): void;
}

/** A way to one node. */
export interface Sender {
  /** False while the node cannot be reached. */
  readonly isUp: boolean;
  send(sent: Sent): void;
  /** What was sent since the last flush leaves. */
  flush(): void;
  close(): void;
}

/** A node that broke a connection is left alone for this long. */
export const DOWN_MS = 500;
