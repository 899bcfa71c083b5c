import { QUESTION_COMMANDS } from './questions.js';
import type { CommandSpec } from './spec.js';

/** What somebody does who trusts nobody. */
export const AUDITOR_COMMANDS: readonly CommandSpec[] = [
  {
    name: 'verify',
    args: '<file>',
    summary: 'check a proof offline; contacts nobody',
    group: 'Auditors (no login; works offline)',
    formats: ['human', 'json'],
    options: [
      { flags: '--trust <genesis>', description: 'your own copy of the network’s genesis.json' },
      { flags: '--key <key>', description: 'the key that a proof of state must be about' },
      { flags: '--explain', description: 'say what each check means' }
    ],
    examples: [
      ['lading verify lot.proof --trust genesis.json', 'exit code 0 true, 3 false, 1 could not check'],
      ['lading verify lot.proof --explain', '']
    ],
    load: () => import('../commands/verify.js')
  },
  ...QUESTION_COMMANDS,
  {
    name: 'audit db',
    summary: 'recompute everything that a node’s database holds',
    formats: ['human', 'json'],
    options: [
      { flags: '--url-file <file>', description: 'file with the postgres:// URL; default: the profile’s' },
      { flags: '--trust <genesis>', description: 'genesis.json; default: the profile’s' }
    ],
    examples: [['lading audit db --profile nordic-roast', 'exit code 0 clean, 3 findings']],
    load: () => import('../commands/audit/db.js')
  }
];
