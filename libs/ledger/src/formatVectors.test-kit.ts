import { toBase64Url, toHex, ZERO_HASH } from '@lading/kernel';
import { APPLIED, TestChain } from '../../../test/fixtures/testChain.js';
import { configChangeVector, receiptEpochsVector } from './configVectors.test-kit.js';
import { signTransaction, testNetwork, type TestNetwork } from '../../../test/fixtures/testNetwork.js';
import type { Outcome } from './outcomeRecord.js';
import {
  batchSigningBytes,
  blockHash,
  hashBuckets,
  bucketOf,
  buildStateProof,
  checkpointDigest,
  configHash,
  encodeBatchHeader,
  encodeBlockHeader,
  encodeCertificate,
  encodeCheckpoint,
  encodeCommitProof,
  encodeConfig,
  encodeLinks,
  encodeReceipt,
  eventLeaf,
  extendHead,
  EMPTY_HEAD,
  hashEventBytes,
  initialCursors,
  keyHash,
  laneCursorsRoot,
  linksHash,
  outcomeLeaf,
  outcomeRoot,
  outcomesLogLeaf,
  quorum,
  refLeaf,
  refsRoot,
  signingInput,
  stateRoot,
  StateTree,
  toCompactJws,
  valueHash,
  VOTE,
  voteBytes,
  type Block,
  type StateEntry
} from './index.js';

/**
 * What the files in spec/vectors hold for the ledger's formats, made from a fixed network and chain. The files were
 * checked against a second implementation when they were made; a difference means that a format has changed.
 */

const REJECTED: Outcome = { status: 'REJECTED', code: 'NOT_HOLDER', detail: [[0, 'NOT_HOLDER'], 'urn:x', 7] };
const RECORDED: Outcome = { status: 'RECORDED', code: 'AFTER_FINAL', detail: [] };

interface Story {
  readonly network: TestNetwork;
  readonly chain: TestChain;
}

/** Four organizations; block 1 has two batches with three transactions, block 2 one batch. */
function story(): Story {
  const network = testNetwork({ seed: 'vectors' });
  const chain = new TestChain(network);
  const tx = (lane: number, n: number) =>
    signTransaction(network, network.organization(lane).memberKey('anna'), {
      op: 'epcis.capture',
      payload: { n },
      jti: `vector ${n}`
    });
  chain.append([
    {
      lane: 0,
      transactions: [
        [tx(0, 0), APPLIED],
        [tx(0, 1), REJECTED]
      ]
    },
    { lane: 2, transactions: [[tx(2, 2), RECORDED]] }
  ]);
  chain.append([{ lane: 0, transactions: [[tx(0, 3), APPLIED]] }]);
  return { network, chain };
}

const { network, chain } = story();
const note = (section: string, more: string): string =>
  `spec/ledger.md ${section}. ${more} Byte strings are lower-case hex.`;
const hexes = (values: readonly Uint8Array[]): string[] => values.map(toHex);

function genesisVector(): object {
  const { genesis, config } = network;
  return {
    note: note('§2', 'File is the exact text of the genesis file.'),
    file: Buffer.from(genesis.bytes).toString(),
    chainId: toHex(genesis.chainId),
    config: toHex(encodeConfig(config)),
    configHash: toHex(configHash(config)),
    organizations: config.organizations.map(({ id }) => id),
    quorums: Array.from({ length: 31 }, (_, n) => quorum(n + 1))
  };
}

function transactionVector(): object {
  const transactions = chain.blocks.flatMap(({ batches }) => batches.flatMap((batch) => batch.transactions));
  return {
    note: note('§3', 'Keys are those of fixed test members.'),
    cases: transactions.map((tx) => ({
      header: Buffer.from(tx.protectedBytes).toString(),
      payload: Buffer.from(tx.payload).toString(),
      signingInput: Buffer.from(signingInput(tx.protectedBytes, tx.payload)).toString(),
      signature: toHex(tx.signature),
      publicKey: toHex(tx.publicKey),
      compact: toCompactJws(tx),
      encoded: toHex(tx.encoded),
      txId: toHex(tx.txId)
    }))
  };
}

function batchVector(): object {
  return {
    note: note('§4', 'Transactions are those of transaction.json, in order.'),
    cases: chain.blocks.flatMap(({ batches }) =>
      batches.map((batch) => ({
        author: batch.header.lane,
        seq: batch.header.seq,
        prevBatchHash: toHex(batch.header.prevBatchHash),
        transactions: hexes(batch.transactions.map((tx) => tx.txId)),
        txRoot: toHex(batch.header.txRoot),
        bytes: batch.header.bytes,
        header: toHex(encodeBatchHeader(batch.header)),
        batchHash: toHex(batch.batchHash),
        signedBytes: toHex(batchSigningBytes(batch.header, batch.batchHash)),
        signature: toHex(batch.signature),
        encoded: toHex(batch.encoded)
      }))
    )
  };
}

function blockCase({ header, refs, blockHash: hash, encoded }: Block): object {
  const plain = Object.entries(header).map(([name, value]) => [
    name,
    value instanceof Uint8Array ? toHex(value) : value
  ]);
  return {
    fields: Object.fromEntries(plain) as object,
    refLeaves: hexes(refs.map(refLeaf)),
    refsRoot: toHex(refsRoot(refs)),
    header: toHex(encodeBlockHeader(header)),
    blockHash: toHex(hash),
    encoded: toHex(encoded)
  };
}

function blockVector(): object {
  return {
    note: note('§4', 'Block 0 is the genesis block of genesis.json.'),
    initialLaneCursorsRoot: toHex(laneCursorsRoot(initialCursors(4))),
    cases: chain.blocks.map(({ block }) => blockCase(block))
  };
}

function certificateVector(): object {
  const { chainId } = network;
  const { block } = chain.at(1);
  const types = Object.entries(VOTE).map(([name, type]) => ({
    name,
    bytes: toHex(
      voteBytes({ type, chainId, epoch: 1, view: 2, height: 2 ** 40 + 3, digest: block.blockHash, signer: 30 })
    )
  }));
  return {
    note: note('§6', 'Certificates are over block 1 of block.json, by validators 0, 1 and 2.'),
    votes: types,
    prepared: toHex(encodeCertificate(chain.certificate(1, 'P'))),
    committed: toHex(encodeCertificate(chain.certificate(1))),
    commitProof: toHex(encodeCommitProof(chain.commitProof(1))),
    commitProofByDescendant: toHex(encodeCommitProof(chain.commitProof(1, 2))),
    stateRoot: toHex(chain.stateRoot(1)),
    checkpointDigest: toHex(checkpointDigest(blockHash(block.header), chain.stateRoot(1))),
    checkpoint: toHex(encodeCheckpoint(chain.checkpoint(1)))
  };
}

function outcomeVector(): object {
  return {
    note: note('§5', 'Outcomes log leaves are those of heights 0, 1 and 2.'),
    blocks: chain.blocks.map(({ block, outcomes }) => ({
      leaves: hexes(outcomes.map(outcomeLeaf)),
      outcomeRoot: toHex(outcomeRoot(outcomes)),
      logLeaf: toHex(outcomesLogLeaf(block.header.height, block.blockHash, block.header.txCount, outcomeRoot(outcomes)))
    }))
  };
}

function stateVector(): object {
  const depth = 4;
  const entries = Array.from({ length: 24 }, (_, n) => ({
    key: `core/k/${n}`,
    value: Uint8Array.of(0x81, n < 24 ? n : 0)
  }));
  const hashed = entries.map(({ key, value }) => ({ keyHash: keyHash(key), valueHash: valueHash(value) }));
  const buckets = new Map<number, StateEntry[]>();
  for (const entry of [...hashed].sort((a, b) => (toHex(a.keyHash) < toHex(b.keyHash) ? -1 : 1))) {
    const bucket = bucketOf(entry.keyHash, depth);
    buckets.set(bucket, [...(buckets.get(bucket) ?? []), entry]);
  }
  const tree = new StateTree(depth);
  const empty = tree.root();
  tree.update(hashBuckets(buckets));
  const proofOf = (key: string): object => {
    const hash = keyHash(key);
    const bucket = bucketOf(hash, depth);
    const proof = buildStateProof(hash, buckets.get(bucket) ?? [], tree.path(bucket));
    return {
      key,
      bucket,
      count: proof.count,
      innerRoot: toHex(proof.innerRoot),
      treePath: hexes(proof.treePath),
      entries: proof.entries.map((entry) => ({
        index: entry.index,
        keyHash: toHex(entry.keyHash),
        valueHash: toHex(entry.valueHash),
        path: hexes(entry.path)
      }))
    };
  };
  return {
    note: note('§5', 'A tree of depth 4.'),
    depth,
    entries: entries.map(({ key, value }, n) => ({
      key,
      value: toHex(value),
      keyHash: toHex(hashed[n]?.keyHash ?? ZERO_HASH),
      valueHash: toHex(hashed[n]?.valueHash ?? ZERO_HASH)
    })),
    buckets: Array.from({ length: 16 }, (_, bucket) => toHex(tree.bucketHash(bucket))),
    emptyTreeRoot: toHex(empty),
    treeRoot: toHex(tree.root()),
    stateRoot: toHex(stateRoot(tree.root(), keyHash('log'), configHash(network.config))),
    presence: proofOf('core/k/7'),
    absence: proofOf('core/k/none')
  };
}

function itemChainVector(): object {
  const events = ['{"a":1}', '{ "b" : 2 }'].map((text, n) => {
    const links = encodeLinks({
      type: 'ObjectEvent',
      action: n === 0 ? 'ADD' : 'OBSERVE',
      bizStep: n === 0 ? 'commissioning' : '',
      links: [
        { role: 'epc', itemKey: 'https://id.gs1.org/01/09520123456788/21/2' },
        { role: 'bizLocation', itemKey: 'https://id.gs1.org/414/9520123456788' },
        { role: 'epc', itemKey: 'https://id.gs1.org/01/09520123456788/21/1' }
      ]
    });
    const parts = {
      height: n + 1,
      timestampMs: network.genesis.timeMs + n,
      txId: keyHash(`tx ${n}`),
      eventIndex: n,
      eventBytesHash: hashEventBytes(Buffer.from(text)),
      linksHash: linksHash(links)
    };
    return { text, links, parts, leaf: eventLeaf(parts) };
  });
  let head = EMPTY_HEAD;
  return {
    note: note('§5', 'Head is that after the event.'),
    events: events.map(({ text, links, parts, leaf }) => {
      head = extendHead(head, leaf);
      return {
        event: text,
        links: toHex(links),
        height: parts.height,
        timestampMs: parts.timestampMs,
        txId: toHex(parts.txId),
        eventIndex: parts.eventIndex,
        eventBytesHash: toHex(parts.eventBytesHash),
        linksHash: toHex(parts.linksHash),
        leaf: toHex(leaf),
        head: toHex(head)
      };
    })
  };
}

function receiptVector(): object {
  return {
    note: [
      'spec/proofs.md §2. Receipts of the chain of block.json under the genesis file of genesis.json; each is VERIFIED.',
      'Members of a file are in this order, without white space.'
    ].join(' '),
    chainId: toBase64Url(network.chainId),
    cases: [
      chain.receipt(1, 0, 0, 2),
      chain.receipt(1, 0, 1, 1, 2),
      chain.receipt(1, 1, 0, 2),
      chain.receipt(2, 0, 0, 2)
    ].map(encodeReceipt)
  };
}

export const VECTORS: Readonly<Record<string, () => object>> = {
  genesis: genesisVector,
  transaction: transactionVector,
  batch: batchVector,
  block: blockVector,
  certificate: certificateVector,
  outcome: outcomeVector,
  state: stateVector,
  'item-chain': itemChainVector,
  receipt: receiptVector,
  'config-change': () => configChangeVector(network),
  'receipt-epochs': () => receiptEpochsVector(network)
};
