import { readFileSync, rmSync } from 'node:fs';
import type { Call } from '../call.js';
import { EXIT } from '../exitCodes.js';
import { usage } from '../failure.js';
import { checkPart, type CheckedPart } from '../import/checkPart.js';
import { csvSource } from '../import/csvSource.js';
import { documentSource } from '../import/documentSource.js';
import { fileHash, journalPath, newJournal, openJournal, readJournal, writeJournal, type Journal } from '../import/journal.js';
import { readMapping } from '../import/mapping.js';
import { PartPipe } from '../import/partPipe.js';
import { partsOf } from '../import/parts.js';
import { Progress } from '../import/progress.js';
import { RefusedFile, type Refusal } from '../import/refusedFile.js';
import type { Capture } from '../import/sendPart.js';
import type { ImportSource, ImportUnit } from '../import/source.js';
import { Session } from '../profile/session.js';
import { safeText } from '../text/safe.js';
import { table } from '../text/table.js';

const PART_EVENTS = 500;
const SHOWN = 10;

/** Loads a file of events into the ledger, part by part; the same command goes on where a run ended. */
export async function run(call: Call): Promise<number> {
  const file = call.arg(0);
  if (file === '-') throw usage('An import needs a file: it must be able to go on after an interruption', 'lading event submit -');
  const mappingFile = call.option('map');
  if (call.flag('status')) return status(call, file);
  const startedAt = new Date().toISOString();
  const hashes = [await fileHash(file), await fileHash(mappingFile)] as const;
  const isDry = call.flag('dryRun') || call.option('preview') !== undefined;
  if (call.flag('again') && !isDry) rmSync(journalPath(file), { force: true });
  const journal = isDry ? newJournal(...hashes, startedAt) : openJournal(file, ...hashes, startedAt);
  const source = await sourceOf(file, mappingFile, journal.startedAt);
  const preview = call.option('preview');
  if (preview !== undefined) return showPreview(call, source, call.count('--preview', preview, 1000));
  const refused = new RefusedFile(file, source, journal.refusedBytes);
  if (isDry) return report(call, await new Import(call, file, source, journal, null, null).run(), null);
  refused.removeOld();
  try {
    const capture = await captureOf(call);
    return report(call, await new Import(call, file, source, journal, refused, capture).run(), refused);
  } finally {
    refused.close();
  }
}

async function captureOf(call: Call): Promise<Capture> {
  const session = Session.open(call);
  const signer = await session.memberSigner();
  const options = { behaviour: 'proceed', timeoutMs: call.globals.timeoutMs, until: 'decided' } as const;
  return (document, onAccepted) => {
    const asked = onAccepted === undefined ? options : { ...options, onAccepted };
    return session.committing(session.client.capture(document, signer, asked));
  };
}

async function sourceOf(file: string, mappingFile: string | undefined, startedAt: string): Promise<ImportSource> {
  if (mappingFile !== undefined) return csvSource(file, readMapping(mappingFile), startedAt);
  const start = readFileSync(file).subarray(0, 1024).toString('utf8').trimStart().replace(/^\ufeff/, '');
  if (/^[{[<]/.test(start)) return documentSource(file);
  throw usage(`${file} is no EPCIS document; a table needs a mapping`, '--map MAPPING.json, see docs/members/import.md');
}

interface SentPart {
  readonly units: readonly ImportUnit[];
  readonly checked: CheckedPart;
}

/** One run over a file. Without `capture` it only checks. */
class Import {
  #later = 0;

  constructor(
    private readonly call: Call,
    private readonly file: string,
    private readonly source: ImportSource,
    private journal: Journal,
    private readonly refused: RefusedFile | null,
    private readonly capture: Capture | null
  ) {}

  async run(): Promise<Journal> {
    if (this.journal.finished) return this.journal;
    const most = this.call.count('--part', this.call.option('part') ?? String(PART_EVENTS), 1000);
    const isTerminal = process.stderr.isTTY && !this.call.out.isJson;
    const say = (text: string): void => {
      if (!this.call.flag('quiet')) process.stderr.write(text);
    };
    let progress: Progress | null = null;
    const before = this.journal.done;
    const pipe = this.capture === null ? null : new PartPipe(this.source, this.capture);
    const sent: SentPart[] = [];
    const settle = async (): Promise<void> => {
      const [oldest] = sent.splice(0, 1);
      if (oldest === undefined) return;
      this.#settle(oldest.units.length, oldest.checked, pipe === null ? [] : await pipe.next());
      const share = (oldest.units.at(-1)?.position ?? 0) / Math.max(1, this.source.total);
      progress?.show(share, this.journal.done - before, this.journal.refused);
    };
    for await (const units of partsOf(this.source, before, most)) {
      const from = (units[0]?.position ?? 0) / Math.max(1, this.source.total);
      progress ??= new Progress(before === 0 ? 0 : from, isTerminal, say, () => performance.now());
      const checked = checkPart(this.source, units, Date.now());
      await pipe?.send(checked.good);
      sent.push({ units, checked });
      if (pipe === null || pipe.isFull) await settle();
    }
    while (sent.length > 0) await settle();
    progress?.end();
    this.journal = { ...this.journal, finished: true };
    if (this.capture !== null) writeJournal(this.file, this.journal);
    return this.journal;
  }

  /** Refused rows first, then the journal that counts them: a run that ends between writes them again. */
  #settle(units: number, checked: CheckedPart, byLedger: readonly Refusal[]): void {
    const refusals = [...checked.refusals, ...byLedger];
    for (const { unit, reason } of refusals) {
      if (this.#later < SHOWN) this.call.out.warn(`${safeText(unit.where)}: ${safeText(reason)}`);
      else if (this.#later === SHOWN) this.call.out.warn('more refusals are listed in the file of refused rows only');
      this.#later += 1;
    }
    const refusedBytes = this.refused?.add(refusals) ?? 0;
    this.journal = {
      ...this.journal,
      done: this.journal.done + units,
      recorded: this.journal.recorded + checked.good.length - byLedger.length,
      assertedLater: this.journal.assertedLater + checked.later,
      refused: this.journal.refused + refusals.length,
      refusedBytes
    };
    if (this.capture !== null) writeJournal(this.file, this.journal);
  }
}

async function showPreview(call: Call, source: ImportSource, most: number): Promise<number> {
  let left = most;
  const shown: { where: string; event: unknown; reason: string | null }[] = [];
  for await (const unit of source.units()) {
    const { refusals } = checkPart(source, [unit], Date.now());
    shown.push({
      where: unit.where,
      event: unit.text === '' ? null : JSON.parse(unit.text),
      reason: refusals[0]?.reason ?? null
    });
    if ((left -= 1) === 0) break;
  }
  if (call.out.isJson) call.out.json(shown);
  for (const { where, event, reason } of call.out.isJson ? [] : shown) {
    call.out.line(`${where}  ${reason === null ? '✔' : `✖ ${safeText(reason)}`}`);
    if (event !== null) for (const line of JSON.stringify(event, null, 2).split('\n')) call.out.line(safeText(line));
  }
  return shown.some(({ reason }) => reason !== null) ? EXIT.negative : EXIT.ok;
}

function status(call: Call, file: string): number {
  const journal = readJournal(file);
  if (journal === null) throw usage(`${file} was not imported from here`, `lading import ${file}`);
  return report(call, journal, null);
}

function report(call: Call, journal: Journal, refused: RefusedFile | null): number {
  const { done, recorded, assertedLater, finished } = journal;
  const isDry = refused === null && !call.flag('status');
  const file = refused !== null && journal.refused > 0 ? refused.path : null;
  if (call.out.isJson) {
    call.out.json({ finished, dryRun: isDry, events: done, recorded, assertedLater, refused: journal.refused, refusedFile: file });
  } else {
    const rows = [
      ['events', String(done)],
      [isDry ? 'valid' : 'recorded', String(recorded)],
      ['asserted later', `${assertedLater}  (said to have happened over 7 days before)`],
      ['refused', `${journal.refused}${file === null ? '' : `  ${safeText(file)}`}`]
    ];
    call.out.line(table(rows));
    if (!finished) call.out.say('Not finished: run the same command again, it goes on there.');
    if (isDry) call.out.say('Nothing was sent. Not checked: what the ledger knows, such as who holds an item.');
    if (file !== null) call.out.say('  next    correct the rows in that file, and import it alone, with the same mapping');
  }
  if (journal.refused === 0) return EXIT.ok;
  return isDry ? EXIT.negative : EXIT.conflict;
}
