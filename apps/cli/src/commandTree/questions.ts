import type { CommandSpec, OptionSpec } from './spec.js';

const ANSWERS = ['human', 'json'] as const;
const load: CommandSpec['load'] = () => import('../commands/ask.js');
const PERIOD: readonly OptionSpec[] = [
  { flags: '--from <time>', description: 'event time from, 2026-05-01T00:00:00Z' },
  { flags: '--to <time>', description: 'event time before' }
];

/** Questions of auditors (spec/provenance.md §10). */
export const QUESTION_COMMANDS: readonly CommandSpec[] = [
  {
    name: 'ask custody',
    args: '<item>',
    summary: 'who held an item at a time',
    formats: ANSWERS,
    options: [
      { flags: '--at <time>', description: 'event time; now when not given' },
      { flags: '--as-known-at <height>', description: 'by what the ledger knew at that height' }
    ],
    examples: [['lading ask custody BAG-1 --at 2026-05-01T12:00:00Z', '']],
    load
  },
  {
    name: 'ask touched',
    args: '<item>',
    summary: 'every product that an item went into, how, and how sure that is',
    formats: ANSWERS,
    examples: [['lading ask touched LOT-7F3', '']],
    load
  },
  {
    name: 'ask reach',
    args: '<item>',
    summary: 'where everything is that a recall of an item would reach',
    formats: ANSWERS,
    examples: [['lading ask reach LOT-7F3', '']],
    load
  },
  {
    name: 'ask conditions',
    args: '<item>',
    summary: 'measurements outside the limits of the product, and times without any',
    formats: ANSWERS,
    options: [...PERIOD, { flags: '--silence <minutes>', description: 'without a reading that are a gap (default: 60)' }],
    examples: [['lading ask conditions BAG-1 --silence 30', '']],
    load
  },
  {
    name: 'ask gaps',
    args: '<item>',
    summary: 'what the events of an item should say and do not',
    formats: ANSWERS,
    options: [{ flags: '--patience <days>', description: 'after which a shipment should be received (default: 7)' }],
    examples: [['lading ask gaps BAG-1', '']],
    load
  },
  {
    name: 'ask clones',
    args: '<item>',
    summary: 'how likely it is that a serial exists twice',
    formats: ANSWERS,
    examples: [['lading ask clones BAG-1', 'a score to look by, not a verdict']],
    load
  },
  {
    name: 'ask balance',
    args: '<site>',
    summary: 'what came into a site, what left it, and what is missing',
    formats: ANSWERS,
    options: PERIOD,
    examples: [['lading ask balance SITE --from 2026-05-01T00:00:00Z --to 2026-06-01T00:00:00Z', '']],
    load
  },
  {
    name: 'ask claims',
    args: '<site>',
    summary: 'what a site made under certificates, and whether as much certified material went in',
    formats: ANSWERS,
    options: PERIOD,
    examples: [['lading ask claims SITE --from 2026-05-01T00:00:00Z --to 2026-06-01T00:00:00Z', '']],
    load
  },
  {
    name: 'ask corrections',
    summary: 'events that were declared wrong: by whom, why, and who had built on them',
    formats: ANSWERS,
    options: PERIOD,
    examples: [['lading ask corrections --json', '']],
    load
  },
  {
    name: 'report fsma204',
    summary: 'the sortable sheet of US food rules, each row with its receipt',
    options: [
      { flags: '--lot <lot>', description: 'all tracking events of a lot' },
      ...PERIOD,
      { flags: '--out <file>', description: 'file to write: .csv, .xlsx or .json' }
    ],
    examples: [['lading report fsma204 --lot LOT-7F3 --out lot.xlsx', '']],
    load: () => import('../commands/fsmaReport.js')
  }
];
