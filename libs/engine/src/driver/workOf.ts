import type { CoreState, EvidenceItem, Message, NewView } from '@lading/consensus';
import type { Certificate } from '@lading/ledger';

/**
 * Signatures that a gateway checks in a message beside the sender's own, in units of driver/peerPace.ts: one frame can
 * hold many, and its sender need not have paid for them. An answer to this node's own question costs a unit a block.
 */
export function workOf(message: Message, core: Pick<CoreState, 'sync'>, peer: number): number {
  switch (message.type) {
    case 'PRE-PREPARE': {
      const { justification } = message;
      if (justification === null) return 0;
      return 'statements' in justification ? newViewWork(justification) : justification.signers.length;
    }
    case 'VIEW-CHANGE':
      return signersOf(message.highCert);
    case 'NEW-VIEW':
      return newViewWork(message);
    case 'EVIDENCE':
      return itemWork(message.first) + itemWork(message.second);
    case 'BLOCKS': {
      if (core.sync?.peer === peer) return message.blocks.length;
      return message.blocks.reduce((sum, { proof }) => sum + proof.certificate.signers.length, 0) + signersOf(message.checkpoint);
    }
    default:
      return 0;
  }
}

const signersOf = (certificate: Pick<Certificate, 'signers'> | null): number => certificate?.signers.length ?? 0;

const newViewWork = ({ statements, top }: NewView): number => statements.length + signersOf(top);

const itemWork = (item: EvidenceItem): number => 1 + (item.type === 'NEW-VIEW' ? newViewWork(item) : 0);
