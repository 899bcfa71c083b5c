import { csvLine, type FsmaAnswer } from '@lading/api';
import writeXlsx from 'write-excel-file/node';

/** RFC 4180, with the line breaks that spreadsheets expect. */
export const sheetCsv = ({ columns, rows }: FsmaAnswer): string =>
  [columns, ...rows].map((row) => `${csvLine(row)}\r\n`).join('');

/** One sheet, its header fixed; every cell is text, so that nothing in it can be a formula. */
export async function sheetXlsx({ columns, rows }: FsmaAnswer): Promise<Buffer> {
  const header = columns.map((value) => ({ value, type: String, fontWeight: 'bold' as const }));
  const cells = rows.map((row) => row.map((value) => ({ value, type: String })));
  return writeXlsx([header, ...cells], { sheet: 'FSMA 204', stickyRowsCount: 1 }).toBuffer();
}
