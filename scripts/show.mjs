// `npm run show:<name>`: runs one end-to-end suite on real parts and prints each figure, its target and the machine.
// Exit code 1 when a check fails or a figure misses its target.
import { build } from './build.mjs';
import { measure, report } from './figures.mjs';

/** Suites that start built programs. */
const ON_A_BUILD = {
  gs1: 'test/e2e/gs1.spec.ts',
  kill: 'test/e2e/kill.spec.ts',
  tamper: 'test/e2e/tamper.spec.ts',
  refusals: 'test/e2e/refusals.spec.ts',
  failover: 'test/e2e/failover.spec.ts',
  partition: 'test/e2e/partition.spec.ts',
  outage: 'test/e2e/outage.spec.ts',
  flood: 'test/e2e/flood.spec.ts',
  epochs: 'test/e2e/epochs.spec.ts',
  ledger: 'test/bench/ledger.spec.ts',
  'story-cost': 'test/bench/ledger.spec.ts',
  disk: 'test/bench/ledger.spec.ts',
  'offline-verify': 'test/(offline/standalone|e2e/auditor).spec.ts'
};
const ON_SOURCES = {
  schema: 'test/epcis/schemaGenerated.spec.ts',
  identifiers: 'test/epcis/(identifierVectors|scanVectors|syntaxVectors).spec.ts',
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
  'proof-mutants': 'test/proofs/mutants.spec.ts'
};
/** `npm test` judges a slice of these, and of others this command shows a part. */
const WHOLE = {
  'proof-mutants': { LADING_PROOF_MUTANTS: 'all' },
  'story-cost': { LADING_LEDGER_PARTS: 'story' },
  disk: { LADING_LEDGER_PARTS: 'disk' }
};

const name = process.argv[2];
const suite = ON_A_BUILD[name] ?? ON_SOURCES[name];
if (suite === undefined) {
  process.stderr.write(`Usage: node scripts/show.mjs ${Object.keys({ ...ON_A_BUILD, ...ON_SOURCES }).join(' | ')}\n`);
  process.exit(2);
}
if (name in ON_A_BUILD) build();
process.exit(report(measure([suite], WHOLE[name])));
