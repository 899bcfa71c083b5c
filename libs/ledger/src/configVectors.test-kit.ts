import { toBase64Url, toHex } from '@lading/kernel';
import { APPLIED, TestChain } from '../../../test/fixtures/testChain.js';
import {
  changeTransaction,
  newOrganization,
  signedChange,
  TestKeys,
  type NextContent
} from '../../../test/fixtures/testConfigChange.js';
import { signTransaction, testKey, type TestNetwork } from '../../../test/fixtures/testNetwork.js';
import {
  changedConfig,
  configApprovalBytes,
  configHash,
  configReadyBytes,
  encodeConfig,
  encodeConfigChange,
  encodeReceipt,
  evaluateConfigChange,
  successorConfig,
  verifyC1Noble,
  type ConfigChange,
  type EpochConfig
} from './index.js';

/** Vectors of config transactions and of receipts across epochs, on the network of genesis.json. */

const hex = (bytes: Uint8Array): string => toHex(bytes);

/** A fifth organization joins, and the administrator's key and a parameter of another change in the same step. */
function plan(network: TestNetwork) {
  const joiner = newOrganization('zucker-ag', 'vectors joiner');
  const admin = testKey('vectors/second admin');
  const keys = new TestKeys(network, joiner.validator, joiner.admin, admin);
  const { config } = network;
  const present = config.organizations.map((org) => (org.id === 'nordic-roast' ? { ...org, adminKey: admin.publicKey } : org));
  const parameters = { ...config.parameters, turnBlocks: 128 };
  const content: NextContent = { organizations: [...present, joiner.config], parameters };
  return { config, keys, joiner, content, change: signedChange(config, content, keys) };
}

export function configChangeVector(network: TestNetwork): object {
  const { config, change, content, keys } = plan(network);
  const next = changedConfig(change, config);
  const tx = changeTransaction(network, change, { jti: 'vector change' });
  const [ready] = change.ready;
  const refused: readonly (readonly [string, ConfigChange, EpochConfig])[] = [
    ['under the successor of the config it names', change, successorConfig(config)],
    ['one approval too few', { ...change, approvals: change.approvals.slice(1) }, config],
    ['another turn than was approved', { ...change, parameters: config.parameters }, config],
    ['without a ready statement', { ...change, ready: [] }, config],
    ['three organizations left of four', signedChange(config, { ...content, organizations: config.organizations.slice(1) }, keys), config]
  ];
  return {
    note: [
      'spec/ledger.md §7. The config in force is that of genesis.json. Byte strings are lower-case hex; payload is text.',
      'signature fields of approvals and of ready are over the 32 bytes of approval and of readyDigest.'
    ].join(' '),
    prevConfigHash: hex(configHash(config)),
    successorConfigHash: hex(configHash(successorConfig(config))),
    nextConfig: hex(encodeConfig(next)),
    nextConfigHash: hex(configHash(next)),
    approval: hex(configApprovalBytes(config.chainId, configHash(config), configHash(next))),
    readyHeight: ready?.height ?? 0,
    readyDigest: hex(configReadyBytes(config.chainId, configHash(config), ready?.height ?? 0)),
    payload: Buffer.from(tx.payload).toString(),
    transaction: hex(tx.encoded),
    txId: hex(tx.txId),
    refused: refused.map(([why, payload, under]) => {
      const verdict = evaluateConfigChange(encodeConfigChange(payload), under, verifyC1Noble);
      return {
        why,
        epoch: under.epoch,
        payload: Buffer.from(encodeConfigChange(payload)).toString(),
        code: verdict.ok ? '' : verdict.code,
        pointer: verdict.ok ? '' : (verdict.pointer ?? '')
      };
    })
  };
}

/** Block 1 in epoch 0, block 2 its last with the change, block 3 in epoch 1, block 4 its last by count, block 5. */
export function receiptEpochsVector(network: TestNetwork): object {
  const { change, config, joiner } = plan(network);
  const next = changedConfig(change, config);
  const chain = new TestChain(network, [joiner.validator]);
  const tx = (lane: number, n: number) => {
    const key = network.organization(lane).memberKey('anna');
    return signTransaction(network, key, { op: 'epcis.capture', payload: { n }, jti: `epochs ${n}` });
  };
  chain.append([{ lane: 0, transactions: [[tx(0, 0), APPLIED]] }]);
  const changing = changeTransaction(network, change, { jti: 'vector change', signer: network.organization(1).admin });
  chain.append([{ lane: 1, transactions: [[changing, APPLIED]] }], next);
  chain.append([{ lane: 0, transactions: [[tx(0, 1), APPLIED]] }]);
  chain.append([], successorConfig(next));
  chain.append([{ lane: 2, transactions: [[tx(2, 2), APPLIED]] }]);
  const last = chain.receipt(3, 0, 0, 5);
  const [first, second] = last.epochs;
  if (first === undefined || second === undefined) throw new Error('two links');
  const removed = { ...first, config: encodeConfig(config) };
  return {
    note: [
      'spec/proofs.md §2, §3. Receipts under the genesis file of genesis.json: verified ones across two changes of epoch,',
      'and false ones, for which the check "epochs" fails.'
    ].join(' '),
    chainId: toBase64Url(network.chainId),
    cases: [chain.receipt(1, 0, 0, 1), chain.receipt(1, 0, 0, 5), chain.receipt(2, 0, 0, 2), chain.receipt(3, 0, 0, 4), last].map(
      encodeReceipt
    ),
    refused: [
      { why: 'skips the first epoch', receipt: encodeReceipt({ ...last, epochs: [second] }) },
      { why: 'ends before the epoch of the checkpoint', receipt: encodeReceipt({ ...last, epochs: [first] }) },
      { why: 'shows another config than the header names', receipt: encodeReceipt({ ...last, epochs: [removed, second] }) }
    ]
  };
}
