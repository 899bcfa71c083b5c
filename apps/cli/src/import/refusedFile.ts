import { closeSync, existsSync, fsyncSync, ftruncateSync, openSync, rmSync, writeSync } from 'node:fs';
import { withReason } from './documentSource.js';
import { REASON, type ImportSource, type ImportUnit } from './source.js';

export interface Refusal {
  readonly unit: ImportUnit;
  /** CODE: sentence */
  readonly reason: string;
}

/** What was refused, in the shape of what was imported and with the reason: correct it and import this file alone. */
export class RefusedFile {
  readonly path: string;
  #descriptor: number | null = null;

  constructor(
    file: string,
    private readonly source: ImportSource,
    private size: number
  ) {
    const dot = file.lastIndexOf('.');
    const stem = dot > file.lastIndexOf('/') + 1 ? file.slice(0, dot) : file;
    this.path = `${stem}.errors.${source.kind}`;
  }

  /** Appends, and returns the size that the file then has. */
  add(refusals: readonly Refusal[]): number {
    if (refusals.length === 0) return this.size;
    const descriptor = this.#open();
    const text = this.source.kind === 'csv' ? this.#rows(refusals) : this.#events(refusals);
    // The end of a document is written over by the events that come after.
    ftruncateSync(descriptor, this.size);
    const body = Buffer.from(text);
    writeSync(descriptor, body, 0, body.length, this.size);
    this.size += body.length;
    if (this.source.kind === 'json') writeSync(descriptor, this.source.tail, this.size);
    fsyncSync(descriptor);
    return this.size;
  }

  close(): void {
    if (this.#descriptor !== null) closeSync(this.#descriptor);
    this.#descriptor = null;
  }

  /** What an earlier import of the same file left behind. */
  removeOld(): void {
    if (this.size === 0 && existsSync(this.path)) rmSync(this.path);
  }

  #open(): number {
    this.#descriptor ??= openSync(this.path, existsSync(this.path) ? 'r+' : 'w', 0o600);
    return this.#descriptor;
  }

  #rows(refusals: readonly Refusal[]): string {
    const { columns, delimiter } = this.source;
    const at = columns.indexOf(REASON);
    const line = (cells: readonly string[], reason: string): string =>
      `${[...cells.filter((_, i) => i !== at), reason].map((cell) => quoted(cell, delimiter)).join(delimiter)}\r\n`;
    const rows = refusals.flatMap(({ unit, reason }) => unit.rows.map((cells) => line(cells, reason)));
    return (this.size === 0 ? line(columns, REASON) : '') + rows.join('');
  }

  #events(refusals: readonly Refusal[]): string {
    const events = refusals.map(({ unit, reason }) => withReason(unit.text, reason)).join(',\n');
    return (this.size === 0 ? this.source.head : ',\n') + events;
  }
}

/** RFC 4180, with the cells as they were: what is read again must be what was read. */
const quoted = (cell: string, delimiter: string): string =>
  /["\r\n]/.test(cell) || cell.includes(delimiter) ? `"${cell.replaceAll('"', '""')}"` : cell;
