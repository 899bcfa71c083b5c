import { readFile } from 'node:fs/promises';
import type { AuditSource } from '@lading/engine';
import { ExportAuditSource, LedgerAuditSource } from '@lading/storage';
import { tokensOf } from './askedToken.js';
import { HttpAuditSource } from './httpAuditSource.js';

/** Where a ledger is read from: one of the first three. */
export interface Sources {
  /** File with the database's URL. */
  readonly urlFile: string | null;
  /** Folder with an export. */
  readonly folder: string | null;
  /** Address of a node. */
  readonly url: string | null;
  /** Of the bearer token for the node; null: the process that started this one is asked. */
  readonly tokenFile: string | null;
}

export type OpenSource = AuditSource & { close(): Promise<void> };

/** `signal`: ends a read that waits for a node. */
export async function openSource({ urlFile, folder, url, tokenFile }: Sources, signal: AbortSignal): Promise<OpenSource> {
  if (url !== null) return new HttpAuditSource(url, tokensOf(tokenFile), signal);
  if (folder !== null) return ExportAuditSource.open(folder);
  return LedgerAuditSource.open((await readFile(urlFile ?? '', 'utf8')).trim());
}
