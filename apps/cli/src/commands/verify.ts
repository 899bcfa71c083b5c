import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { fromBase64Url } from '@lading/kernel';
import type { Call } from '../call.js';
import { EXIT } from '../exitCodes.js';
import { CliFailure, usage } from '../failure.js';
import { readInput } from '../files/readInput.js';
import { findProfile } from '../profile/profile.js';
import { safeText } from '../text/safe.js';
import { bundleJson, bundleLines, isBundle, judgeBundle, type JudgedBundle } from '../verify/bundle.js';
import { freshnessJson, freshnessLine, isContradicted, writeFraud } from '../verify/freshnessText.js';
import { judgeFile, reportJson, type JudgedFile } from '../verify/judge.js';
import { reportLines, verdictLine, type ReportPlace } from '../verify/reportLines.js';
import { freshnessOf, stateFolder } from '../verify/seenFile.js';

/**
 * Checks a proof with nothing but the file and a genesis: this module and what it imports have no code that could
 * reach a network. Exit codes: 0 true, 3 false, a fork or superseded, 1 could not check.
 */
export async function run(call: Call): Promise<number> {
  const name = call.arg(0);
  const trust = call.option('trust') ?? findProfile(call.globals.profile, null).genesisFile;
  const genesisBytes = new Uint8Array(readFileSync(trust));
  const question = { key: call.option('key') ?? null, witness: witnessKey(call) };
  const bundle = isBundle(name) ? judgeBundle(name, genesisBytes) : null;
  const judged = bundle?.story ?? judgeFile(await readInput(name), genesisBytes, question);
  const verdict = bundle?.verdict ?? judged.verdict;
  if (verdict === 'UNCHECKABLE') throw couldNotCheck(judged, name, trust);
  const freshness = verdict === 'VERIFIED' ? freshnessOf(judged, call.option('state') ?? stateFolder()) : null;
  const fraudFile = writeFraud(freshness, name);
  const { out } = call;
  if (out.isJson) {
    const told = bundle === null ? reportJson(judged, name, trust) : bundleJson(bundle, name, trust);
    out.json({ ...told, freshness: freshnessJson(freshness, fraudFile) });
  } else {
    const age = freshnessLine(freshness, fraudFile, out.colors);
    const place = { name: basename(name), trust, genesisBytes, explain: call.flag('explain'), paints: out.colors };
    for (const line of linesOf(judged, bundle, place)) out.line(line);
    if (age !== '') out.line(age);
    out.line(verdictLine({ ...judged, verdict }, out.colors));
  }
  return verdict === 'VERIFIED' && !isContradicted(freshness) ? EXIT.ok : EXIT.negative;
}

const linesOf = (judged: JudgedFile, bundle: JudgedBundle | null, place: ReportPlace): readonly string[] => [
  ...reportLines(judged, place),
  ...(bundle === null ? [] : bundleLines(bundle, place.paints))
];

function witnessKey(call: Call): Uint8Array | null {
  const text = call.option('witness');
  if (text === undefined) return null;
  const key = fromBase64Url(text);
  if (key === null || key.length !== 32) throw usage('A witness is named by its key, 43 characters', 'lading verify --help');
  return key;
}

function couldNotCheck({ proof: { report } }: JudgedFile, name: string, trust: string): CliFailure {
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
