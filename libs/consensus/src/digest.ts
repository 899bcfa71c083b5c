import type { Hash, Sha256 } from '@lading/kernel';
import { concatBytes, u32be, u64be } from '@lading/kernel';
import { checkpointDigest, hashTagged, VOTE, voteBytes } from '@lading/ledger';
import type { Certificate, Vote } from '@lading/ledger';
import type { NewView, SignedMessage, ViewChange } from './message.js';
import type { UnsignedMessage } from './output.js';

/** M4: what a VIEW-CHANGE's signature covers; the attached certificate is not signed, its rank is. */
export function viewChangeDigest(message: Omit<ViewChange, 'signature'>, sha256?: Sha256): Hash {
  const parts = [
    message.certEpoch,
    message.certView,
    message.certHeight,
    message.certHash,
    message.certKind === 'C' ? 1 : 0,
    message.committedHeight,
    message.committedHash
  ];
  return hashTagged('lading/vc/1', parts, sha256);
}

/** M4: the statements as signed, in order of signer, and the rank of top. */
export function newViewDigest(message: Omit<NewView, 'signature'>, sha256?: Sha256): Hash {
  const statements = message.statements.map((statement) =>
    concatBytes(u32be(statement.signer), viewChangeDigest(statement, sha256), statement.signature)
  );
  const { top } = message;
  return hashTagged('lading/nv/1', [...statements, top === null ? new Uint8Array(0) : rankBytes(top)], sha256);
}

function rankBytes({ epoch, view, height, kind, hash }: Certificate): Uint8Array {
  return concatBytes(u32be(epoch), u32be(view), u64be(height), Uint8Array.of(kind === 'C' ? 1 : 0), hash);
}

function voteOf(message: UnsignedMessage | SignedMessage, chainId: Hash, sha256?: Sha256): Vote {
  const { epoch, signer } = message;
  const common = { chainId, epoch, signer };
  switch (message.type) {
    case 'PRE-PREPARE':
      return {
        ...common,
        type: VOTE.prePrepare,
        view: message.view,
        height: message.block.header.height,
        digest: message.block.blockHash
      };
    case 'PREPARE':
      return { ...common, type: VOTE.prepare, view: message.view, height: message.height, digest: message.blockHash };
    case 'COMMIT':
      return { ...common, type: VOTE.commit, view: message.view, height: message.height, digest: message.blockHash };
    case 'CHECKPOINT': {
      const digest = checkpointDigest(message.blockHash, message.stateRoot, sha256);
      return { ...common, type: VOTE.checkpoint, view: 0, height: message.height, digest };
    }
    case 'VIEW-CHANGE':
      return {
        ...common,
        type: VOTE.viewChange,
        view: message.newView,
        height: 0,
        digest: viewChangeDigest(message, sha256)
      };
    case 'NEW-VIEW':
      return { ...common, type: VOTE.newView, view: message.view, height: 0, digest: newViewDigest(message, sha256) };
  }
}

/** M4: the bytes that the validator key signs for a message (vote layout of spec/ledger.md §6). */
export function messageVoteBytes(
  message: UnsignedMessage | SignedMessage,
  chainId: Hash,
  sha256?: Sha256
): Uint8Array {
  return voteBytes(voteOf(message, chainId, sha256));
}

export function withSignature(message: UnsignedMessage, signature: Uint8Array): SignedMessage {
  return { ...message, signature };
}
