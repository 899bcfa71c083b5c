import { signTransaction, testNetwork } from '../../../test/fixtures/testNetwork.js';
import { toHex, toBase64Url, ZERO_HASH, asHash, type Height, type OrganizationId } from '@lading/kernel';
import {
  advanceCursors, assembleBatchBytes, batchHash, blockHash, buildBatch, buildBlock, checkTransaction, configHash, decodeBatch, decodeBlock, decodeCertificate,
  decodeCheckpoint, decodeCommitProof, decodeCompactJws, decodeConfig, decodeDetachedJws, decodeGenesis, decodeTransaction, encodeBatchHeader, encodeCbor,
  encodeCertificate, encodeCheckpoint, encodeCommitProof, encodeConfig, initialCursors, laneCursorsRoot, merkleRoot, quorum, faults, weakQuorum,
  refsRoot, sha256Noble, signingInput, toCompactJws, verifyC1Noble, verifyCertificate, verifyCheckpoint, verifyCommitProof, verifyTransaction, VOTE, voteBytes,
  checkpointDigest, parseKeyId
} from './index.js';

const network = testNetwork();
const key = network.organization(0).memberKey('anna');
const tx = signTransaction(network, key, { op: 'epcis.capture', payload: { a: 1 }, jti: 'one' });

describe('smoke', () => {
  it('round-trips', () => {
    const again = decodeTransaction(tx.encoded);
    expect(again).toEqual({ ok: true, value: tx });
    expect(verifyTransaction(tx, verifyC1Noble)).toBe(true);
    const batch = buildBatch({ chainId: network.chainId, epoch: 0, lane: 0, seq: 0, prevBatchHash: ZERO_HASH, transactions: [tx] }, network.organization(0).validator.sign);
    const decoded = decodeBatch(batch.encoded, { config: network.config }, verifyC1Noble);
    expect(decoded).toEqual({ ok: true, value: batch });
    expect(decodeConfig(encodeConfig(network.config))).toEqual({ ok: true, value: network.config });
    expect(decodeBlock(network.genesisBlock.encoded)).toEqual({ ok: true, value: network.genesisBlock });
  });
});
