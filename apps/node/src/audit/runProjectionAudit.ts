import { readFile } from 'node:fs/promises';
import { readBlockRows, type BlockRows, type StoredTransaction } from '@lading/engine';
import { sha256Node } from '@lading/identity';
import { asHash, ZERO_HASH, type Height } from '@lading/kernel';
import { decodeBlock, decodeTransaction, type OutcomeRecord } from '@lading/ledger';
import { projectTransaction, type ProjectedTransaction } from '@lading/provenance-app';
import { LedgerAuditSource, ProjectionAudit, ProjectionStore, type ProjectionPosition } from '@lading/storage';
import { ProgressLine } from './progressLine.js';
import { FindingPrinter } from './runAudit.js';

export interface ProjectionRun {
  readonly urlFile: string;
  readonly most: number;
  /** Empties the query tables when something differs: the node fills them again from the ledger. */
  readonly rebuild: boolean;
  readonly isJson: boolean;
  readonly quiet: boolean;
}

const FINDINGS = 3;
/** Transactions that are compared at once. */
const CHUNK = 500;

/** Compares the query tables with what the ledger of the same database gives. Resolves with the exit code. */
export async function runProjectionAudit({ urlFile, most, rebuild, isJson, quiet }: ProjectionRun): Promise<number> {
  const url = (await readFile(urlFile, 'utf8')).trim();
  const source = await LedgerAuditSource.open(url);
  const audit = ProjectionAudit.open(url);
  const store = ProjectionStore.open({ url, onPoolError: () => undefined });
  const printer = new FindingPrinter(most, isJson);
  try {
    const position = await store.position();
    const progress = new ProgressLine(await source.extent(), quiet);
    const compared = await compareProjection(source, audit, position, (finding) => printer.print(finding), progress);
    progress.end();
    if (printer.count > 0 && rebuild) {
      await store.reset();
      process.stderr.write('The query tables were emptied; the node fills them again from the ledger\n');
    }
    const summary = { height: position.reflectedHeight, events: compared, findings: printer.count };
    const told = `${compared} events of the query tables compared with the ledger`;
    const line = printer.count === 0 ? `✔ ${told}: every row agrees` : `✘ ${told}: ${printer.count} findings`;
    process.stdout.write(`${isJson ? JSON.stringify(summary) : line}\n`);
    return printer.count === 0 ? 0 : FINDINGS;
  } finally {
    await Promise.all([source.close(), audit.close(), store.close()]);
  }
}

type Print = (finding: { readonly table: string; readonly key: string; readonly what: string }) => void;

/** Up to the place that the projector had reached. Resolves with the number of events. */
export async function compareProjection(
  source: LedgerAuditSource,
  audit: ProjectionAudit,
  position: ProjectionPosition,
  print: Print,
  progress: ProgressLine
): Promise<number> {
  const { nextHeight, nextIndex } = position;
  let waiting: ProjectedTransaction[] = [];
  let events = 0;
  let transactions = 0;
  let from = 0;
  const flush = async (to: number): Promise<void> => {
    const chunk = {
      from: { nextHeight: 0, nextIndex: 0, reflectedHeight: 0, events },
      ...{ nextHeight: 0, nextIndex: 0, reflectedHeight: 0 },
      events: waiting.flatMap((one) => one.events),
      captures: waiting.flatMap(({ capture }) => (capture === null ? [] : [capture])),
      vocabulary: waiting.flatMap(({ vocabulary }) => vocabulary),
      places: waiting.flatMap(({ places }) => places)
    };
    for (const finding of await audit.chunk(chunk, { from, to })) print(finding);
    events += chunk.events.length;
    waiting = [];
    from = to + 1;
  };
  for await (const rows of readBlockRows(source, 0, () => undefined)) {
    const { height } = rows.block;
    if (height > nextHeight || (height === nextHeight && nextIndex === 0)) break;
    const isLast = height === nextHeight;
    for (const stored of storedOf(rows, (finding) => print(finding))) {
      if (isLast && stored.index >= nextIndex) continue;
      waiting.push(projectTransaction(stored, timeOf(rows)));
      transactions += 1;
    }
    if (waiting.length >= CHUNK) await flush(height);
    progress.at({ height, transactions });
    if (isLast) break;
  }
  // Captures beyond the place that is compared may be there already: the node goes on.
  await flush(Math.max(from, nextIndex === 0 ? nextHeight - 1 : nextHeight));
  for (const finding of await audit.finish({ events }, position)) print(finding);
  return events;
}

function timeOf({ block }: BlockRows): number {
  const decoded = decodeBlock(block.encoded, sha256Node);
  return decoded.ok ? decoded.value.header.timestampMs : 0;
}

/** The transactions that can be projected: a damaged ledger is the other audit's matter. */
function storedOf(rows: BlockRows, print: Print): StoredTransaction[] {
  const outcomes = new Map(rows.outcomes.map((row) => [row.index, row]));
  return rows.transactions.flatMap(({ height, index, encoded, indexInBatch }) => {
    const row = outcomes.get(index);
    const decoded = decodeTransaction(encoded, sha256Node);
    if (row === undefined || !decoded.ok || row.txId.length !== 32) {
      print({ table: 'transaction', key: `${height}/${index}`, what: 'is damaged: audit the ledger first' });
      return [];
    }
    const { txId, status, code, detail } = row;
    const place = { height: height as Height, index };
    const outcome = { ...place, txId: asHash(txId), status, code, detail: detail ?? [] } as OutcomeRecord;
    return [{ ...place, batchHash: ZERO_HASH, indexInBatch, encoded, outcome }];
  });
}
