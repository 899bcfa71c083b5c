// `npm run show:<name>`: runs one end-to-end suite on real parts and prints each figure, its target and the machine.
// Exit code 1 when a check fails or a figure misses its target.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { cpus, tmpdir, totalmem, type as osType, release } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from './build.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const SUITES = {
  gs1: 'test/e2e/gs1.spec.ts',
  kill: 'test/e2e/kill.spec.ts',
  tamper: 'test/e2e/tamper.spec.ts',
  refusals: 'test/e2e/refusals.spec.ts',
  failover: 'test/e2e/failover.spec.ts',
  partition: 'test/e2e/partition.spec.ts',
  outage: 'test/e2e/outage.spec.ts',
  flood: 'test/e2e/flood.spec.ts',
  epochs: 'test/e2e/epochs.spec.ts',
  schema: 'test/epcis/schemaGenerated.spec.ts',
  conformance: 'test/conformance/openApi.spec.ts',
  bruno: 'test/conformance/bruno.spec.ts',
  documents: 'test/conformance/documents.spec.ts',
  queries: 'test/conformance/queryPlans.spec.ts',
  edits: 'test/audit/edits.spec.ts',
  'audit-rate': 'test/audit/rate.spec.ts',
  'state-tree': 'test/bench/stateTree.spec.ts',
  scenarios: 'test/scenarios-provenance/scenarios.spec.ts',
  histories: 'test/rules/model.spec.ts',
  omissions: 'test/proofs/(omissions|attacks|wrongEpochs).spec.ts',
  'proof-mutants': 'test/proofs/mutants.spec.ts',
  'offline-verify': 'test/(offline/standalone|e2e/auditor).spec.ts'
};

export function machine() {
  const [cpu] = cpus();
  return `${cpus().length} cores ${cpu?.model.trim() ?? '?'}, ${Math.round(totalmem() / 2 ** 30)} GiB, ${osType()} ${release()}, Node ${process.version}`;
}

const name = process.argv[2];
const suite = SUITES[name];
if (suite === undefined) {
  process.stderr.write(`Usage: node scripts/show.mjs ${Object.keys(SUITES).join(' | ')}\n`);
  process.exit(2);
}
// These suites run on sources alone.
const UNBUILT = [
  ...['schema', 'conformance', 'bruno', 'documents', 'queries', 'scenarios', 'histories', 'edits', 'audit-rate', 'state-tree'],
  ...['omissions', 'proof-mutants']
];
if (!UNBUILT.includes(name)) build();
/** `npm test` judges a slice of these. */
const whole = name === 'proof-mutants' ? { LADING_PROOF_MUTANTS: 'all' } : {};
const folder = mkdtempSync(join(tmpdir(), 'lading-show-'));
const figuresFile = join(folder, 'figures.ndjson');
/** Tables that a suite writes, in Markdown. */
const tableFile = join(folder, 'tables.md');
const jest = spawnSync(
  process.execPath,
  ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning', join(root, 'node_modules/jest/bin/jest.js'), suite],
  { cwd: root, stdio: ['ignore', 'inherit', 'inherit'], env: { ...process.env, ...whole, LADING_FIGURES: figuresFile, LADING_TABLE: tableFile } }
);
const figures = existsSync(figuresFile) ? readFileSync(figuresFile, 'utf8').trim().split('\n').map((line) => JSON.parse(line)) : [];
if (existsSync(tableFile)) process.stdout.write(`\n${readFileSync(tableFile, 'utf8')}`);
rmSync(folder, { recursive: true, force: true });

const width = Math.max(20, ...figures.map(({ what }) => what.length));
process.stdout.write(`\n${'figure'.padEnd(width)}  ${'measured'.padStart(14)}  target\n`);
for (const { what, measured, unit, target, met } of figures)
  process.stdout.write(`${what.padEnd(width)}  ${`${measured} ${unit}`.padStart(14)}  ${target}${met ? '' : '   MISSED'}\n`);
process.stdout.write(`machine: ${machine()}\n`);
process.exit(jest.status !== 0 || figures.length === 0 || figures.some(({ met }) => !met) ? 1 : 0);
