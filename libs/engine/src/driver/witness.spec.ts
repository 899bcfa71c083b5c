import type { Message, Safety, SignedMessage } from '@lading/consensus';
import { asHash, type Height } from '@lading/kernel';
import { buildBlock, sha256Noble } from '@lading/ledger';
import { testNetwork } from '../../../../test/fixtures/testNetwork.js';
import { decodeAnswer, isBeyond, Witness } from './witness.js';

const network = testNetwork();
const hash = asHash(new Uint8Array(32).fill(1));
const signature = new Uint8Array(64);
const vote = (type: 'PREPARE' | 'COMMIT', view: number, height: number, signer = 2, epoch = 0): SignedMessage => {
  return { type, epoch, view, height: height as Height, blockHash: hash, signer, signature };
};
const place = { chainId: network.chainId, epoch: 0, lane: 0, seq: 0, prevBatchHash: hash };
const header = { ...place, txCount: 1, txRoot: hash, bytes: 9 };
const viewChange = (newView: number): SignedMessage => ({
  ...{ type: 'VIEW-CHANGE', epoch: 0, newView, certEpoch: 0, certView: 0, certHeight: 0 as Height, certHash: hash },
  ...{ certKind: 'C', committedHeight: 0 as Height, committedHash: hash, signer: 2, signature, highCert: null }
});
const safety = (more: Partial<Safety>): Safety => ({
  ...{ epoch: 0, view: 3, mode: 'NORMAL', base: { height: 0 as Height, hash }, baseProof: null },
  ...{ lastPrepared: null, highCert: null, ownViewChange: null, ...more }
});

describe('what peers tell a node about itself', () => {
  it('is the newest message of each type, of each signer, and survives the wire', () => {
    const witness = new Witness();
    for (const [view, height] of [[0, 4], [1, 2], [1, 3], [0, 9]] as const) witness.note(vote('PREPARE', view, height));
    witness.note(vote('COMMIT', 0, 7));
    witness.note(vote('COMMIT', 5, 5, 1));
    for (const [lane, seq] of [[2, 5], [2, 6], [2, 4], [1, 9]] as const) witness.noteBatch({ header: { ...header, lane, seq }, signature });
    const block = buildBlock({ ...network.genesisBlock.header, height: 8 as Height }, []);
    witness.note({ type: 'PRE-PREPARE', epoch: 0, view: 2, block, justification: null, signer: 2, signature });
    const answer = decodeAnswer(witness.answer(2, 0), network.config, sha256Noble);
    expect(answer?.batch).toMatchObject({ header: { lane: 2, seq: 6 } });
    expect(answer?.messages.map((message: Message) => message.type)).toEqual(['PREPARE', 'COMMIT', 'PRE-PREPARE']);
    expect(answer?.messages[0]).toMatchObject({ view: 1, height: 3 });
    witness.entered();
    expect(decodeAnswer(witness.answer(2, 0), network.config, sha256Noble)).toEqual({ epoch: 0, messages: [], batch: null });
    expect(decodeAnswer(witness.answer(2, 7), network.config, sha256Noble)).toEqual({ epoch: 7, messages: [], batch: null });
    expect(decodeAnswer(Uint8Array.of(1, 2, 3), network.config, sha256Noble)).toBeNull();
  });

  it('is beyond the own record when the record does not cover it', () => {
    const prepared = safety({ lastPrepared: { view: 3, height: 10 as Height, hash } });
    const votes = (type: 'PREPARE' | 'COMMIT', ...at: [number, number][]) => at.map(([view, height]) => vote(type, view, height));
    const verdicts = (messages: readonly SignedMessage[], own: Safety) => messages.map((one) => isBeyond(one, own));
    expect(verdicts(votes('PREPARE', [3, 10], [2, 40], [3, 11], [4, 1]), prepared)).toEqual([false, false, true, true]);
    const certified = safety({ highCert: { kind: 'P', epoch: 0, view: 2, height: 8 as Height, hash, signers: [], signatures: [] } });
    expect(verdicts(votes('COMMIT', [2, 8], [1, 50], [2, 9], [3, 1]), certified)).toEqual([false, false, true, true]);
    expect(verdicts([viewChange(3), viewChange(4)], safety({}))).toEqual([false, true]);
  });

  it('is beyond when there is no record, or one of an earlier epoch; nothing of an earlier epoch is', () => {
    expect(isBeyond(vote('PREPARE', 0, 1), null)).toBe(true);
    expect(isBeyond(vote('PREPARE', 0, 1, 2, 1), safety({}))).toBe(true);
    expect(isBeyond(vote('PREPARE', 9, 99), safety({ epoch: 1 }))).toBe(false);
  });
});
