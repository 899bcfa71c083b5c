import { shownCheckpoint, type ProofReport } from '@lading/verifier';
import { safeText } from '../text/safe.js';
import { minute } from '../text/sentence.js';
import { EXPLANATIONS, SENTENCES } from './checkTexts.js';
import type { JudgedFile } from './judge.js';
import { concernLines, storyLines, titleOf } from './told.js';

type Paint = (text: string) => string;

export interface Paints {
  readonly green: Paint;
  readonly red: Paint;
  readonly dim: Paint;
  readonly bold: Paint;
}

const same: Paint = (text) => text;
export const NO_PAINT: Paints = { green: same, red: same, dim: same, bold: same };

export interface ReportPlace {
  /** What the file is called, without folders. */
  readonly name: string;
  /** What the genesis is called. */
  readonly trust: string;
  readonly genesisBytes: Uint8Array;
  readonly explain: boolean;
  readonly paints: Paints;
}

/** The report as a person reads it, without its last line: that one is the verdict (see {@link verdictLine}). */
export function reportLines(judged: JudgedFile, place: ReportPlace): readonly string[] {
  const { proof, verdict } = judged;
  const { green, red, dim, bold } = place.paints;
  const { report } = proof;
  const isTrue = verdict === 'VERIFIED';
  const title = isTrue ? `   ${titleOf(proof, place.genesisBytes)}` : '';
  const checks = report.checks.flatMap(({ name, ok, detail }) => [
    ` ${ok ? green('✔') : red('✖')} ${SENTENCES[name] ?? name}  ${dim(safeText(detail))}`,
    ...(place.explain ? [dim(`     ${EXPLANATIONS[name] ?? ''}`)] : [])
  ]);
  const form = ` ${red('✖')} the file is in the one form of a proof  ${dim(safeText(report.detail))}`;
  const { facts } = report;
  const network = facts === null ? '' : `${facts.network}, chain ${facts.chainId.slice(0, 12)}…`;
  return [
    `${bold(safeText(place.name))}${title}`,
    ...(isTrue && proof.kind === 'provenance' && proof.report.facts !== null
      ? storyLines(proof.report.facts, place.genesisBytes).map((line) => `   ${line}`)
      : []),
    ...(report.checks.length === 0 ? [form] : checks),
    ...report.notChecked.map((line) => dim(` – not checked: ${line}`)),
    ...(isTrue ? checkpointLines(judged.bytes) : []),
    ...(facts === null ? [] : [` trust anchor: ${safeText(place.trust)} (${safeText(network)})`]),
    ...(isTrue ? outcomeLines(proof, place.paints) : [])
  ];
}

export function verdictLine({ verdict, proof }: JudgedFile, { green, red }: Paints): string {
  if (verdict === 'VERIFIED') return `${green('VERIFIED')} offline, no server was contacted`;
  const { code } = proof.report;
  return red(`FALSE${code === null ? '' : ` ${code}`}: do not rely on this file`);
}

/** How far the file's knowledge reaches, by the block time that a quorum has agreed on. */
function checkpointLines(bytes: Uint8Array): readonly string[] {
  const shown = shownCheckpoint(bytes);
  if (shown === null) return [];
  return [` as of: checkpoint of height ${shown.height}, epoch ${shown.epoch}, ${minute(shown.timestampMs)}`];
}

/** What a true proof says that a reader must not overlook. */
function outcomeLines(proof: ProofReport, { red, green }: Paints): readonly string[] {
  if (proof.kind === 'receipt' && proof.report.facts !== null) {
    const { status, code } = proof.report.facts.outcome;
    if (status === 'APPLIED') return [];
    const recorded = 'it was recorded as evidence and changed nothing else';
    const meaning = status === 'RECORDED' ? recorded : 'the ledger ordered it and refused it';
    return [`${red(`${status} ${code}`)}  ${meaning}`];
  }
  if (proof.kind !== 'provenance' || proof.report.facts === null) return [];
  const concerns = concernLines(proof.report.facts).map((line) => red(line));
  if (!proof.report.facts.notRecalled) return concerns;
  return [...concerns, `${green('NOT RECALLED')}  nothing in this story was, as of that height`];
}
