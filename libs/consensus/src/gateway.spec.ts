import { ZERO_HASH } from '@lading/kernel';
import type { Height } from '@lading/kernel';
import { quorum } from '@lading/ledger';
import { decodeMessage, messageEpoch } from './messageCodec.js';
import { encodeMessage } from './messageEncoding.js';
import type { Message, SignedMessage } from './message.js';
import { Bench, verifyToy } from './network.test-kit.js';
import type { PersistRecord } from './output.js';
import { compareRanks, GENESIS_RANK } from './rank.js';
import type { Rank } from './rank.js';
import { decodePersistRecord, encodePersistRecord } from './recordCodec.js';
import { verifyMessage } from './verifyMessage.js';

const bench = new Bench(1);
const block = bench.block(bench.genesis, [bench.batch(1, 0), bench.batch(2, 0)]);
const prepared = bench.certificate('P', block, [0, 1, 3]);
const committed = bench.certificate('C', block, [0, 2, 3]);
const statements = [bench.viewChange(1, 0), bench.viewChange(1, 1, prepared), bench.viewChange(1, 3)];
const opened = bench.newView(1, statements, prepared);
const signCheckpoint = (): SignedMessage =>
  bench.sign({ type: 'CHECKPOINT', epoch: 0, height: 1 as Height, blockHash: block.blockHash, stateRoot: ZERO_HASH, signer: 2 });
const proposal = (justification: typeof opened | typeof committed): Message => {
  const unsigned = { type: 'PRE-PREPARE', epoch: 0, view: 1, block, justification, signer: 1 } as const;
  return bench.sign(unsigned);
};

const commitOf = (signer: number) =>
  ({ type: 'COMMIT', epoch: 0, view: 0, height: 1 as Height, blockHash: block.blockHash, signer }) as const;

const messages: readonly Message[] = [
  bench.proposal(block),
  proposal(opened),
  proposal(committed),
  bench.vote('PREPARE', block, 2),
  bench.vote('COMMIT', block, 3, 9),
  { type: 'SUSPECT', epoch: 0, view: 7 },
  bench.viewChange(1, 2),
  bench.viewChange(1, 1, prepared),
  opened,
  signCheckpoint(),
  {
    type: 'STATUS', epoch: 0, view: 2, mode: 'CHANGING', suspect: -1, committedHeight: 3 as Height, committedHash: ZERO_HASH,
    executedHeight: 2 as Height, stableCheckpoint: 1 as Height, laneTips: [1, 2, 3, 4],
    window: [{ height: 4 as Height, hasProposal: true, prepares: 15, commits: 1 }]
  },
  { type: 'FETCH-BLOCKS', from: 1 as Height, to: 64 as Height },
  { type: 'BLOCKS', blocks: [{ block, proof: { certificate: committed, descendants: [] } }], checkpoint: null },
  { type: 'FETCH-PROPOSAL', hash: block.blockHash, above: 0 as Height },
  { type: 'PROPOSALS', blocks: [block] },
  { type: 'BATCH-ACK', epoch: 0, laneTips: [0, 0, 0, 1] },
  {
    type: 'EVIDENCE', epoch: 0, what: 'COMMIT', first: bench.vote('COMMIT', block, 3),
    second: bench.sign({ ...commitOf(3), blockHash: ZERO_HASH })
  }
];

describe('The wire codec', () => {
  it.each(messages.map((message) => [message.type, message] as const))('M6: %s survives the wire, and is valid', (_, message) => {
    const decoded = decodeMessage(encodeMessage(message), bench.config);
    expect(decoded).toEqual({ ok: true, value: message });
    expect(verifyMessage(message, bench.config, verifyToy)).toBe(true);
  });

  it('M6: a frame with any byte changed, cut or added is refused, or is another message with one encoding', () => {
    for (const message of messages) {
      const bytes = encodeMessage(message);
      expect(decodeMessage(bytes.subarray(0, bytes.length - 1), bench.config).ok).toBe(false);
      expect(decodeMessage(Uint8Array.of(...bytes, 0), bench.config).ok).toBe(false);
      for (let at = 0; at < bytes.length; at += 3) {
        const damaged = Uint8Array.from(bytes);
        damaged[at] = (damaged[at] ?? 0) ^ (1 << at % 8);
        const decoded = decodeMessage(damaged, bench.config);
        if (decoded.ok) expect(encodeMessage(decoded.value)).toEqual(damaged);
      }
    }
  });

  it('M6: signer indexes, bitmaps, counts and modes have the ranges of the epoch', () => {
    const status = messages.find((message) => message.type === 'STATUS');
    if (status?.type !== 'STATUS') throw new Error('no STATUS');
    const slot = { height: 4 as Height, hasProposal: true, prepares: 16, commits: 0 };
    const bad: readonly Message[] = [
      { ...bench.vote('PREPARE', block, 2), signer: 4 },
      { ...status, laneTips: [1] },
      { ...status, window: [slot] },
      { ...status, window: Array.from({ length: 9 }, () => ({ ...slot, prepares: 1 })) },
      { type: 'PROPOSALS', blocks: Array.from({ length: 9 }, () => block) },
      { ...opened, statements: [...opened.statements, ...opened.statements] }
    ];
    for (const message of bad) {
      const decoded = decodeMessage(encodeMessage(message), bench.config);
      expect(decoded).toMatchObject({ ok: false, code: 'MESSAGE_MALFORMED' });
    }
  });

  it('N3: of another epoch a STATUS decodes with that epoch’s lanes and window, and a BATCH-ACK tells which epoch it is of', () => {
    const status = messages.find((message) => message.type === 'STATUS');
    if (status?.type !== 'STATUS') throw new Error('no STATUS');
    const laneTips = Array.from({ length: 31 }, (_, lane) => lane);
    const window = [{ height: 4 as Height, hasProposal: true, prepares: 2 ** 31 - 1, commits: 0 }];
    const later = { ...status, epoch: 1, laneTips, window };
    expect(decodeMessage(encodeMessage(later), bench.config)).toEqual({ ok: true, value: later });
    expect(decodeMessage(encodeMessage({ ...later, laneTips: [...laneTips, 31] }), bench.config).ok).toBe(false);
    expect(messages.map((message) => messageEpoch(encodeMessage(message)))).toEqual(
      messages.map((message) => ({ type: message.type, epoch: 'epoch' in message ? message.epoch : null }))
    );
    expect(messageEpoch(Uint8Array.of(1))).toBeNull();
    expect(messageEpoch(Uint8Array.of(0x80))).toBeNull();
  });

  it('M7, N3: what is signed for another epoch is refused, whoever signed it', () => {
    const later = { ...bench.config, epoch: 1 };
    const signed = messages.filter((message) => 'signature' in message || message.type === 'BLOCKS' || message.type === 'EVIDENCE');
    expect(signed.length).toBeGreaterThanOrEqual(11);
    for (const message of signed) expect(verifyMessage(message, later, verifyToy)).toBe(false);
  });

  it('D6: records of the own log survive the disk, and damaged ones are refused', () => {
    const safety = {
      epoch: 0, view: 3, mode: 'CHANGING', base: { height: 1 as Height, hash: block.blockHash }, baseProof: opened,
      lastPrepared: { view: 2, height: 1 as Height, hash: block.blockHash }, highCert: prepared,
      ownViewChange: encodeMessage(bench.viewChange(3, 1))
    } as const;
    const none = { baseProof: null, lastPrepared: null, highCert: null, ownViewChange: null };
    const records: readonly PersistRecord[] = [
      { kind: 'Safety', safety },
      { kind: 'Safety', safety: { ...safety, ...none, mode: 'NORMAL' } },
      { kind: 'Safety', safety: { ...safety, baseProof: committed } },
      { kind: 'Block', block }
    ];
    for (const record of records) {
      const bytes = encodePersistRecord(record);
      expect(decodePersistRecord(bytes, bench.config)).toEqual({ ok: true, value: record });
      expect(decodePersistRecord(bytes.subarray(1), bench.config).ok).toBe(false);
    }
  });
});

describe('The gateway', () => {
  const refused = (message: Message): void => expect(verifyMessage(message, bench.config, verifyToy)).toBe(false);

  it('M4, M7: no field that is signed can be changed, and no signature moved to another signer', () => {
    const vote = bench.vote('PREPARE', block, 2);
    refused({ ...vote, view: 1 });
    refused({ ...vote, height: 2 as Height });
    refused({ ...vote, blockHash: ZERO_HASH });
    refused({ ...vote, type: 'COMMIT' });
    refused({ ...vote, signer: 3 });
    refused({ ...vote, epoch: 1 });
    refused({ ...bench.viewChange(1, 2), newView: 2 });
    refused({ ...bench.viewChange(1, 2), committedHash: ZERO_HASH });
    refused({ ...opened, view: 2 });
    refused({ ...bench.proposal(block), view: 1 });
  });

  it('V4: a VIEW-CHANGE must have its certificate, of that rank and hash, verified and older than the view', () => {
    const good = bench.viewChange(1, 1, prepared);
    refused({ ...good, highCert: null });
    refused({ ...good, highCert: committed });
    refused({ ...good, highCert: { ...prepared, signatures: [...prepared.signatures].reverse() } });
    refused({ ...good, highCert: { ...prepared, signers: [0, 1], signatures: prepared.signatures.slice(0, 2) } });
    refused(bench.viewChange(1, 1, bench.certificate('P', block, [0, 1, 3], 1)));
    refused(bench.viewChange(0, 1));
  });

  it('V6: a NEW-VIEW needs q distinct statements of its view, none above top, and a top that one of them names', () => {
    const [a, b, c] = statements;
    if (a === undefined || b === undefined || c === undefined) throw new Error('three statements');
    refused(bench.newView(1, [a, b], prepared));
    refused(bench.newView(1, [a, b, b], prepared));
    refused(bench.newView(1, [b, a, c], prepared));
    refused(bench.newView(1, [a, b, bench.viewChange(2, 3)], prepared));
    refused(bench.newView(1, statements, null));
    refused(bench.newView(1, statements, committed));
    refused(bench.newView(1, [a, bench.viewChange(1, 1), c], prepared));
    expect(verifyMessage(bench.newView(1, [a, bench.viewChange(1, 2), c], null), bench.config, verifyToy)).toBe(true);
  });

  it('M7: a proposal whose justification does not open its view is refused', () => {
    refused(bench.sign({ type: 'PRE-PREPARE', epoch: 0, view: 2, block, justification: opened, signer: 2 }));
    refused(bench.sign({ type: 'PRE-PREPARE', epoch: 0, view: 2, block, justification: committed, signer: 2 }));
    refused(bench.sign({ type: 'PRE-PREPARE', epoch: 0, view: 1, block, justification: prepared, signer: 1 }));
  });

  it('M7: blocks without a valid proof are refused', () => {
    refused({ type: 'BLOCKS', checkpoint: null, blocks: [{ block, proof: { certificate: prepared, descendants: [] } }] });
    refused({ type: 'BLOCKS', checkpoint: null, blocks: [{ block, proof: { certificate: { ...committed, view: 5 }, descendants: [] } }] });
  });
});

describe('Ranks and quorums', () => {
  it('M3: order by epoch, view, height; C above P; genesis below everything', () => {
    const ranks: Rank[] = [GENESIS_RANK];
    for (const view of [0, 1, 2]) {
      for (const height of [1, 2, 3]) {
        ranks.push({ epoch: 0, view, height, kind: 'P' }, { epoch: 0, view, height, kind: 'C' });
      }
    }
    ranks.push({ epoch: 1, view: 0, height: 1, kind: 'P' });
    ranks.forEach((a, i) => ranks.forEach((b, j) => expect(Math.sign(compareRanks(a, b))).toBe(Math.sign(i - j))));
  });

  it('Q1: any two quorums share an honest validator, and q honest ones are there, for 1 to 31 validators', () => {
    for (let n = 1; n <= 31; n++) {
      const f = Math.floor((n - 1) / 3);
      expect(2 * quorum(n) - n).toBeGreaterThanOrEqual(f + 1);
      expect(quorum(n)).toBeLessThanOrEqual(n - f);
    }
  });
});
