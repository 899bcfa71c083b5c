/** One event to import, or what kept it from becoming one. */
export interface ImportUnit {
  /** JSON text of the event, or '' with a fault. */
  readonly text: string;
  readonly fault: string;
  /** Rows of a table that it was made of, as they were. */
  readonly rows: readonly (readonly string[])[];
  /** "line 12", "event 3" */
  readonly where: string;
  /** How far into the source it ends, in the source's own measure. */
  readonly position: number;
}

/** A file of events. Its units come in the same order every time: that is what resuming counts on. */
export interface ImportSource {
  readonly kind: 'csv' | 'json';
  /** Measure of the whole: bytes of a table, events of a document. */
  readonly total: number;
  /** Text of the document around the events, before and after. */
  readonly head: string;
  readonly tail: string;
  /** Columns of a table. */
  readonly columns: readonly string[];
  readonly delimiter: string;
  units(): AsyncIterable<ImportUnit>;
}

/** Name of the column, or member of an event, that says why it was refused; ignored when it is read again. */
export const REASON = 'lading_reason';
