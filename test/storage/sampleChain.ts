import { createHash } from 'node:crypto';
import { asHash, toBase64Url, ZERO_HASH } from '@lading/kernel';
import type { Hash, Height, KeyId, OrganizationId } from '@lading/kernel';
import {
  bucketOf,
  buildBatch,
  buildBlock,
  buildTransaction,
  emptyRoot,
  keyHash,
  outcomeRoot,
  refsRoot,
  valueHash,
  type Batch,
  type CheckpointCertificate,
  type CommitProof,
  type OutcomeRecord,
  type Transaction
} from '@lading/ledger';
import type { ExecutedBlock, StateChange } from '@lading/engine';

/** Blocks in the real encodings, with signatures that nobody checks. */
export const DEPTH = 12;

export const hashOf = (text: string): Hash => asHash(new Uint8Array(createHash('sha256').update(text).digest()));

export const signature = (text: string): Uint8Array =>
  new Uint8Array(createHash('sha512').update(text).digest());

export const CHAIN = hashOf('chain');

export function change(key: string, value: string | null): StateChange {
  const hashed = keyHash(key);
  const bytes = value === null ? null : new Uint8Array(Buffer.from(value));
  const place = { key, keyHash: hashed, bucket: bucketOf(hashed, DEPTH) };
  return { ...place, value: bytes, valueHash: bytes === null ? null : valueHash(bytes) };
}

export function transaction(name: string, payloadBytes = 40): Transaction {
  const kid = `acme/clerk#${toBase64Url(hashOf('key'))}` as KeyId;
  return buildTransaction(
    {
      alg: 'Ed25519',
      typ: 'lading+jws',
      kid,
      chain: toBase64Url(CHAIN),
      op: 'epcis.capture',
      jti: name,
      iat: 1_700_000_000,
      exp: 1_700_000_600,
      lanes: ['acme' as OrganizationId]
    },
    new Uint8Array(payloadBytes).fill(120),
    () => signature(name)
  );
}

interface Plan {
  /** Names of the transactions of each batch. */
  readonly batches?: readonly (readonly string[])[];
  readonly changes?: readonly StateChange[];
  /** Of each transaction. */
  readonly payloadBytes?: number | ((name: string) => number);
}

/** The block after `parent` (genesis after null). */
export function nextBlock(parent: ExecutedBlock | null, plan: Plan = {}): ExecutedBlock {
  const height = (parent === null ? 0 : parent.block.header.height + 1) as Height;
  const batches = (plan.batches ?? []).map((names, lane) => batchOf(height, lane, names, plan.payloadBytes ?? 40));
  const refs = batches.map(({ header, batchHash }) => ({ lane: header.lane, seq: header.seq, batchHash }));
  const transactions = batches.flatMap((batch) => batch.transactions);
  const outcomes = transactions.map((tx, index) => outcomeOf(height, index, tx.txId));
  const block = buildBlock(
    {
      chainId: CHAIN,
      epoch: 0,
      height,
      parentHash: parent?.block.blockHash ?? ZERO_HASH,
      historyRoot: emptyRoot(),
      originView: 0,
      proposer: 0,
      timestampMs: 1_700_000_000_000 + height,
      refsRoot: refsRoot(refs),
      refCount: refs.length,
      txCount: transactions.length,
      laneCursorsRoot: emptyRoot(),
      executedHeight: 0 as Height,
      executedStateRoot: ZERO_HASH,
      turnEnd: false,
      epochEnd: false,
      nextConfigHash: ZERO_HASH
    },
    refs
  );
  return {
    block,
    proof: proofOf(height, block.blockHash),
    batches,
    outcomes,
    outcomeRoot: outcomeRoot(outcomes),
    changes: plan.changes ?? [],
    stateRoot: hashOf(`state ${height}`)
  };
}

export function checkpointAt(height: number): CheckpointCertificate {
  return {
    epoch: 0,
    height: height as Height,
    blockHash: hashOf(`block ${height}`),
    stateRoot: hashOf(`state ${height}`),
    signers: [0, 1, 2],
    signatures: [signature('a'), signature('b'), signature('c')]
  };
}

function batchOf(height: Height, lane: number, names: readonly string[], payloadBytes: number | ((name: string) => number)): Batch {
  const place = { chainId: CHAIN, epoch: 0, lane, seq: height, prevBatchHash: hashOf(`${lane} before ${height}`) };
  const sizeOf = typeof payloadBytes === 'number' ? () => payloadBytes : payloadBytes;
  const transactions = names.map((name) => transaction(name, sizeOf(name)));
  return buildBatch({ ...place, transactions }, () => signature(`lane ${lane}`));
}

function outcomeOf(height: Height, index: number, txId: Hash): OutcomeRecord {
  if (index % 3 === 0) return { height, index, txId, status: 'APPLIED', code: '', detail: [] };
  const status = index % 3 === 1 ? 'REJECTED' : 'RECORDED';
  return { height, index, txId, status, code: 'CUSTODY', detail: [[index, 'é'], 'text', 0] };
}

function proofOf(height: Height, hash: Hash): CommitProof {
  const signers = height === 0 ? [] : [0, 2, 3];
  const signatures = signers.map((signer) => signature(`${height} ${signer}`));
  return { certificate: { kind: 'C', epoch: 0, view: 0, height, hash, signers, signatures }, descendants: [] };
}
