import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { decodeUtf8, toBase64Url } from '@lading/kernel';
import { verifyProof, type ProofReport } from '@lading/verifier';
import type { Call } from '../call.js';
import { EXIT } from '../exitCodes.js';
import { CliFailure } from '../failure.js';
import { readInput } from '../files/readInput.js';
import { findProfile } from '../profile/profile.js';
import { safeText } from '../text/safe.js';
import { EXPLANATIONS, SENTENCES } from '../verify/checkTexts.js';
import { concernLines, storyLines, titleOf } from '../verify/told.js';

/**
 * Checks a proof with nothing but the file and a genesis: this module and what it imports have no code that could
 * reach a network. Exit codes: 0 true, 3 false, 1 could not check.
 */
export async function run(call: Call): Promise<number> {
  const name = call.arg(0);
  const trust = call.option('trust') ?? findProfile(call.globals.profile, null).genesisFile;
  const file = await readInput(name);
  const genesisBytes = new Uint8Array(readFileSync(trust));
  const judged = verifyProof(withoutLineEnd(file), genesisBytes, { key: call.option('key') ?? null });
  const verdict = verdictOf(judged, file);
  if (verdict === 'UNCHECKABLE') throw couldNotCheck(judged, name, trust);
  if (call.out.isJson) call.out.json(jsonReport(judged, verdict, name, trust));
  else print(call, judged, verdict, name, trust, genesisBytes);
  return verdict === 'VERIFIED' ? EXIT.ok : EXIT.negative;
}

/** Editors and shells add a line break at the end of a file; the one form has none. */
function withoutLineEnd(file: Uint8Array): Uint8Array {
  return file.at(-1) === 0x0a ? file.subarray(0, file.at(-2) === 0x0d ? -2 : -1) : file;
}

type Verdict = 'VERIFIED' | 'FALSE' | 'UNCHECKABLE';

/** Members of proofs; a file with most of them was meant as one, whatever was done to it since. */
const RECEIPT_MEMBERS = ['transaction', 'batchHeader', 'blockHeader', 'commitProof', 'outcome', 'checkpoint'];
const OTHER_FORMATS = /"format":"lading\/(?:provenance|presence|absence|consistency|fraud)\//;

/**
 * A changed proof may fail before any check can run, because it is no longer in its one form. That is an answer too:
 * such a file proves nothing, and a script must not take it for a mishap. Anything else is "could not check".
 */
function verdictOf({ report }: ProofReport, file: Uint8Array): Verdict {
  if (report.verdict !== 'MALFORMED') return report.verdict;
  const text = decodeUtf8(file.map((byte) => (byte < 0x80 ? byte : 0x3f))) ?? '';
  const found = RECEIPT_MEMBERS.filter((member) => text.includes(`"${member}":"`)).length;
  return found >= RECEIPT_MEMBERS.length / 2 || OTHER_FORMATS.test(text) ? 'FALSE' : 'UNCHECKABLE';
}

function couldNotCheck({ report }: ProofReport, name: string, trust: string): CliFailure {
  const anchor = report.verdict === 'UNCHECKABLE' && report.code !== 'PROOF_UNSUPPORTED';
  return new CliFailure({
    code: report.code ?? '',
    what: `Could not check ${safeText(name)}: this says nothing about whether it is true`,
    why: safeText(report.detail),
    next: anchor
      ? `give your own copy of the genesis: --trust FILE (now: ${trust})`
      : 'check that it is a proof file: lading prove ID -o FILE makes one',
    exitCode: EXIT.failed
  });
}

function print(
  call: Call,
  judged: ProofReport,
  verdict: Verdict,
  name: string,
  trust: string,
  genesisBytes: Uint8Array
): void {
  const { out } = call;
  const { green, red, dim, bold } = out.colors;
  const { report } = judged;
  const title = verdict === 'VERIFIED' ? `   ${titleOf(judged, genesisBytes)}` : '';
  out.line(`${bold(safeText(basename(name)))}${title}`);
  if (verdict === 'VERIFIED') printStory(call, judged, genesisBytes);
  for (const { name: check, ok, detail } of report.checks) {
    out.line(` ${ok ? green('✔') : red('✖')} ${SENTENCES[check] ?? check}  ${dim(safeText(detail))}`);
    if (call.flag('explain')) out.line(dim(`     ${EXPLANATIONS[check] ?? ''}`));
  }
  if (report.checks.length === 0)
    out.line(` ${red('✖')} the file is in the one form of a proof  ${dim(safeText(report.detail))}`);
  for (const line of report.notChecked) out.line(dim(` – not checked: ${line}`));
  const { facts } = report;
  if (facts !== null)
    out.line(` trust anchor: ${safeText(trust)} (${safeText(facts.network)}, chain ${facts.chainId.slice(0, 12)}…)`);
  if (verdict === 'FALSE') {
    out.line(red(`FALSE${report.code === null ? '' : ` ${report.code}`}: do not rely on this file`));
    return;
  }
  printOutcome(call, judged);
  out.line(green('VERIFIED') + ' offline, no server was contacted');
}

function printStory(call: Call, judged: ProofReport, genesisBytes: Uint8Array): void {
  if (judged.kind !== 'provenance' || judged.report.facts === null) return;
  for (const line of storyLines(judged.report.facts, genesisBytes)) call.out.line(`   ${line}`);
}

/** What a true proof says that a reader must not overlook. */
function printOutcome({ out }: Call, judged: ProofReport): void {
  const { red, green } = out.colors;
  if (judged.kind === 'receipt' && judged.report.facts !== null) {
    const { status, code } = judged.report.facts.outcome;
    if (status === 'APPLIED') return;
    const recorded = 'it was recorded as evidence and changed nothing else';
    const meaning = status === 'RECORDED' ? recorded : 'the ledger ordered it and refused it';
    out.line(red(`${status} ${code}`) + `  ${meaning}`);
  }
  if (judged.kind === 'provenance' && judged.report.facts !== null) {
    for (const line of concernLines(judged.report.facts)) out.line(red(line));
    if (judged.report.facts.notRecalled) out.line(green('NOT RECALLED') + '  nothing in this story was, as of that height');
  }
}

function jsonReport({ kind, report }: ProofReport, verdict: Verdict, file: string, trust: string): object {
  const { facts, checks, notChecked, code, detail, proven } = report;
  return { file, trust, kind, verdict, proven, code, detail, checks, notChecked, facts: plain(facts) };
}

/** Byte strings as base64url. */
function plain(value: unknown): unknown {
  if (value instanceof Uint8Array) return toBase64Url(value);
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, plain(member)]));
}
