import { asHash, toHex, ZERO_HASH, type Height } from '@lading/kernel';
import { APPLIED, TestChain } from '../../../test/fixtures/testChain.js';
import { signTransaction, testNetwork } from '../../../test/fixtures/testNetwork.js';
import type { Certificate } from './certificate.js';
import {
  certificateFromCbor,
  certificateToCbor,
  checkpointFromCbor,
  checkpointToCbor,
  commitProofFromCbor,
  commitProofToCbor,
  decodeCertificate,
  decodeCheckpoint,
  decodeCommitProof,
  encodeCertificate,
  encodeCheckpoint,
  encodeCommitProof,
  genesisCommitProof,
  verifyCertificate,
  verifyCheckpoint,
  verifyCommitProof,
  VOTE
} from './index.js';
import { encodeCbor } from './codec/encodeCbor.js';
import { verifyC1Noble } from './crypto/ruleC1.js';
import { faults, quorum, weakQuorum } from './quorum.js';
import { VOTE_BYTES, voteBytes } from './vote.js';

const network = testNetwork({ parameters: { window: 2 } });
const { config } = network;
const chain = new TestChain(network);
for (let n = 0; n < 4; n++) {
  const tx = signTransaction(network, network.organization(0).memberKey('a'), {
    op: 'epcis.capture',
    payload: n,
    jti: `${n}`
  });
  chain.append([{ lane: 0, transactions: [[tx, APPLIED]] }]);
}
const valid = (certificate: Certificate): boolean => verifyCertificate(certificate, config, verifyC1Noble);
const header = (height: number) => chain.at(height).block.header;

describe('quorums', () => {
  it('are ⌈(n+f+1)/2⌉ for every n, and any two share an honest validator', () => {
    const table = [
      [1, 1],
      [2, 2],
      [3, 2],
      [4, 3],
      [5, 4],
      [6, 4],
      [7, 5],
      [8, 6],
      [10, 7],
      [16, 11],
      [31, 21]
    ];
    for (const [n, q] of table) expect(quorum(n as number)).toBe(q);
    for (let n = 1; n <= 31; n++) {
      expect(2 * quorum(n) - n).toBeGreaterThanOrEqual(faults(n) + 1);
      expect(quorum(n)).toBeLessThanOrEqual(n - faults(n) || 1);
      expect(weakQuorum(n)).toBe(faults(n) + 1);
    }
    for (const bad of [0, 32, 1.5]) expect(() => quorum(bad)).toThrow('out of range');
  });
});

describe('vote bytes', () => {
  it('have one fixed layout in which every field shows', () => {
    const vote = {
      type: VOTE.commit,
      chainId: asHash(new Uint8Array(32).fill(1)),
      epoch: 2,
      view: 3,
      height: 2 ** 40 + 4,
      digest: asHash(new Uint8Array(32).fill(5)),
      signer: 6
    };
    const hex = toHex(voteBytes(vote));
    expect(hex).toBe(
      `${toHex(Buffer.from('lading/vote/1\0'))}03${'01'.repeat(32)}00000002000000030000010000000004${'05'.repeat(32)}0006`
    );
    expect(voteBytes(vote).length).toBe(VOTE_BYTES);
    expect(() => voteBytes({ ...vote, view: 2 ** 32 })).toThrow('out of range');
  });
});

describe('certificates', () => {
  const certificate = chain.certificate(1);

  it('round-trip, alone and inside messages', () => {
    expect(decodeCertificate(encodeCertificate(certificate))).toEqual({ ok: true, value: certificate });
    expect(certificateFromCbor(certificateToCbor(certificate))).toEqual({ ok: true, value: certificate });
    const proof = chain.commitProof(1, 3);
    expect(decodeCommitProof(encodeCommitProof(proof))).toEqual({ ok: true, value: proof });
    expect(commitProofFromCbor(commitProofToCbor(proof))).toEqual({ ok: true, value: proof });
    const checkpoint = chain.checkpoint(2);
    expect(decodeCheckpoint(encodeCheckpoint(checkpoint))).toEqual({ ok: true, value: checkpoint });
    expect(checkpointFromCbor(checkpointToCbor(checkpoint))).toEqual({ ok: true, value: checkpoint });
    const genesis = genesisCommitProof(chain.at(0).block.blockHash);
    expect(decodeCommitProof(encodeCommitProof(genesis))).toEqual({ ok: true, value: genesis });
  });

  it('hold with any q signers, and with exactly q', () => {
    for (const signers of [
      [0, 1, 2],
      [0, 1, 3],
      [1, 2, 3]
    ])
      expect(valid(chain.certificate(1, 'C', signers))).toBe(true);
    for (const signers of [[0, 1], [0, 1, 2, 3], [], [0, 0, 1], [1, 0, 2]])
      expect(valid(chain.certificate(1, 'C', signers))).toBe(false);
  });

  it('do not hold with another kind, place, hash, epoch, or a foreign signature', () => {
    const [first, ...rest] = certificate.signatures;
    const changes: Partial<Certificate>[] = [
      { kind: 'P' },
      { view: 1 },
      { height: 2 as Height },
      { hash: ZERO_HASH },
      { epoch: 1 },
      { signers: [0, 1, 3] },
      { signatures: [...rest, first as Uint8Array] },
      { signatures: rest },
      { signers: [] },
      { signers: [0, 1] }
    ];
    expect(valid(certificate)).toBe(true);
    for (const change of changes) expect(valid({ ...certificate, ...change })).toBe(false);
    expect(valid(chain.certificate(1, 'P'))).toBe(true);
  });

  it('are refused by the decoder with signers out of order, out of range, or without signatures', () => {
    const { kind, epoch, view, height, hash, signers, signatures } = certificate;
    const encode = (s: readonly number[], g: readonly Uint8Array[]) =>
      encodeCbor([kind, epoch, view, height, hash, s, g]);
    expect(encode(signers, signatures)).toEqual(encodeCertificate(certificate));
    for (const [s, g] of [
      [[0, 2, 1], signatures],
      [[0, 1, 1], signatures],
      [[0, 1, 31], signatures],
      [signers, signatures.slice(1)],
      [signers, [...signatures.slice(1), new Uint8Array(63)]]
    ] as const) {
      expect(decodeCertificate(encode(s, g))).toMatchObject({ ok: false, code: 'CERTIFICATE_MALFORMED' });
    }
    expect(decodeCertificate(encodeCbor(['X', epoch, view, height, hash, signers, signatures])).ok).toBe(false);
  });
});

describe('commit proofs', () => {
  const proves = (proof: ReturnType<TestChain['commitProof']>, height: number) =>
    verifyCommitProof(proof, header(height), config, verifyC1Noble);

  it('commit a block by its own certificate or that of a descendant within the window', () => {
    expect(proves(chain.commitProof(1), 1)).toBe(true);
    expect(proves(chain.commitProof(1, 2), 1)).toBe(true);
    expect(proves(chain.commitProof(1, 3), 1)).toBe(true);
    expect(proves(chain.commitProof(1, 4), 1)).toBe(false);
  });

  it('do not commit with a gap, another block, a prepared certificate or a changed header between', () => {
    const { certificate, descendants } = chain.commitProof(1, 3);
    expect(proves(chain.commitProof(2), 1)).toBe(false);
    expect(proves({ certificate, descendants: descendants.slice(1) }, 1)).toBe(false);
    expect(proves({ certificate, descendants: [...descendants].reverse() }, 1)).toBe(false);
    const [first, ...rest] = descendants;
    expect(proves({ certificate, descendants: [{ ...header(2), ...first, txCount: 9 }, ...rest] }, 1)).toBe(false);
    expect(proves({ certificate: chain.certificate(1, 'P'), descendants: [] }, 1)).toBe(false);
    expect(proves({ certificate: { ...chain.certificate(1), height: 2 as Height }, descendants: [] }, 1)).toBe(false);
  });

  it('the stand-in for genesis never verifies: block 0 is trusted for the genesis file only', () => {
    expect(proves(genesisCommitProof(chain.at(0).block.blockHash), 0)).toBe(false);
  });
});

describe('checkpoints', () => {
  it('hold for their height, block and state root, in view 0', () => {
    const checkpoint = chain.checkpoint(2);
    const holds = (changes: object) => verifyCheckpoint({ ...checkpoint, ...changes }, config, verifyC1Noble);
    expect(holds({})).toBe(true);
    for (const change of [
      { height: 3 },
      { blockHash: ZERO_HASH },
      { stateRoot: ZERO_HASH },
      { epoch: 1 },
      { signers: [0, 1, 3] }
    ]) {
      expect(holds(change)).toBe(false);
    }
    expect(verifyCheckpoint(checkpoint, testNetwork({ seed: 'b' }).config, verifyC1Noble)).toBe(false);
  });
});
