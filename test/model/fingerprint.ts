import type { CoreState, SignedMessage } from '@lading/consensus';
import type { CoreNode } from './coreNode.js';

/** Two nodes with the same fingerprint behave alike: everything but times, timers and the bytes of signatures. */
export function fingerprint(node: CoreNode): string {
  const { state } = node;
  const certificate = (at: CoreState['highCert']): string =>
    at === null ? '-' : `${at.kind}${at.view}.${at.height}.${short(at.hash)}`;
  const own = state.ownViewChange;
  const parts = [
    state.view, state.mode, short(state.base.hash), state.baseProof === null ? 0 : 'statements' in state.baseProof ? 'nv' : 'cqc',
    state.lastPrepared === null ? '-' : `${state.lastPrepared.view}.${short(state.lastPrepared.hash)}`,
    certificate(state.highCert), certificate(state.writtenHighCert), own === null ? '-' : statementText(own),
    short(state.committed.block.blockHash), state.headCertView, state.executed, state.halted ?? '-',
    state.top === null ? '-' : short(state.top.block.blockHash),
    sorted([...state.accepted].map(([height, known]) => `${height}${short(known.block.blockHash)}`)),
    sorted([...state.known.values()].map((known) => `${short(known.block.blockHash)}${known.persisted ? 1 : 0}`)),
    sorted([...state.commitCerts.values()].map(certificate)), sorted([...state.synced.keys()].map(String)),
    sorted([...state.slots].map(([key, slot]) => `${key}${votes(slot.prepares)}|${votes(slot.commits)}`)),
    sorted([...state.proposals].flatMap(([view, slots]) => [...slots].map(([height, at]) =>
      `${view}.${height}${short(at.message.block.blockHash)}`))),
    state.peers.map((peer) => `${peer.suspect}${peer.viewChange === null ? '-' : statementText(peer.viewChange)}`).join(),
    sorted(node.signed.map(messageText)), state.proposalFetch === null ? '-' : short(state.proposalFetch.hash)
  ];
  return parts.join(';');
}

export const short = (hash: Uint8Array): string => Buffer.from(hash.buffer, hash.byteOffset, 6).toString('latin1');

/** A set: a restarted node signs the same again. */
const sorted = (texts: readonly string[]): string => [...new Set(texts)].sort().join();

const votes = (of: readonly ({ readonly blockHash: Uint8Array } | null)[]): string =>
  of.map((vote) => (vote === null ? '-' : short(vote.blockHash))).join('');

const statementText = (m: Extract<SignedMessage, { type: 'VIEW-CHANGE' }>): string =>
  `${m.newView}${m.certKind}${m.certView}.${m.certHeight}.${short(m.certHash)}`;

function messageText(message: SignedMessage): string {
  switch (message.type) {
    case 'PRE-PREPARE':
      return `A${message.view}${short(message.block.blockHash)}`;
    case 'PREPARE':
    case 'COMMIT':
      return `${message.type}${message.view}${short(message.blockHash)}`;
    case 'VIEW-CHANGE':
      return `V${statementText(message)}`;
    case 'NEW-VIEW':
      return `N${message.view}${message.statements.map(statementText).join('')}`;
    default:
      return message.type;
  }
}
