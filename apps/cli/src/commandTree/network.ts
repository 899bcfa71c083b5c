import type { CommandSpec } from './spec.js';

const ANSWERS = ['human', 'json'] as const;

/** Changes of the network itself: who belongs to it, with which keys and parameters. */
export const NETWORK_COMMANDS: readonly CommandSpec[] = [
  {
    name: 'network show',
    summary: 'the organizations and parameters in force, their hash, and the epochs so far',
    formats: ANSWERS,
    examples: [['lading network show', '']],
    load: () => import('../commands/network/show.js')
  },
  {
    name: 'network evidence',
    summary: 'proofs that validators broke the protocol, as a node holds them',
    formats: ANSWERS,
    options: [{ flags: '--out <file>', description: 'also write both signed statements of each, and the configs to check them by' }],
    examples: [['lading network evidence --out evidence.json', '']],
    load: () => import('../commands/network/evidence.js')
  },
  {
    name: 'network propose',
    summary: 'write a change of organizations, keys or parameters to a file, for others to approve',
    options: [
      { flags: '--add <file>', description: 'organization.json of an organization that joins', repeats: true },
      { flags: '--remove <organization>', description: 'an organization that leaves', repeats: true },
      {
        flags: '--replace-key <organization=key>',
        description: 'new validator key: a key file, or its public key',
        repeats: true
      },
      { flags: '--replace-admin-key <organization=key>', description: 'new administrator’s key', repeats: true },
      { flags: '--replace-tls <organization=certificate>', description: 'new TLS certificate (PEM)', repeats: true },
      { flags: '--role <organization=role>', description: 'make it a regulator; nothing behind "=" takes that away', repeats: true },
      { flags: '--set <parameter=value>', description: 'a parameter of genesis.json', repeats: true },
      { flags: '--again <file>', description: 'start from a change that has become stale' },
      { flags: '--out <file>', description: 'file to write' }
    ],
    examples: [
      ['lading network propose --add zucker/organization.json --out change.json', 'then: network ready, network approve'],
      ['lading network propose --replace-key finca-alta=keys/validator2.json --out change.json', ''],
      ['lading network propose --set turnBlocks=128 --out change.json', '']
    ],
    load: () => import('../commands/network/propose.js')
  },
  {
    name: 'network ready',
    args: '<file>',
    summary: 'sign, with a new validator key, that its node has followed the network',
    options: [{ flags: '--key <file>', description: 'key file of the new validator' }],
    examples: [['lading network ready change.json --key keys/validator.json', '']],
    load: () => import('../commands/network/ready.js')
  },
  {
    name: 'network approve',
    args: '<file>',
    summary: 'show a change, and sign it with the administrator’s key of an organization in force',
    options: [{ flags: '--key <file>', description: 'key file (default: admin.json of the profile)' }],
    examples: [['lading network approve change.json --key admin.json', 'compare the hash with the others first']],
    load: () => import('../commands/network/approve.js')
  },
  {
    name: 'network submit',
    args: '<file>',
    summary: 'submit a change that enough organizations have approved; it ends the epoch',
    formats: ANSWERS,
    options: [{ flags: '--admin-key <file>', description: 'default: admin.json of the profile' }],
    examples: [['lading network submit change.json', '']],
    load: () => import('../commands/network/submit.js')
  },
  {
    name: 'init organization',
    args: '<folder>',
    summary: 'keys, node.json and organization.json of one organization that is to join a network',
    options: [
      { flags: '--plan <file>', description: 'its entry as in a network plan (docs/operators/change-members.md)' },
      { flags: '--trust <file>', description: 'genesis.json of the network' },
      { flags: '--peer <organization=address>', description: 'host:port of a node; may be repeated', repeats: true },
      { flags: '--dev-only', description: 'leave keys unsealed; for demo networks only' }
    ],
    examples: [
      [
        'lading init organization zucker --plan zucker-plan.json --trust genesis.json --passphrase-file pass.txt',
        'then send organization.json to a member of the network'
      ]
    ],
    load: () => import('../commands/init/organization.js')
  }
];
