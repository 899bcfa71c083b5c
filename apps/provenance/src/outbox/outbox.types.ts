/** One thing that happened on the ledger, as a broker gets it (spec/outbox.md §1). */
export interface OutboxMessage {
  /** `<txId>/<event index>`: the same at every attempt, so that brokers can drop doubles. */
  readonly id: string;
  /** Chain id, base64url. */
  readonly chain: string;
  /** Type of the event, or the first part of the operation. */
  readonly family: string;
  /** Business step of the event, '' without one; or the rest of the operation. */
  readonly name: string;
  readonly organization: string;
  /** Names as in spec/outbox.md 1.4; values are printable ASCII. */
  readonly headers: ReadonlyMap<string, string>;
  readonly body: Uint8Array;
}

/** What came of a batch that the broker has acknowledged. */
export interface Published {
  /** Messages that the broker had already. */
  readonly duplicates: number;
}

/**
 * The port to a broker. Rejects with an {@link OutboxFault}; then any part of the batch may have arrived, and the
 * caller publishes all of it again.
 */
export interface OutboxBroker {
  /** Names the target; a stored position belongs to it. */
  readonly target: string;
  /** Connects and looks whether the target takes messages, so that what is wrong is told before there is one. Idempotent. */
  open(): Promise<void>;
  /** Resolves when the broker has made every message durable, in this order and behind those of the calls before. */
  publish(messages: readonly OutboxMessage[]): Promise<Published>;
  /** Ends connections; what is under way rejects. */
  close(): Promise<void>;
}

export interface OutboxPosition {
  /** The last transaction whose messages the broker has; height 0 before the first. */
  readonly height: number;
  readonly index: number;
}

/** How far an outbox is, for operators. Counts are since the node's start. */
export interface OutboxStatus {
  readonly target: string;
  readonly position: OutboxPosition;
  /** Blocks of which messages may still have to go. */
  readonly lagBlocks: number;
  readonly sent: number;
  readonly duplicates: number;
  readonly failures: number;
  /** Why nothing goes out now: code and detail; null while all is well. */
  readonly problem: string | null;
}
