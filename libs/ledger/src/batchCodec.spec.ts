import { asHash, toHex, ZERO_HASH, type Hash } from '@lading/kernel';
import { signTransaction, testNetwork } from '../../../test/fixtures/testNetwork.js';
import type { BatchHeader } from './batchHeader.js';
import {
  assembleBatchBytes,
  batchHashOfBytes,
  batchSigningBytes,
  buildBatch,
  decodeBatch,
  decodeBatchHeader,
  encodeBatchHeader
} from './index.js';
import { encodeCbor } from './codec/encodeCbor.js';
import { verifyC1Noble } from './crypto/ruleC1.js';
import { merkleRoot } from './merkle/root.js';
import { leafHash } from './merkle/tree.js';
import type { Transaction } from './transaction.js';

const network = testNetwork();
const [finca, food] = [network.organization(0), network.organization(1)];
const transactions = [1, 2, 3].map((n) =>
  signTransaction(network, finca.memberKey('anna'), { op: 'epcis.capture', payload: { n }, jti: `${n}` })
);
const draft = { chainId: network.chainId, epoch: 0, lane: 0, seq: 0, prevBatchHash: ZERO_HASH, transactions };
const batch = buildBatch(draft, finca.validator.sign);
const decode = (bytes: Uint8Array, extra = {}) =>
  decodeBatch(bytes, { config: network.config, ...extra }, verifyC1Noble);

/** A batch with a changed header, signed by the lane's author all the same. */
function forged(
  changes: Partial<BatchHeader>,
  txs: readonly Transaction[] = transactions,
  sign = finca.validator.sign
): Uint8Array {
  const encodings = txs.map((tx) => tx.encoded);
  const size = encodings.reduce((sum, { length }) => sum + length, 0);
  const header = { ...batch.header, txCount: txs.length, txRoot: merkleRoot(encodings), bytes: size, ...changes };
  const headerBytes = encodeBatchHeader(header);
  return assembleBatchBytes(headerBytes, sign(batchSigningBytes(header, batchHashOfBytes(headerBytes))), encodings);
}

describe('a batch', () => {
  it('round-trips, and its stored parts give its exact bytes again', () => {
    expect(decode(batch.encoded)).toEqual({ ok: true, value: batch });
    const parts = assembleBatchBytes(
      encodeBatchHeader(batch.header),
      batch.signature,
      transactions.map((tx) => tx.encoded)
    );
    expect(toHex(parts)).toBe(toHex(batch.encoded));
    expect(forged({})).toEqual(batch.encoded);
    expect(decodeBatchHeader(encodeBatchHeader(batch.header))).toEqual({ ok: true, value: batch.header });
  });

  it.each([
    ['another chain', forged({ chainId: asHash(new Uint8Array(32)) }), 'BATCH_WRONG_CHAIN'],
    ['another epoch', forged({ epoch: 1 }), 'BATCH_LANE'],
    ['a lane beyond the organizations', forged({ lane: 4 }), 'BATCH_LANE'],
    ['a first batch with a previous one', forged({ prevBatchHash: batch.batchHash }), 'BATCH_LANE'],
    ["another lane's signature", forged({}, transactions, food.validator.sign), 'BATCH_SIGNATURE'],
    [
      'transactions that do not list its lane',
      forged({ lane: 2 }, transactions, network.organization(2).validator.sign),
      'BATCH_TRANSACTION'
    ],
    ['another root', forged({ txRoot: ZERO_HASH }), 'BATCH_ROOT'],
    ['another count', forged({ txCount: 2 }), 'BATCH_MALFORMED'],
    ['another size', forged({ bytes: 1 }), 'BATCH_MALFORMED'],
    ['no transaction', forged({}, []), 'BATCH_MALFORMED'],
    ['trailing bytes', Uint8Array.of(...batch.encoded, 0), 'BATCH_MALFORMED'],
    ['more bytes than allowed', new Uint8Array(1_310_721), 'BATCH_TOO_LARGE']
  ])('with %s is refused', (_, bytes, code) => {
    expect(decode(bytes)).toMatchObject({ ok: false, code });
  });

  it.each([
    ['a signature that does not verify', { signature: new Uint8Array(64) }, 'TX_SIGNATURE'],
    ['a header that is not one', { protectedBytes: Uint8Array.of(123) }, 'TX_HEADER']
  ])('with %s in one transaction is refused, and names it', (_, changes, code) => {
    const bad = { ...(transactions[1] as Transaction), ...changes };
    const encoded = assembleTransaction(bad);
    const bytes = forged({}, [transactions[0] as Transaction, { ...bad, encoded }]);
    expect(decode(bytes)).toMatchObject({
      ok: false,
      code: 'BATCH_TRANSACTION',
      detail: expect.stringContaining(`transaction 1: ${code}`)
    });
  });

  it('does not stay in memory for the sake of its header and signature, which are kept much longer', () => {
    const bytes = batch.encoded.slice();
    const decoded = decode(bytes);
    if (!decoded.ok) throw new Error(decoded.code);
    const { header, signature, batchHash } = decoded.value;
    const kept = [header.chainId, header.prevBatchHash, header.txRoot, signature, batchHash];
    expect(kept.filter(({ buffer }) => buffer === bytes.buffer)).toEqual([]);
  });

  it('with a transaction of too many lanes or another chain is refused', () => {
    const anna = finca.memberKey('anna');
    const all = network.organizations.map(({ id }) => id);
    const many = signTransaction(network, anna, { op: 'epcis.capture', payload: 1, jti: 'x', lanes: all });
    const far = signTransaction(network, anna, { op: 'epcis.capture', payload: 1, jti: 'x', chainId: ZERO_HASH });
    expect(decode(forged({}, [many]))).toMatchObject({ detail: expect.stringContaining('TX_LANE') });
    expect(decode(forged({}, [far]))).toMatchObject({ detail: expect.stringContaining('TX_WRONG_CHAIN') });
  });

  it('costs one verification for each transaction ever, and the cache is keyed by the exact bytes', () => {
    const verified = new Set<string>();
    let signatures = 0;
    const counting = (signature: Uint8Array, message: Uint8Array, key: Uint8Array) => {
      signatures++;
      return verifyC1Noble(signature, message, key);
    };
    const cache = {
      config: network.config,
      alreadyVerified: (hash: Hash) => verified.has(toHex(hash)),
      onVerified: (hash: Hash) => void verified.add(toHex(hash))
    };
    expect(decodeBatch(batch.encoded, cache, counting).ok).toBe(true);
    expect(signatures).toBe(4);
    expect(decodeBatch(batch.encoded, cache, counting).ok).toBe(true);
    expect(signatures).toBe(5);
    const first = transactions[0] as Transaction;
    const resigned = { ...first, encoded: assembleTransaction({ ...first, signature: new Uint8Array(64) }) };
    expect(verified.has(toHex(leafHash(first.encoded)))).toBe(true);
    expect(decodeBatch(forged({}, [resigned]), cache, counting).ok).toBe(false);
  });
});

function assembleTransaction(tx: Pick<Transaction, 'protectedBytes' | 'payload' | 'signature'>): Uint8Array {
  return encodeCbor([tx.protectedBytes, tx.payload, tx.signature]);
}
