/**
 * Checks the formal model of the consensus core (model/*.qnt, docs/developers/model.md).
 *   npm run model                          invariants and witnesses, then traces replayed into the real core, then a search
 *   npm run model -- --samples 20000       more runs of the model
 *   npm run model -- --seed 7              other ones
 *   npm run model -- --mutants             leaves rules of the model out on purpose: an invariant must notice each
 *   npm run model -- --record 12           writes new traces to model/traces, for `npm test`
 * Exit code 1 on a violation, on a witness that no run reached, on a trace that the real core does not follow, and on
 * a mutant that survived. Everything runs offline, in Quint's TypeScript simulator.
 */
import { spawn } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { machine } from './figures.mjs';
import { definitionsOf, MUTANTS, richest, rulesOf, setupOf, slim, STARTS } from './modelParts.mjs';

const root = new URL('..', import.meta.url).pathname;
const { values } = parseArgs({
  options: {
    samples: { type: 'string', default: '1600' },
    steps: { type: 'string', default: '80' },
    seed: { type: 'string', default: '1' },
    traces: { type: 'string', default: '240' },
    seconds: { type: 'string', default: '45' },
    record: { type: 'string' },
    mutants: { type: 'boolean', default: false }
  }
});
const lanes = Math.max(1, Math.min(2, availableParallelism()));
/** Far apart: neighbouring seeds share runs. */
const seedOf = (purpose, lane) => `${Number(values.seed) * 1e9 + purpose * 1e8 + lane * 1e7}`;
const scratch = mkdtempSync(join(tmpdir(), 'lading-model-'));

/** Runs a Node program; resolves with its exit code and what it wrote. */
function run(args, env = {}, show = false) {
  return new Promise((resolve, reject) => {
    const stdio = ['ignore', show ? 'inherit' : 'pipe', show ? 'inherit' : 'pipe'];
    const child = spawn(process.execPath, args, { cwd: root, stdio, env: { ...process.env, ...env } });
    let text = '';
    for (const stream of [child.stdout, child.stderr]) stream?.on('data', (data) => (text += data));
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, text }));
  });
}

// The Rust backend would fetch its evaluator from the network.
const quint = (folder, args) =>
  run([join(root, 'node_modules/.bin/quint'), 'run', join(folder, 'properties.qnt'), '--main=properties',
    '--backend=typescript', ...args]);

const { invariants, witnesses } = definitionsOf(readFileSync(join(root, 'model/properties.qnt'), 'utf8'));

async function simulate(folder, seeds, samples, watch, init = 'init') {
  const { code, text } = await quint(folder, [
    '--verbosity=1', `--max-samples=${samples}`, `--max-steps=${values.steps}`, `--seed=${seeds}`, `--init=${init}`,
    '--invariants', ...invariants, ...(watch ? ['--witnesses', ...witnesses] : [])
  ]);
  const broken = [...text.matchAll(/❌ (\w+)/g)].map((match) => match[1]);
  const reached = new Map([...text.matchAll(/(\w+) was witnessed in (\d+) trace/g)].map((match) => [match[1], Number(match[2])]));
  return { code, text, broken, reached };
}

async function checkModel() {
  const share = Math.ceil(Number(values.samples) / lanes);
  const later = Math.ceil(share / 4);
  const total = share * lanes + later;
  const started = performance.now();
  const runs = await Promise.all([
    ...Array.from({ length: lanes }, (_, lane) => simulate(join(root, 'model'), seedOf(0, lane), share, true)),
    simulate(join(root, 'model'), seedOf(0, 9), later, true, 'initForked')
  ]);
  const seconds = (performance.now() - started) / 1000;
  const bad = runs.filter(({ code }) => code !== 0);
  for (const { text } of bad) console.log(text);
  console.log(`${total} runs of ${values.steps} steps in ${seconds.toFixed(0)} s: ` +
    `${(total / seconds).toFixed(1)} traces a second on ${lanes} cores`);
  console.log(`${invariants.length} invariants: ${bad.length === 0 ? 'none violated' : 'VIOLATED'}: ${invariants.join(' ')}`);
  const counts = witnesses.map((name) => [name, runs.reduce((sum, { reached }) => sum + (reached.get(name) ?? 0), 0)]);
  console.log(`${counts.filter(([, count]) => count > 0).length} of ${counts.length} witnesses reached: ` +
    counts.map(([name, count]) => `${name} ${count}`).join(', '));
  const never = counts.filter(([, count]) => count === 0);
  for (const [name] of never) console.log(`NEVER REACHED: ${name}`);
  return bad.length === 0 && never.length === 0;
}

/** Traces of the model as { name, text, rules }; only what the replay reads is kept. */
async function makeTraces(count) {
  const share = Math.ceil(count / lanes);
  const made = await Promise.all(Array.from({ length: lanes }, async (_, lane) => {
    const raw = mkdtempSync(join(scratch, 'itf-'));
    const { code, text } = await quint(join(root, 'model'), [
      '--verbosity=0', '--mbt', `--n-traces=${share}`, `--max-samples=${share}`, `--max-steps=${values.steps}`,
      `--seed=${seedOf(1, lane)}`, `--out-itf=${join(raw, '{seq}.itf.json')}`
    ]);
    if (code !== 0) throw new Error(`quint wrote no traces:\n${text}`);
    return readdirSync(raw).map((name) => {
      const trace = JSON.parse(readFileSync(join(raw, name), 'utf8'));
      return { name: `${lane}-${name.replace('.itf', '')}`, text: slim(trace), rules: rulesOf(trace) };
    });
  }));
  return made.flat();
}

function writeTraces(folder, traces) {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const { name, text } of traces) writeFileSync(join(folder, name), text);
}

const jest = (files, env) =>
  run(['--experimental-vm-modules', '--disable-warning=ExperimentalWarning', 'node_modules/jest/bin/jest.js', ...files], env, true);

async function checkCore() {
  const folder = join(scratch, 'traces');
  writeTraces(folder, await makeTraces(Number(values.traces)));
  const env = { LADING_MODEL_TRACES: folder, LADING_MODEL_SECONDS: values.seconds };
  const { code } = await jest(['test/model/'], env);
  return code === 0;
}

async function checkMutants() {
  const results = [];
  const waiting = [...MUTANTS];
  await Promise.all(Array.from({ length: lanes }, async () => {
    for (let mutant = waiting.shift(); mutant !== undefined; mutant = waiting.shift()) {
      const folder = join(scratch, mutant);
      cpSync(join(root, 'model'), folder, { recursive: true });
      writeFileSync(join(folder, 'setup.qnt'), setupOf(readFileSync(join(root, 'model/setup.qnt'), 'utf8'), mutant));
      const started = performance.now();
      const { broken, text } = await simulate(folder, seedOf(2, 0), Number(values.samples) * 4, false, STARTS[mutant]);
      const seconds = ((performance.now() - started) / 1000).toFixed(0);
      results.push(broken.length > 0);
      console.log(broken.length > 0 ? `${mutant}: killed in ${seconds} s by ${broken.join(', ')}` : `${mutant}: SURVIVED\n${text}`);
    }
  }));
  console.log(`${results.filter(Boolean).length} of ${MUTANTS.length} mutants killed`);
  return results.every(Boolean);
}

try {
  if (values.record !== undefined) {
    const traces = await makeTraces(Number(values.traces));
    writeTraces(join(root, 'model/traces'), richest(traces, Number(values.record)));
  } else {
    const good = values.mutants ? await checkMutants() : (await checkModel()) && (await checkCore());
    console.log(`machine: ${machine()}`);
    process.exitCode = good ? 0 : 1;
  }
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
