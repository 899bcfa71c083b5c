import type { NewView, PhaseVote, PrePrepare, SignedMessage, ViewChange } from '@lading/consensus';
import type { Height } from '@lading/kernel';
import type { Block, Certificate } from '@lading/ledger';
import type { CoreNode } from './coreNode.js';
import { genesis, keyOf, QUORUM, sign } from './stage.js';

/** The faulty validator: what it signs fits the moment, and with the honest votes there are it makes certificates. */
export class Adversary {
  readonly self: number;
  private readonly honest: () => Iterable<CoreNode>;

  constructor(self: number, honest: () => Iterable<CoreNode>) {
    this.self = self;
    this.honest = honest;
  }

  proposal(view: number, block: Block): PrePrepare {
    return sign({ type: 'PRE-PREPARE', epoch: 0, view, block, justification: null, signer: this.self } as const);
  }

  /** The honest votes for a block, and its own where they are too few. */
  votes(type: PhaseVote['type'], view: number, block: Block): readonly PhaseVote[] {
    const { blockHash, header } = block;
    const key = keyOf(blockHash);
    const wanted = (m: SignedMessage): m is PhaseVote => m.type === type && m.view === view && keyOf(m.blockHash) === key;
    const honest = [...this.honest()].flatMap((node) => node.signed.filter(wanted).slice(0, 1));
    if (honest.length >= QUORUM) return honest;
    const message = { type, epoch: 0, view, height: header.height, blockHash, signer: this.self } as const;
    return [...honest, sign(message)];
  }

  /** Null when too few voted. */
  certificate(kind: Certificate['kind'], view: number, block: Block): Certificate | null {
    const votes = [...this.votes(kind === 'P' ? 'PREPARE' : 'COMMIT', view, block)];
    if (votes.length < QUORUM) return null;
    const chosen = votes.sort((a, b) => a.signer - b.signer).slice(0, QUORUM);
    return {
      kind, epoch: 0, view, height: block.header.height, hash: block.blockHash,
      signers: chosen.map((vote) => vote.signer), signatures: chosen.map((vote) => vote.signature)
    };
  }

  viewChange(newView: number, highCert: Certificate | null): ViewChange {
    return sign({
      type: 'VIEW-CHANGE', epoch: 0, newView, certEpoch: 0, certView: highCert?.view ?? 0,
      certHeight: highCert?.height ?? (0 as Height), certHash: highCert?.hash ?? genesis.blockHash,
      certKind: highCert?.kind ?? 'C', committedHeight: 0 as Height, committedHash: genesis.blockHash,
      signer: this.self, highCert
    } as const);
  }

  /** Of these statements, with the highest of their certificates on top. */
  newView(view: number, told: readonly ViewChange[]): NewView {
    const certificates = told.flatMap((statement) => (statement.highCert === null ? [] : [statement.highCert]));
    const top = certificates.reduce<Certificate | null>((most, at) => (most === null || isAbove(at, most) ? at : most), null);
    const statements = told.map((statement) => ({ ...statement, highCert: null })).sort((a, b) => a.signer - b.signer);
    return sign({ type: 'NEW-VIEW', epoch: 0, view, statements, top, signer: this.self } as const);
  }
}

function isAbove(a: Certificate, b: Certificate): boolean {
  if (a.view !== b.view) return a.view > b.view;
  if (a.height !== b.height) return a.height > b.height;
  return a.kind === 'C' && b.kind === 'P';
}
