import { QUESTION_COMMANDS } from './questions.js';
import type { CommandSpec } from './spec.js';

/** What somebody does who trusts nobody. */
export const AUDITOR_COMMANDS: readonly CommandSpec[] = [
  {
    name: 'verify',
    args: '<file>',
    summary: 'check a proof, or a bundle, offline; contacts nobody',
    group: 'Auditors (no login; works offline)',
    formats: ['human', 'json'],
    options: [
      { flags: '--trust <genesis>', description: 'your own copy of the network’s genesis.json' },
      { flags: '--key <key>', description: 'the key that a proof of state must be about' },
      { flags: '--witness <key>', description: 'the witness that a countersigned checkpoint must be of' },
      { flags: '--state <folder>', description: 'where seen checkpoints are remembered; default: ~/.local/state/lading' },
      { flags: '--explain', description: 'say what each check means' }
    ],
    examples: [
      ['lading verify lot.proof --trust genesis.json', 'exit code 0 true, 3 false, 1 could not check'],
      ['lading verify lot.proof --explain', '']
    ],
    load: () => import('../commands/verify.js')
  },
  {
    name: 'witness run',
    summary: 'follow the network’s checkpoints and countersign what holds',
    options: [
      { flags: '--url <url>', description: 'a node to follow; several times for several nodes', repeats: true },
      { flags: '--trust <genesis>', description: 'your own copy of the network’s genesis.json' },
      { flags: '--state <folder>', description: 'key and statements of this witness: one folder, one process' },
      { flags: '--token-file <file>', description: 'bearer token for the nodes; default: the profile’s own' },
      { flags: '--port <number>', description: 'GET /checkpoint on loopback (default: 4190; 0: any)' },
      { flags: '--interval <seconds>', description: 'between two rounds (default: 5)' },
      { flags: '--stall <seconds>', description: 'alarm after so long without provable progress (default: 300)' },
      { flags: '--exit-on-stall', description: 'end with exit code 5 then' },
      { flags: '--alarm-url <url>', description: 'where alarms are posted as JSON' },
      { flags: '--dev-only', description: 'make the key of a new witness without a passphrase' },
      { flags: '--once', description: 'one round, and no server' }
    ],
    examples: [
      ['lading witness run --url https://node.example --trust genesis.json --state witness', 'exit code 3: a fork'],
      ['lading witness run --url http://127.0.0.1:4101 --state witness --dev-only', 'try it on the demo']
    ],
    load: () => import('../commands/witness/run.js')
  },
  ...QUESTION_COMMANDS,
  {
    name: 'audit db',
    summary: 'recompute everything that a node’s database, or an export, holds',
    formats: ['human', 'json'],
    options: [
      { flags: '--url-file <file>', description: 'file with the postgres:// URL; default: the profile’s' },
      { flags: '--dir <folder>', description: 'an export instead of a database: needs no node and no network' },
      { flags: '--url <url>', description: 'a node instead, read over HTTP; needs the role audit' },
      { flags: '--token-file <file>', description: 'with --url: bearer token; default: the profile’s own' },
      { flags: '--trust <genesis>', description: 'genesis.json; default: the profile’s' },
      { flags: '--resume <file>', description: 'keep the progress in this file, and go on from it' },
      { flags: '--most <findings>', description: 'list as many, count the others (default: 1000)' },
      { flags: '--projections', description: 'compare the query tables with the ledger instead' },
      { flags: '--rebuild', description: 'with --projections: empty them when they differ; the node fills them again' }
    ],
    examples: [
      ['lading audit db --profile nordic-roast', 'exit code 0 clean, 3 findings, 1 could not check'],
      ['lading audit db --dir ledger --trust genesis.json', 'a folder made by lading audit export']
    ],
    load: () => import('../commands/audit/db.js')
  },
  {
    name: 'audit compare',
    args: '<url...>',
    summary: 'first height and key in which nodes differ; needs the role audit',
    formats: ['human', 'json'],
    options: [
      { flags: '--quick', description: 'hashes, roots and the state tree only; no rows' },
      { flags: '--token-file <file>', description: 'bearer token; default: the profile’s own' }
    ],
    examples: [['lading audit compare http://127.0.0.1:4101 http://127.0.0.1:4102', 'exit code 0 the same, 3 they differ, 5 one is away']],
    load: () => import('../commands/audit/compare.js')
  },
  {
    name: 'audit export',
    args: '[folder]',
    summary: 'take a ledger, or the story of one item, into a folder that needs no node',
    formats: ['human', 'json'],
    options: [
      { flags: '--to <folder>', description: 'the folder, for those who name it so' },
      { flags: '--url <url>', description: 'of a node, over HTTP; needs the role audit' },
      { flags: '--token-file <file>', description: 'with --url: bearer token; default: the profile’s own' },
      { flags: '--url-file <file>', description: 'of a database: file with the postgres:// URL; default: the profile’s' },
      { flags: '--trust <genesis>', description: 'genesis.json; default: the profile’s' },
      { flags: '--item <id>', description: 'the story of one item, with the receipts of all its transactions' },
      { flags: '--conditions', description: 'with --item: and what was recorded at the places where it was' }
    ],
    examples: [
      ['lading audit export ledger', 'run again, it goes on where it stopped'],
      ['lading audit export --url http://127.0.0.1:4101 --to ledger', 'then: lading audit db --dir ledger'],
      ['lading audit export --item LOT-7F3 --to bundle', 'then: lading verify bundle']
    ],
    load: () => import('../commands/audit/export.js')
  }
];
