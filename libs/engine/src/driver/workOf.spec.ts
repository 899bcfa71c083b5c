import type { Message, NewView, ViewChange } from '@lading/consensus';
import { asHash, type Height } from '@lading/kernel';
import type { Certificate } from '@lading/ledger';
import { testNetwork } from '../../../../test/fixtures/testNetwork.js';
import { workOf } from './workOf.js';

const hash = asHash(new Uint8Array(32).fill(1));
const signature = new Uint8Array(64);
const certificate: Certificate = {
  ...{ kind: 'C', epoch: 0, view: 0, height: 1 as Height, hash }, signers: [0, 1, 2], signatures: [signature, signature, signature]
};
const viewChange: ViewChange = {
  ...{ type: 'VIEW-CHANGE', epoch: 0, newView: 1, certEpoch: 0, certView: 0, certHeight: 1 as Height, certHash: hash, certKind: 'C' },
  ...{ committedHeight: 1 as Height, committedHash: hash, signer: 2, signature, highCert: certificate }
};
const statements = [viewChange, viewChange];
const newView: NewView = { type: 'NEW-VIEW', epoch: 0, view: 1, statements, top: certificate, signer: 1, signature };
const { genesisBlock: block } = testNetwork();
const vote = { type: 'COMMIT', epoch: 0, view: 0, height: 1 as Height, blockHash: hash, signer: 2, signature } as const;
const idle = { sync: null };

describe('what a frame makes its receiver work', () => {
  it('is counted by the signatures in it, of which one frame can hold many', () => {
    const proposal = { type: 'PRE-PREPARE', epoch: 0, view: 1, block, justification: newView, signer: 1, signature } as const;
    const works: [Message, number][] = [
      [vote, 0],
      [viewChange, 3],
      [{ ...viewChange, highCert: null }, 0],
      [newView, 5],
      [proposal, 5],
      [{ ...proposal, justification: certificate }, 3],
      [{ ...proposal, justification: null }, 0],
      [{ type: 'EVIDENCE', epoch: 0, what: 'COMMIT', first: vote, second: vote }, 2],
      [{ type: 'EVIDENCE', epoch: 0, what: 'NEW-VIEW', first: newView, second: newView }, 12]
    ];
    expect(works.map(([message]) => workOf(message, idle, 2))).toEqual(works.map(([, work]) => work));
  });

  it('is less for blocks that this node has asked for', () => {
    const blocks = Array.from({ length: 4 }, () => ({ block, proof: { certificate, descendants: [] } }));
    const answer: Message = { type: 'BLOCKS', blocks, checkpoint: null };
    expect([workOf(answer, idle, 2), workOf(answer, { sync: { peer: 1, untilMs: 0 } }, 2)]).toEqual([12, 12]);
    expect(workOf(answer, { sync: { peer: 2, untilMs: 0 } }, 2)).toBe(4);
  });
});
