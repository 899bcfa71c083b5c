import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { decodeUtf8, toBase64Url } from '@lading/kernel';
import { decodeGenesis, scanJson, toPlainJson } from '@lading/ledger';
import { verifyReceipt, type ReceiptFacts, type Report } from '@lading/verifier';
import type { Call } from '../call.js';
import { EXIT } from '../exitCodes.js';
import { CliFailure } from '../failure.js';
import { readInput } from '../files/readInput.js';
import { findProfile } from '../profile/profile.js';
import { NameBook } from '../text/nameBook.js';
import { safeText } from '../text/safe.js';
import { minute, sentence } from '../text/sentence.js';
import { eventsOf, toldEvent } from '../text/toldEvent.js';

/**
 * Checks a proof with nothing but the file and a genesis: this module and what it imports have no code that could
 * reach a network. Exit codes: 0 true, 3 false, 1 could not check.
 */
export async function run(call: Call): Promise<number> {
  const name = call.arg(0);
  const trust = call.option('trust') ?? findProfile(call.globals.profile, null).genesisFile;
  const file = await readInput(name);
  const genesisBytes = new Uint8Array(readFileSync(trust));
  const report = verifyReceipt(withoutLineEnd(file), genesisBytes);
  const verdict = verdictOf(report, file);
  if (verdict === 'UNCHECKABLE') throw couldNotCheck(report, name, trust);
  if (call.out.isJson) call.out.json(jsonReport(report, verdict, name, trust));
  else print(call, report, verdict, name, trust, genesisBytes);
  return verdict === 'VERIFIED' ? EXIT.ok : EXIT.negative;
}

/** Editors and shells add a line break at the end of a file; the one form has none. */
function withoutLineEnd(file: Uint8Array): Uint8Array {
  return file.at(-1) === 0x0a ? file.subarray(0, file.at(-2) === 0x0d ? -2 : -1) : file;
}

type Verdict = 'VERIFIED' | 'FALSE' | 'UNCHECKABLE';

/** Members of a receipt; a file with most of them was meant as one, whatever was done to it since. */
const RECEIPT_MEMBERS = ['transaction', 'batchHeader', 'blockHeader', 'commitProof', 'outcome', 'checkpoint'];

/**
 * A changed receipt may fail before any check can run, because it is no longer in its one form. That is an answer too:
 * such a file proves nothing, and a script must not take it for a mishap. Anything else is "could not check".
 */
function verdictOf(report: Report, file: Uint8Array): Verdict {
  if (report.verdict !== 'MALFORMED') return report.verdict;
  const text = decodeUtf8(file.map((byte) => (byte < 0x80 ? byte : 0x3f))) ?? '';
  const found = RECEIPT_MEMBERS.filter((member) => text.includes(`"${member}":"`)).length;
  return found >= RECEIPT_MEMBERS.length / 2 ? 'FALSE' : 'UNCHECKABLE';
}

function couldNotCheck(report: Report, name: string, trust: string): CliFailure {
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
  report: Report,
  verdict: Verdict,
  name: string,
  trust: string,
  genesisBytes: Uint8Array
): void {
  const { out } = call;
  const { green, red, dim, bold } = out.colors;
  const { facts } = report;
  const title = verdict === 'VERIFIED' && facts !== null ? `   ${titleOf(facts, genesisBytes)}` : '';
  out.line(`${bold(safeText(basename(name)))}${title}`);
  for (const { name: check, ok, detail } of report.checks) {
    out.line(` ${ok ? green('✔') : red('✖')} ${SENTENCES[check] ?? check}  ${dim(safeText(detail))}`);
    if (call.flag('explain')) out.line(dim(`     ${EXPLANATIONS[check] ?? ''}`));
  }
  if (report.checks.length === 0)
    out.line(` ${red('✖')} the file is in the one form of a receipt  ${dim(safeText(report.detail))}`);
  for (const line of report.notChecked) out.line(dim(` – not checked: ${line}`));
  if (facts !== null)
    out.line(` trust anchor: ${safeText(trust)} (${safeText(facts.network)}, chain ${facts.chainId.slice(0, 12)}…)`);
  if (verdict === 'FALSE') {
    out.line(red(`FALSE${report.code === null ? '' : ` ${report.code}`}: do not rely on this file`));
    return;
  }
  if (facts !== null && facts.outcome.status !== 'APPLIED') {
    const meaning =
      facts.outcome.status === 'RECORDED'
        ? 'it was recorded as evidence and changed nothing else'
        : 'the ledger ordered it and refused it';
    out.line(red(`${facts.outcome.status} ${facts.outcome.code}`) + `  ${meaning}`);
  }
  out.line(green('VERIFIED') + ' offline, no server was contacted');
}

/** "LOT-7F3 …" in words, from the signed content. */
function titleOf(facts: ReceiptFacts, genesisBytes: Uint8Array): string {
  const genesis = decodeGenesis(genesisBytes);
  const { transaction } = facts;
  const scanned = scanJson(transaction.payload);
  const events = scanned.ok && transaction.op === 'epcis.capture' ? eventsOf(toPlainJson(scanned.value)) : [];
  const [first] = events;
  const by = `${transaction.organization}/${transaction.member}`;
  if (first === undefined || !genesis.ok) return safeText(`${transaction.op} by ${by}, ${minute(facts.timestampMs)}`);
  const told = toldEvent(first, transaction.organization);
  const more = events.length > 1 ? ` (and ${events.length - 1} more events)` : '';
  const words = sentence(told, new NameBook(genesis.value.config));
  const deed =
    first['errorDeclaration'] === undefined ? words : `a declaration that this was recorded wrongly: ${words}`;
  return `${deed}${more}, ${minute(told.eventTime)}; recorded ${minute(facts.timestampMs)}`;
}

function jsonReport(report: Report, verdict: Verdict, file: string, trust: string): object {
  const { facts, checks, notChecked, code, detail } = report;
  const transaction =
    facts === null ? null : { ...facts.transaction, payload: toBase64Url(facts.transaction.payload) };
  return {
    file,
    trust,
    verdict,
    proven: report.proven,
    code,
    detail,
    checks,
    notChecked,
    facts: facts === null ? null : { ...facts, transaction }
  };
}

const SENTENCES: Readonly<Record<string, string>> = {
  transaction: 'the content is what its signer signed',
  batch: 'the transaction is in the batch',
  block: 'the batch is in the block',
  commit: 'the block is final',
  outcome: 'the outcome belongs to this transaction',
  position: 'its place in the block fits',
  'outcomes log': 'the log of all outcomes holds it',
  'state root': 'the state was made with that log',
  checkpoint: 'the state is certified',
  epochs: 'the certifiers are the network’s own'
};

const EXPLANATIONS: Readonly<Record<string, string>> = {
  transaction:
    'The signature covers every byte of header and payload, and names this network. Any change would break it.',
  batch: 'A Merkle path leads from the transaction to the root that its batch commits to.',
  block: 'A Merkle path leads from the batch to the root in the header of the block.',
  commit: 'Enough validators signed this block that no other block can ever stand at its height.',
  outcome: 'A Merkle path leads from the outcome to the root of all outcomes of the block.',
  position: 'Index and batch agree with the numbers that the block commits to.',
  'outcomes log': 'The log has one entry a block; the path shows that this block’s entry is in it.',
  'state root': 'The root that validators certify is made of the state, this log and the rules in force.',
  checkpoint: 'Enough validators signed that root, so the outcome is what they all computed.',
  epochs: 'Each set of validators named the next one, from genesis to those who certified this.'
};
