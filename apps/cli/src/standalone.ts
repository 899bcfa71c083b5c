import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { parseArgs } from 'node:util';
import { fromBase64Url } from '@lading/kernel';
import { EXIT } from './exitCodes.js';
import { safeText } from './text/safe.js';
import { bundleJson, bundleLines, isBundle, judgeBundle, type JudgedBundle } from './verify/bundle.js';
import { freshnessJson, freshnessLine, isContradicted, writeFraud } from './verify/freshnessText.js';
import { judgeFile, reportJson, type JudgedFile } from './verify/judge.js';
import { NO_PAINT, reportLines, verdictLine } from './verify/reportLines.js';
import { freshnessOf } from './verify/seenFile.js';
import { VERSION } from './version.js';

// lading-verify: the verifier alone, for somebody who has a proof, a genesis and Node, and nothing of this project.
// scripts/buildVerify.mjs makes one file of it; apps/cli/dist/standalone.js is the same program in parts.

const HELP = `lading-verify ${VERSION}: checks a proof offline; contacts nobody

  node lading-verify.mjs PROOF --trust GENESIS      (or the folder of a bundle)

  --trust FILE   your own copy of the network's genesis.json
  --key KEY      the key that a proof of state must be about
  --witness KEY  the witness that a countersigned checkpoint must be of
  --state DIR    remember the checkpoints seen there, and report a proof that is older than the newest
  --explain      say what each check means
  --json         the report for programs
  --version      the version

Exit codes: 0 true, 3 false, a fork or superseded, 2 usage, 1 could not check
`;

const OPTIONS = {
  trust: { type: 'string' },
  key: { type: 'string' },
  witness: { type: 'string' },
  state: { type: 'string' },
  explain: { type: 'boolean' },
  json: { type: 'boolean' },
  version: { type: 'boolean' },
  help: { type: 'boolean' }
} as const;

const say = (text: string): void => void process.stdout.write(`${text}\n`);

function fail(code: number, text: string): number {
  process.stderr.write(`✖ ${safeText(text)}\n`);
  return code;
}

function main(argv: readonly string[]): number {
  let parsed;
  try {
    parsed = parseArgs({ args: [...argv], options: OPTIONS, allowPositionals: true });
  } catch (error) {
    return fail(EXIT.usage, `${(error as Error).message} (--help)`);
  }
  const { values, positionals } = parsed;
  if (values.version === true) return (say(VERSION), EXIT.ok);
  if (values.help === true) return (say(HELP), EXIT.ok);
  const [file] = positionals;
  const { trust } = values;
  if (file === undefined || trust === undefined || positionals.length > 1) {
    return fail(EXIT.usage, 'node lading-verify.mjs PROOF --trust GENESIS (--help)');
  }
  const witness = values.witness === undefined ? null : fromBase64Url(values.witness);
  if (values.witness !== undefined && witness?.length !== 32) return fail(EXIT.usage, 'a witness is named by its key');
  try {
    const genesisBytes = new Uint8Array(readFileSync(trust));
    const bundle = isBundle(file) ? judgeBundle(file, genesisBytes) : null;
    const question = { key: values.key ?? null, witness };
    const judged = bundle?.story ?? judgeFile(new Uint8Array(readFileSync(file === '-' ? 0 : file)), genesisBytes, question);
    return tell({ file, trust, genesisBytes, judged, bundle }, values);
  } catch (error) {
    return fail(EXIT.failed, `Could not check: ${(error as Error).message}`);
  }
}

interface Judgement {
  readonly file: string;
  readonly trust: string;
  readonly genesisBytes: Uint8Array;
  readonly judged: JudgedFile;
  readonly bundle: JudgedBundle | null;
}

interface Telling {
  readonly state?: string | undefined;
  readonly json?: boolean | undefined;
  readonly explain?: boolean | undefined;
}

function tell({ file, trust, genesisBytes, judged, bundle }: Judgement, values: Telling): number {
  const verdict = bundle?.verdict ?? judged.verdict;
  if (verdict === 'UNCHECKABLE') {
    const { code, detail } = judged.proof.report;
    return fail(EXIT.failed, `Could not check ${file}: this says nothing about whether it is true (${code ?? ''}: ${detail})`);
  }
  const isTrue = verdict === 'VERIFIED';
  const freshness = isTrue && values.state !== undefined ? freshnessOf(judged, values.state) : null;
  const fraudFile = writeFraud(freshness, file);
  if (values.json === true) {
    const told = bundle === null ? reportJson(judged, file, trust) : bundleJson(bundle, file, trust);
    say(JSON.stringify({ ...told, freshness: freshnessJson(freshness, fraudFile) }, null, 2));
  } else {
    const place = { name: basename(file), trust, genesisBytes, explain: values.explain === true, paints: NO_PAINT };
    for (const line of reportLines(judged, place)) say(line);
    if (bundle !== null) for (const line of bundleLines(bundle, NO_PAINT)) say(line);
    const age = freshnessLine(freshness, fraudFile, NO_PAINT);
    if (age !== '') say(age);
    say(verdictLine({ ...judged, verdict }, NO_PAINT));
  }
  return isTrue && !isContradicted(freshness) ? EXIT.ok : EXIT.negative;
}

process.exitCode = main(process.argv.slice(2));
