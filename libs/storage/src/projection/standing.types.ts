/** A query that an organization has stored under a name. Times in milliseconds since 1970. */
export interface NamedQueryRow {
  readonly organization: string;
  readonly name: string;
  /** JSON text of the query object, as submitted. */
  readonly definition: string;
  readonly member: string;
  readonly createdMs: number;
}

/** How far a subscription has come. */
export interface SubscriptionProgress {
  /** First event that has not been reported. */
  readonly nextSequence: number;
  readonly lastRunMs: number;
  readonly lastNotifiedMs: number | null;
  /** Attempts in a row that were not received. */
  readonly failures: number;
  /** When to try again, or null. */
  readonly retryMs: number | null;
}

export interface SubscriptionRow extends SubscriptionProgress {
  readonly id: string;
  readonly organization: string;
  readonly query: string;
  readonly definition: string;
  readonly target: string;
  readonly signatureToken: string | null;
  readonly epcFormat: string;
  /** JSON text of the schedule, or null for a stream. */
  readonly schedule: string | null;
  readonly reportIfEmpty: boolean;
  readonly initialRecordTimeMs: number | null;
  readonly createdMs: number;
}
