import { createReadStream, statSync } from 'node:fs';
import { CsvError, parse } from 'csv-parse';
import { CliFailure } from '../failure.js';
import { columnsOf, type Mapping } from './mapping.js';
import { exactJson, mergedEvent, rowEvent, type EventObject } from './rowEvent.js';
import { RowFault } from './rowFault.js';
import { REASON, type ImportSource, type ImportUnit } from './source.js';

interface Line {
  readonly cells: readonly string[];
  readonly line: number;
  readonly bytes: number;
}

/** Rows that became one event at most: what one transaction could never hold is refused before it fills the memory. */
const ROWS_OF_EVENT = 10_000;

/** A table whose first row names its columns, read as a stream. */
export async function csvSource(path: string, mapping: Mapping, startedAt: string): Promise<ImportSource> {
  let columns: readonly string[] = [];
  for await (const { cells } of lines(path, mapping.delimiter)) {
    columns = cells.map((cell) => cell.trim());
    break;
  }
  const missing = [...columnsOf(mapping)].filter((column) => !columns.includes(column));
  if (missing.length > 0) {
    throw new CliFailure({
      code: 'MAPPING_INVALID',
      what: `The table has no column ${missing.join(', ')}`,
      why: `its columns are ${columns.join(', ')}`,
      next: 'correct the mapping, or name the delimiter of the table in it'
    });
  }
  const context = ['https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld', ...mapping.context];
  const document = { '@context': context, type: 'EPCISDocument', schemaVersion: '2.0', creationDate: startedAt };
  return {
    kind: 'csv',
    total: statSync(path).size,
    head: `${JSON.stringify(document).slice(0, -1)},"epcisBody":{"eventList":[`,
    tail: ']}}',
    columns,
    delimiter: mapping.delimiter,
    units: () => unitsOf(path, mapping, columns)
  };
}

async function* unitsOf(path: string, mapping: Mapping, columns: readonly string[]): AsyncGenerator<ImportUnit> {
  const keyAt = mapping.groupBy.map((column) => columns.indexOf(column));
  let group: Line[] = [];
  let key = '';
  let isHeader = true;
  for await (const line of lines(path, mapping.delimiter)) {
    if (isHeader) {
      isHeader = false;
      continue;
    }
    const own = JSON.stringify(keyAt.map((at) => line.cells[at] ?? ''));
    const isSame = keyAt.length > 0 && own === key && group.length < ROWS_OF_EVENT;
    if (!isSame && group.length > 0) {
      yield unitOf(group, mapping, columns);
      group = [];
    }
    group.push(line);
    key = own;
  }
  if (group.length > 0) yield unitOf(group, mapping, columns);
}

function unitOf(group: readonly Line[], mapping: Mapping, columns: readonly string[]): ImportUnit {
  const [first, last] = [group[0]?.line ?? 0, group.at(-1)?.line ?? 0];
  const where = first === last ? `line ${first}` : `lines ${first}–${last}`;
  const common = { rows: group.map(({ cells }) => cells), where, position: group.at(-1)?.bytes ?? 0 };
  try {
    const events = group.map(({ cells }) => eventOf(cells, mapping, columns));
    return { ...common, text: exactJson(mergedEvent(events)), fault: '' };
  } catch (error) {
    if (!(error instanceof RowFault)) throw error;
    return { ...common, text: '', fault: `ROW_INVALID: ${error.message}` };
  }
}

function eventOf(cells: readonly string[], mapping: Mapping, columns: readonly string[]): EventObject {
  if (cells.length !== columns.length) throw new RowFault(`it has ${cells.length} cells, the first row ${columns.length}`);
  const row = new Map(columns.map((column, i) => [column, cells[i] ?? '']));
  row.delete(REASON);
  return rowEvent(row, mapping);
}

interface Parsed {
  readonly record: readonly string[];
  readonly info: { readonly lines: number; readonly bytes: number };
}

async function* lines(path: string, delimiter: string): AsyncGenerator<Line> {
  const input = createReadStream(path);
  const parser = parse({ bom: true, delimiter, info: true, relax_column_count: true, skip_empty_lines: true });
  input.on('error', (error) => parser.destroy(error));
  try {
    for await (const parsed of input.pipe(parser)) {
      const { record, info } = parsed as Parsed;
      yield { cells: record, line: info.lines, bytes: info.bytes };
    }
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    throw new CliFailure({
      code: 'ROW_INVALID',
      what: 'The table cannot be read on',
      why: error.message,
      next: 'correct the quotes of that row, and run the same command again'
    });
  } finally {
    input.destroy();
  }
}
