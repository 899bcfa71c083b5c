import { AUDITOR_COMMANDS } from './auditors.js';
import { DEV_COMMANDS } from './dev.js';
import { MEMBER_COMMANDS } from './members.js';
import { NETWORK_COMMANDS } from './network.js';
import { OPERATOR_COMMANDS } from './operators.js';
import type { CommandSpec, NounSpec } from './spec.js';

export const NOUNS: readonly NounSpec[] = [
  { name: 'event', summary: 'record and read events', group: 'Members' },
  { name: 'item', summary: 'look at an item', group: 'Members' },
  { name: 'ask', summary: 'questions of auditors, answered by a node', group: 'Members' },
  { name: 'report', summary: 'sheets that authorities ask for', group: 'Members' },
  { name: 'audit', summary: 'check what a node stores', group: 'Auditors (no login; works offline)' },
  { name: 'witness', summary: 'watch a network, and sign what was checked', group: 'Auditors (no login; works offline)' },
  { name: 'tx', summary: 'signed transactions', group: 'Operators' },
  { name: 'block', summary: 'blocks', group: 'Operators' },
  { name: 'member', summary: 'members of your organization', group: 'Operators' },
  { name: 'key', summary: 'signing keys', group: 'Operators' },
  { name: 'network', summary: 'who belongs to the network, and how that changes', group: 'Operators' },
  { name: 'init', summary: 'make the keys and files of a network', group: 'Operators' },
  { name: 'dev', summary: 'the demo network on this machine', group: 'Operators' }
];

/** Every command, in the order of `lading --help`. */
export const COMMANDS: readonly CommandSpec[] = [
  ...MEMBER_COMMANDS,
  ...AUDITOR_COMMANDS,
  ...OPERATOR_COMMANDS,
  ...NETWORK_COMMANDS,
  ...DEV_COMMANDS
];
