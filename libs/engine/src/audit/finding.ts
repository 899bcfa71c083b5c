/** One thing in a table that is not what the chain says it must be. */
export interface Finding {
  /** `file`: of an export, which has no tables. */
  readonly table: AuditedTable | 'file';
  /** Primary key of the row, as text: `height`, `height/index`, the epoch, a digest in hex, or the state key. */
  readonly key: string;
  readonly what: string;
}

/** The tables of the ledger, by their names in the database. */
export type AuditedTable =
  | 'genesis'
  | 'block'
  | 'batch'
  | 'transaction'
  | 'outcome'
  | 'state'
  | 'checkpoint'
  | 'epoch'
  | 'evidence'
  | 'base';

/** Of the blocks that have been looked at. */
export interface AuditProgress {
  readonly height: number;
  readonly transactions: number;
  readonly findings: number;
}
