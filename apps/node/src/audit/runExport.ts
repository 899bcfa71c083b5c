import { readFile } from 'node:fs/promises';
import { sha256Node } from '@lading/identity';
import { toBase64Url } from '@lading/kernel';
import { decodeGenesis } from '@lading/ledger';
import { exportLedger, LedgerAuditSource } from '@lading/storage';
import { StartFault } from '../start/startFault.js';
import { ProgressLine } from './progressLine.js';

export interface ExportRun {
  readonly urlFile: string;
  readonly genesis: string;
  readonly folder: string;
  readonly isJson: boolean;
  readonly quiet: boolean;
}

/** Writes the ledger of a database into a folder, from which `audit db --dir` derives everything again. */
export async function runExport({ urlFile, genesis, folder, isJson, quiet }: ExportRun): Promise<number> {
  const decoded = decodeGenesis(new Uint8Array(await readFile(genesis)), sha256Node);
  if (!decoded.ok) throw new StartFault('GENESIS_UNUSABLE', `${genesis}: ${decoded.code} ${decoded.detail}`);
  const source = await LedgerAuditSource.open((await readFile(urlFile, 'utf8')).trim());
  try {
    const progress = new ProgressLine(await source.extent(), quiet);
    let done = { height: -1, transactions: 0 };
    const { files } = await exportLedger(source, toBase64Url(decoded.value.chainId), folder, (at) => {
      done = at;
      progress.at(at);
    });
    progress.end();
    const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
    const height = files.at(-1)?.last ?? done.height;
    const transactions = files.reduce((sum, file) => sum + file.transactions, 0);
    const summary = { folder, height, transactions, files: files.length, bytes };
    const told = `✔ ${height + 1} blocks and ${transactions} transactions in ${files.length} files of ${folder} (${bytes} bytes)`;
    process.stdout.write(isJson ? `${JSON.stringify(summary)}\n` : `${told}\n`);
    return 0;
  } finally {
    await source.close();
  }
}
