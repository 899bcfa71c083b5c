import { readFile } from 'node:fs/promises';
import { LedgerAudit, type Finding } from '@lading/engine';
import { sha256Node, sodiumVerify } from '@lading/identity';
import { membershipContract } from '@lading/membership';
import { createProvenanceContract } from '@lading/provenance';
import { INTERRUPTED, Interrupted, Interruption } from './interruption.js';
import { openSource, type Sources } from './openSource.js';
import { ProgressLine } from './progressLine.js';
import { SavedAudit } from './savedAudit.js';

export interface AuditRun {
  readonly from: Sources;
  readonly genesis: string;
  /** File from which an interrupted audit goes on. */
  readonly resume: string | null;
  /** Findings that are printed; the others are counted. */
  readonly most: number;
  readonly isJson: boolean;
  readonly quiet: boolean;
}

/** Exit code of "the ledger is not what it must be", apart from 1, "could not check". */
const FINDINGS = 3;

/** Prints findings as they are found, at most so many. */
export class FindingPrinter {
  count = 0;

  constructor(
    private readonly most: number,
    private readonly isJson: boolean
  ) {}

  print(finding: { readonly table: string; readonly key: string; readonly what: string }): void {
    this.count += 1;
    if (this.count > this.most) return;
    const { table, key, what } = finding;
    process.stdout.write(this.isJson ? `${JSON.stringify({ table, key, what })}\n` : `✘ ${table} ${key}: ${what}\n`);
    if (this.count === this.most) process.stderr.write(`Only ${this.most} findings are listed; the others are counted\n`);
  }
}

/** Derives a whole ledger again and says what differs. Resolves with the exit code. */
export async function runAudit(run: AuditRun): Promise<number> {
  const genesisBytes = new Uint8Array(await readFile(run.genesis));
  const interruption = new Interruption();
  const source = await openSource(run.from, interruption.signal);
  try {
    const crypto = { sha256: sha256Node, verify: sodiumVerify };
    const contracts = [membershipContract, createProvenanceContract(sha256Node)];
    const audit = new LedgerAudit(source, { genesisBytes, contracts, crypto });
    const saved = run.resume === null ? null : new SavedAudit(run.resume);
    const progress = new ProgressLine((await source.extent?.()) ?? null, run.quiet);
    if ((await saved?.load(audit)) === true) {
      progress.startAt(audit.progress);
      const { height, findings } = audit.progress;
      process.stderr.write(`Going on after height ${height}; ${findings} findings were printed before\n`);
    }
    const printer = new FindingPrinter(run.most, run.isJson);
    const between = (): void => {
      progress.at(audit.progress);
      interruption.check();
      saved?.saveWhenDue(audit);
    };
    try {
      for await (const finding of audit.run(between)) print(finding, progress, printer);
    } catch (error) {
      if (!(error instanceof Interrupted)) throw error;
      progress.end();
      saved?.save(audit);
      const advice = saved === null ? 'with --resume FILE it could go on later' : 'the same command goes on from here';
      process.stderr.write(`Stopped after height ${audit.progress.height}; ${advice}\n`);
      return INTERRUPTED;
    }
    progress.end();
    await saved?.forget();
    summarize(audit, progress, run.isJson);
    return audit.progress.findings === 0 ? 0 : FINDINGS;
  } finally {
    interruption.end();
    await source.close();
  }
}

function print(finding: Finding, progress: ProgressLine, printer: FindingPrinter): void {
  progress.end();
  printer.print(finding);
}

function summarize(audit: LedgerAudit, progress: ProgressLine, isJson: boolean): void {
  const { height, transactions, findings } = audit.progress;
  const { seconds, perSecond, perCoreSecond } = progress.figures(audit.progress);
  if (isJson) {
    process.stdout.write(`${JSON.stringify({ height, transactions, findings, seconds, perSecond, perCoreSecond })}\n`);
    return;
  }
  const read = `${height + 1} blocks and ${transactions} transactions derived again from genesis in ${seconds} s (${perSecond}/s)`;
  process.stdout.write(findings === 0 ? `✔ ${read}: every row agrees\n` : `✘ ${read}: ${findings} findings\n`);
}
