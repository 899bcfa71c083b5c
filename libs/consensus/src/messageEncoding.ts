import {
  certificateToCbor, checkpointToCbor, commitProofToCbor, encodeBatchHeader, encodeCbor
} from '@lading/ledger';
import type { CborValue, Certificate } from '@lading/ledger';
import type { EvidenceItem, Message, NewView, Status, ViewChange } from './message.js';

/** Deterministic CBOR: [type, field…]. Blocks are byte strings of their own encoding. */
export function encodeMessage(message: Message): Uint8Array {
  return encodeCbor(messageToCbor(message));
}

function messageToCbor(message: Message): CborValue {
  const { type } = message;
  switch (message.type) {
    case 'PRE-PREPARE':
      return [
        type, message.epoch, message.view, message.block.encoded, justificationToCbor(message.justification),
        message.signer, message.signature
      ];
    case 'PREPARE':
    case 'COMMIT':
      return [type, message.epoch, message.view, message.height, message.blockHash, message.signer, message.signature];
    case 'SUSPECT':
      return [type, message.epoch, message.view];
    case 'VIEW-CHANGE':
      return viewChangeToCbor(message);
    case 'NEW-VIEW':
      return newViewToCbor(message);
    case 'CHECKPOINT':
      return [
        type, message.epoch, message.height, message.blockHash, message.stateRoot, message.signer, message.signature
      ];
    case 'STATUS':
      return statusToCbor(message);
    case 'FETCH-BLOCKS':
      return [type, message.from, message.to];
    case 'BLOCKS': {
      const blocks = message.blocks.map(({ block, proof }) => [block.encoded, commitProofToCbor(proof)]);
      return [type, blocks, message.checkpoint === null ? null : checkpointToCbor(message.checkpoint)];
    }
    case 'FETCH-PROPOSAL':
      return [type, message.hash, message.above];
    case 'PROPOSALS':
      return [type, message.blocks.map((block) => block.encoded)];
    case 'BATCH-ACK':
      return [type, message.epoch, message.laneTips];
    case 'EVIDENCE':
      return [type, message.epoch, message.what, itemToCbor(message.first), itemToCbor(message.second)];
  }
}

function itemToCbor(item: EvidenceItem): CborValue {
  if (item.type !== 'BATCH') return messageToCbor(item);
  return [item.type, encodeBatchHeader(item.header), item.signature];
}

export function justificationToCbor(justification: NewView | Certificate | null): CborValue {
  if (justification === null) return null;
  return 'statements' in justification ? newViewToCbor(justification) : certificateToCbor(justification);
}

function viewChangeToCbor(message: ViewChange): CborValue {
  return [
    message.type, message.epoch, message.newView, message.certEpoch, message.certView, message.certHeight,
    message.certHash, message.certKind, message.committedHeight, message.committedHash, message.signer,
    message.signature, message.highCert === null ? null : certificateToCbor(message.highCert)
  ];
}

function newViewToCbor(message: NewView): CborValue {
  const top = message.top === null ? null : certificateToCbor(message.top);
  return [
    message.type, message.epoch, message.view, message.statements.map(viewChangeToCbor), top, message.signer,
    message.signature
  ];
}

function statusToCbor(message: Status): CborValue {
  const window = message.window.map((slot) => [slot.height, slot.hasProposal, slot.prepares, slot.commits]);
  return [
    message.type, message.epoch, message.view, message.mode, message.suspect + 1, message.committedHeight,
    message.committedHash, message.executedHeight, message.stableCheckpoint, window, message.laneTips
  ];
}
