import type { CommandSpec } from './spec.js';

/** The demo: four organizations on this machine, with keys that protect nothing. */
export const DEV_COMMANDS: readonly CommandSpec[] = [
  {
    name: 'dev up',
    summary: 'start the demo, as npm start does; Ctrl-C stops it',
    options: [{ flags: '--pg <url>', description: 'use another PostgreSQL server (superuser URL)' }],
    examples: [['lading dev up', '']],
    load: () => import('../commands/dev/up.js')
  },
  {
    name: 'dev status',
    summary: 'which nodes of the demo run',
    formats: ['human', 'json', 'env'],
    examples: [['lading dev status -o env', 'for scripts']],
    load: () => import('../commands/dev/status.js')
  },
  {
    name: 'dev stop',
    args: '<n>',
    summary: 'stop one node',
    formats: ['human', 'json'],
    examples: [
      ['lading dev stop 2', 'blocks continue'],
      ['lading dev stop 3', 'a second one: the network halts safely']
    ],
    load: () => import('../commands/dev/stop.js')
  },
  {
    name: 'dev start',
    args: '<n>',
    summary: 'start a node again; it catches up',
    formats: ['human', 'json'],
    examples: [['lading dev start 2', '']],
    load: () => import('../commands/dev/start.js')
  },
  {
    name: 'dev logs',
    args: '<n>',
    summary: 'the last lines of a node’s log',
    options: [{ flags: '--lines <n>', description: 'how many (default: 50)' }],
    examples: [['lading dev logs 2', '']],
    load: () => import('../commands/dev/logs.js')
  },
  {
    name: 'dev reset',
    summary: 'delete the demo: its keys, its ledger, its databases',
    options: [{ flags: '--yes', description: 'really delete it' }],
    examples: [['lading dev reset --yes', '']],
    load: () => import('../commands/dev/reset.js')
  }
];
