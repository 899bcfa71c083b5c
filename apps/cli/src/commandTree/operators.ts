import type { CommandSpec } from './spec.js';

const ANSWERS = ['human', 'json'] as const;

/** What the person on call in an organization does. */
export const OPERATOR_COMMANDS: readonly CommandSpec[] = [
  {
    name: 'status',
    summary: 'height, agreement and health of every organization, with the reason when something is wrong',
    group: 'Operators',
    formats: ANSWERS,
    examples: [
      ['lading status', ''],
      ['lading status --json', '']
    ],
    load: () => import('../commands/status.js')
  },
  {
    name: 'tx get',
    args: '<txId>',
    summary: 'where a transaction was ordered, and its outcome',
    formats: ANSWERS,
    examples: [['lading tx get q0T…', '43 characters of base64url, or 64 of hex']],
    load: () => import('../commands/tx/get.js')
  },
  {
    name: 'tx submit',
    args: '<file>',
    summary: 'submit a transaction that was signed elsewhere (a compact JWS), or - for stdin',
    formats: ANSWERS,
    examples: [['lading tx submit signed.jws', '']],
    load: () => import('../commands/tx/submit.js')
  },
  {
    name: 'block get',
    args: '<height>',
    summary: 'one block: its transactions, and who signed it',
    formats: ANSWERS,
    examples: [
      ['lading block get 27', ''],
      ['lading block get latest', '']
    ],
    load: () => import('../commands/block/get.js')
  },
  {
    name: 'token',
    summary: 'issue a bearer token with the organization’s token key',
    group: 'Operators',
    options: [
      { flags: '--role <role>', description: 'only these roles of the member; may be repeated', repeats: true },
      { flags: '--life <seconds>', description: 'at most 900 (default: 900)' }
    ],
    examples: [['curl -H "authorization: Bearer $(lading token)" http://127.0.0.1:4101/v1/members', '']],
    load: () => import('../commands/token.js')
  },
  {
    name: 'member list',
    summary: 'organizations, their members and keys',
    formats: ANSWERS,
    examples: [['lading member list', '']],
    load: () => import('../commands/member/list.js')
  },
  {
    name: 'member add',
    args: '<member>',
    summary: 'register a member of your organization, signed with its admin key',
    formats: ANSWERS,
    options: [
      { flags: '--name <name>', description: 'name for people' },
      {
        flags: '--role <role>',
        description: 'admin, audit, capture, operate or query; may be repeated',
        repeats: true
      },
      { flags: '--admin-key <file>', description: 'default: admin.json of the profile' }
    ],
    examples: [
      [
        'lading member add anna --name "Anna Ruiz" --role capture --role query',
        'then: lading key new, lading key add'
      ]
    ],
    load: () => import('../commands/member/add.js')
  },
  {
    name: 'key new',
    args: '<file>',
    summary: 'make a signing key in a file of mode 0600',
    options: [
      { flags: '--owner <owner>', description: 'ORGANIZATION/MEMBER, or ORGANIZATION for a validator' },
      { flags: '--dev-only', description: 'leave it unsealed; for demo networks only' }
    ],
    examples: [['lading key new anna.json --owner finca-alta/anna --passphrase-file pass.txt', '']],
    load: () => import('../commands/key/new.js')
  },
  {
    name: 'key add',
    args: '<file>',
    summary: 'register the public key of a key file, signed with the admin key',
    formats: ANSWERS,
    options: [
      { flags: '--purpose <purpose>', description: 'member (default), token or service' },
      { flags: '--admin-key <file>', description: 'default: admin.json of the profile' }
    ],
    examples: [['lading key add anna.json', 'the owner named in the file gets it']],
    load: () => import('../commands/key/add.js')
  },
  {
    name: 'key revoke',
    args: '<keyId>',
    summary: 'revoke a key for good, signed with the admin key',
    formats: ANSWERS,
    options: [
      { flags: '--confirm <keyId>', description: 'the key id again: this cannot be undone' },
      { flags: '--admin-key <file>', description: 'default: admin.json of the profile' }
    ],
    examples: [['lading key revoke finca-alta/anna#… --confirm finca-alta/anna#…', '']],
    load: () => import('../commands/key/revoke.js')
  },
  {
    name: 'init network',
    args: '<folder>',
    summary: 'the key ceremony: genesis.json, and one folder an organization with its keys and node.json',
    options: [
      { flags: '--plan <file>', description: 'the network in a file (docs/operators/install.md)' },
      { flags: '--name <name>', description: 'name of the network' },
      {
        flags: '--organization <id=name>',
        description: 'an organization on this machine; may be repeated',
        repeats: true
      },
      { flags: '--dev-only', description: 'leave keys unsealed; for demo networks only' }
    ],
    examples: [
      ['lading init network net --plan network.json --passphrase-file pass.txt', ''],
      ['lading init network net --name Test --organization alpha=Alpha --organization beta=Beta --dev-only', '']
    ],
    load: () => import('../commands/init/network.js')
  },
  {
    name: 'init members',
    args: '<folder>',
    summary: 'register members, token and service keys of an organization’s folder, once its node runs',
    formats: ANSWERS,
    options: [
      { flags: '--role <role>', description: 'roles of the members (default: capture, query)', repeats: true }
    ],
    examples: [['lading init members net/finca-alta --passphrase-file pass.txt', 'harmless when repeated']],
    load: () => import('../commands/init/members.js')
  },
  {
    name: 'doctor',
    summary: 'look for what keeps things from working, with cause and fix',
    group: 'Operators',
    formats: ANSWERS,
    examples: [['lading doctor', '']],
    load: () => import('../commands/doctor.js')
  },
  {
    name: 'version',
    summary: 'version of this program and of Node',
    group: 'Operators',
    formats: ANSWERS,
    examples: [['lading version --json', '']],
    load: () => import('../commands/version.js')
  }
];
