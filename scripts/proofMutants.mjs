#!/usr/bin/env node
// Judges every mutant of every kind of proof (test/proofs/mutants.spec.ts); npm test judges a slice.
import { spawnSync } from 'node:child_process';

const jest = ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning', 'node_modules/jest/bin/jest.js'];
const run = spawnSync(process.execPath, [...jest, 'test/proofs/mutants.spec.ts'], {
  stdio: 'inherit',
  env: { ...process.env, LADING_PROOF_MUTANTS: 'all' }
});
process.exitCode = run.status ?? 1;
