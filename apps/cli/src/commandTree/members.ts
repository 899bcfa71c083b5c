import type { CommandSpec } from './spec.js';

const ANSWERS = ['human', 'json'] as const;

/** What a warehouse or a maker does all day. */
export const MEMBER_COMMANDS: readonly CommandSpec[] = [
  {
    name: 'event submit',
    args: '<file>',
    summary: 'sign and record EPCIS events from a file, or - for stdin',
    formats: ANSWERS,
    options: [
      { flags: '--proceed', description: 'keep the good events of a document when others are refused' },
      { flags: '--jti <key>', description: 'idempotency key; the same key never records twice' }
    ],
    examples: [
      ['lading event submit harvest.json', 'one event or a whole EPCIS document'],
      ['cat events.json | lading event submit -', 'from another program']
    ],
    load: () => import('../commands/event/submit.js')
  },
  {
    name: 'event get',
    args: '<eventID>',
    summary: 'show one event and corrections of it',
    formats: ANSWERS,
    examples: [['lading event get urn:uuid:…', '']],
    load: () => import('../commands/event/get.js')
  },
  {
    name: 'event list',
    summary: 'list events, in the order of the ledger',
    formats: ['human', 'json', 'ndjson'],
    options: [
      { flags: '--type <type>', description: 'ObjectEvent, AggregationEvent, …' },
      { flags: '--step <bizStep>', description: 'shipping, receiving, …' },
      { flags: '--item <uri>', description: 'an item or class that the events name' },
      { flags: '--since <time>', description: 'event time from, 2026-11-02T10:00:00Z' },
      { flags: '--until <time>', description: 'event time before' },
      { flags: '--limit <n>', description: 'at most so many (default: 50)' }
    ],
    examples: [
      ['lading event list --step shipping --limit 10', ''],
      ['lading event list -o ndjson > events.ndjson', 'one event a line']
    ],
    load: () => import('../commands/event/list.js')
  },
  {
    name: 'event follow',
    summary: 'show what is recorded, as it happens; goes on over interruptions',
    formats: ['human', 'ndjson'],
    options: [
      { flags: '--type <type>', description: 'epcis.capture, recall, …; several times for several', repeats: true },
      { flags: '--after <cursor>', description: 'go on after it; 0.0 is the beginning (default: from now on)' },
      { flags: '--count <n>', description: 'end after so many' }
    ],
    examples: [
      ['lading event follow --type recall', ''],
      ['lading event follow --after 0.0 -o ndjson > all.ndjson', 'each line has the cursor to go on from']
    ],
    load: () => import('../commands/event/follow.js')
  },
  {
    name: 'event validate',
    args: '<file>',
    summary: 'check a file of events without any network',
    formats: ANSWERS,
    examples: [['lading event validate harvest.json', 'exit code 3 when it is not valid']],
    load: () => import('../commands/event/validate.js')
  },
  {
    name: 'import',
    args: '<file>',
    summary: 'load many events: EPCIS in JSON or XML, or a table with a mapping',
    group: 'Members',
    formats: ANSWERS,
    options: [
      { flags: '--map <file>', description: 'how the rows of a CSV table become events' },
      { flags: '--preview <n>', description: 'show the first events that it makes, and send nothing' },
      { flags: '--dry-run', description: 'check the whole file, and send nothing' },
      { flags: '--status', description: 'how far the import of this file came' },
      { flags: '--again', description: 'start over; events on the ledger are not recorded twice' },
      { flags: '--part <n>', description: 'at most so many events in a transaction (default: 500)' }
    ],
    examples: [
      ['lading import shipments.csv --map map.json --preview 10', 'what becomes of the first ten rows'],
      ['lading import shipments.csv --map map.json', 'run it again after an interruption: it goes on'],
      ['lading import old-system.xml --dry-run', 'EPCIS 1.2 or 2.0']
    ],
    load: () => import('../commands/import.js')
  },
  {
    name: 'item show',
    args: '<item>',
    summary: 'who holds an item, where it is, what happened to it',
    formats: ANSWERS,
    examples: [['lading item show LOT-7F3', '']],
    load: () => import('../commands/item/show.js')
  },
  {
    name: 'item label',
    args: '<item>',
    summary: 'a code to print: QR with a GS1 Digital Link, or GS1 DataMatrix',
    options: [
      { flags: '-o, --out <file>', description: 'SVG file to write; stdout when not given' },
      { flags: '--symbol <symbol>', description: 'qr (default) or datamatrix' },
      { flags: '--stem <address>', description: 'start of the link: the address of your resolver' }
    ],
    examples: [['lading item label BAG-1 --stem https://id.example.com -o bag.svg', '']],
    load: () => import('../commands/item/label.js')
  },
  {
    name: 'trace',
    args: '<item>',
    summary: 'where an item came from, or where it went',
    group: 'Members',
    formats: ['tree', 'json', 'csv'],
    options: [
      { flags: '--back', description: 'to its origins (default)' },
      { flags: '--forward', description: 'to everything made of it' },
      { flags: '--depth <n>', description: 'show at most so many steps' }
    ],
    examples: [
      ['lading trace LOT-7F3 --back', 'where did this coffee come from?'],
      ['lading trace A1 --forward -o csv > recall.csv', '']
    ],
    load: () => import('../commands/trace.js')
  },
  {
    name: 'prove',
    args: '<id>',
    summary: 'fetch a proof: the whole story of an item, or the receipt of an event or transaction',
    group: 'Members',
    options: [
      { flags: '-o, --out <file>', description: 'file to write, or - for stdout' },
      { flags: '--kind <kind>', description: 'receipt, provenance, state (ID: a key) or consistency (ID: FROM..TO)' },
      { flags: '--conditions', description: 'with what was recorded at the places where it was' }
    ],
    examples: [
      ['lading prove LOT-7F3 -o lot.proof', 'then: lading verify lot.proof'],
      ['lading prove urn:uuid:… -o event.proof', ''],
      ['lading prove LOT-7F3 --kind receipt -o last.proof', 'of its latest event']
    ],
    load: () => import('../commands/prove.js')
  }
];
