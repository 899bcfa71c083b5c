import { readFile } from 'node:fs/promises';
import { EngineFault, type AuditExtent } from '@lading/engine';
import { sha256Node } from '@lading/identity';
import { equalBytes, toBase64Url } from '@lading/kernel';
import { decodeGenesis } from '@lading/ledger';
import { exportLedger } from '@lading/storage';
import { StartFault } from '../start/startFault.js';
import { INTERRUPTED, Interrupted, Interruption } from './interruption.js';
import { openSource, type OpenSource, type Sources } from './openSource.js';
import { ProgressLine } from './progressLine.js';

export interface ExportRun {
  /** A database, or a node. */
  readonly from: Sources;
  readonly genesis: string;
  readonly folder: string;
  readonly isJson: boolean;
  readonly quiet: boolean;
}

/** Writes a ledger into a folder, from which `audit db --dir` derives everything again. Resolves with the exit code. */
export async function runExport(run: ExportRun): Promise<number> {
  const genesisBytes = new Uint8Array(await readFile(run.genesis));
  const decoded = decodeGenesis(genesisBytes, sha256Node);
  if (!decoded.ok) throw new StartFault('GENESIS_UNUSABLE', `${run.genesis}: ${decoded.code} ${decoded.detail}`);
  const interruption = new Interruption();
  const source = await openSource(run.from, interruption.signal);
  try {
    if (run.from.url !== null) await sameNetwork(source, genesisBytes, run.from.url);
    return await write(source, toBase64Url(decoded.value.chainId), run, interruption);
  } finally {
    interruption.end();
    await source.close();
  }
}

async function write(source: OpenSource, chainId: string, run: ExportRun, interruption: Interruption): Promise<number> {
  const { folder, isJson, quiet } = run;
  const extent: AuditExtent | null = (await source.extent?.()) ?? null;
  const progress = new ProgressLine(extent, quiet);
  let done = { height: -1, transactions: 0 };
  try {
    const { files } = await exportLedger(source, chainId, folder, (at) => {
      done = at;
      progress.at(at);
      interruption.check();
    });
    progress.end();
    const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
    const height = files.at(-1)?.last ?? done.height;
    const transactions = files.reduce((sum, file) => sum + file.transactions, 0);
    const summary = { folder, height, transactions, files: files.length, bytes };
    const told = `✔ ${height + 1} blocks and ${transactions} transactions in ${files.length} files of ${folder} (${bytes} bytes)`;
    process.stdout.write(isJson ? `${JSON.stringify(summary)}\n` : `${told}\n`);
    return 0;
  } catch (error) {
    if (!(error instanceof Interrupted)) throw error;
    progress.end();
    process.stderr.write(`Stopped after height ${done.height}; the same command goes on from here\n`);
    return INTERRUPTED;
  }
}

/** Megabytes of another network's ledger would be found out by the audit only. */
async function sameNetwork(source: OpenSource, genesisBytes: Uint8Array, url: string): Promise<void> {
  const theirs = await source.genesisBytes();
  if (theirs !== null && equalBytes(theirs, genesisBytes)) return;
  throw new EngineFault('CHAIN_MISMATCH', `${url} is a node of another network than the genesis file given`);
}
