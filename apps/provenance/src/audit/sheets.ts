import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';
import { csvLine, type FsmaAnswer } from '@lading/api';

/** RFC 4180, with the line breaks that spreadsheets expect. */
export const sheetCsv = ({ columns, rows }: FsmaAnswer): string =>
  [columns, ...rows].map((row) => `${csvLine(row)}\r\n`).join('');

const LIBRARY = pathToFileURL(createRequire(import.meta.url).resolve('write-excel-file/node')).href;

/**
 * Writes what it is given. As text, because a thread of its own needs a file or a text, and this file is read as TypeScript
 * by tests. The library is told by its address: a text has no folder to look for packages from.
 */
const WRITER = `
  const { parentPort, workerData: { library, columns, rows } } = require('node:worker_threads');
  const write = async () => {
    const { default: writeXlsx } = await import(library);
    const header = columns.map((value) => ({ value, type: String, fontWeight: 'bold' }));
    const cells = rows.map((row) => row.map((value) => ({ value, type: String })));
    return writeXlsx([header, ...cells], { sheet: 'FSMA 204', stickyRowsCount: 1 }).toBuffer();
  };
  write().then((bytes) => parentPort.postMessage(bytes));
`;

/**
 * One sheet, its header fixed; every cell is text, so that nothing in it can be a formula. Ten thousand rows take a second
 * of a core: in a thread of its own, since this one has votes to send.
 */
export function sheetXlsx({ columns, rows }: FsmaAnswer): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(WRITER, { eval: true, workerData: { library: LIBRARY, columns, rows }, execArgv: [] });
    worker.once('message', (bytes: Uint8Array) => resolve(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)));
    worker.once('error', reject);
    worker.once('exit', (code) => reject(new Error(`the writer of sheets ended with ${code} before it had written one`)));
  });
}
