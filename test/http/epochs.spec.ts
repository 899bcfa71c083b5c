import type { NetworkView } from '@lading/api';
import { auditLedger, type Finding } from '@lading/engine';
import { sha256Node, sodiumVerify } from '@lading/identity';
import { fromBase64Url, toBase64Url } from '@lading/kernel';
import {
  changedConfig,
  configApprovalBytes,
  configHash,
  decodeConfig,
  encodeConfigChange,
  type ConfigChange,
  type EpochConfig,
  type NetworkParameters
} from '@lading/ledger';
import { membershipContract } from '@lading/membership';
import { createProvenanceContract } from '@lading/provenance';
import { LedgerAuditSource } from '@lading/storage';
import { verifyReceipt } from '@lading/verifier';
import { tamper } from '../fixtures/postgres.js';
import { SingleNode, type Answer } from './singleNode.js';

const EPOCH_BLOCKS = 6;

/** A node of its own network, on a real PostgreSQL, through epochs that end by count and by transaction. */
describe('a network through its epochs', () => {
  let node: SingleNode;
  const receipts: string[] = [];

  beforeAll(async () => {
    node = await SingleNode.start({ profile: 'open', parameters: { epochBlocks: EPOCH_BLOCKS, stateDepth: 8 } });
  }, 120_000);
  afterAll(() => node.stop(), 60_000);

  const network = async (): Promise<NetworkView> => (await node.call('/v1/network')).json as unknown as NetworkView;
  const epochNow = async (): Promise<number> => (await network()).epoch;

  async function config(): Promise<EpochConfig> {
    const decoded = decodeConfig(fromBase64Url((await network()).config) ?? new Uint8Array());
    if (!decoded.ok) throw new Error(decoded.detail);
    return decoded.value;
  }

  let n = 0;
  /** One transaction, in a block of its own; its id. */
  async function act(): Promise<string> {
    const answer = await node.operate('member.add', { member: `member-${n++}`, name: 'Somebody', roles: ['query'] });
    return (answer.json as unknown as { txId: string }).txId;
  }

  async function receiptOf(txId: string): Promise<string> {
    for (;;) {
      const answer = await node.get(`/v1/proofs/receipt/${txId}`);
      if (answer.status === 200) return answer.text;
      if ((answer.json as unknown as { code?: string }).code !== 'NOT_CERTIFIED_YET') throw new Error(answer.text);
    }
  }

  async function change(parameters: Partial<NetworkParameters>): Promise<ConfigChange> {
    const present = await config();
    const prevConfigHash = configHash(present);
    const content = { organizations: present.organizations, parameters: { ...present.parameters, ...parameters } };
    const bare: ConfigChange = { prevConfigHash, ...content, approvals: [], ready: [] };
    const message = configApprovalBytes(present.chainId, prevConfigHash, configHash(changedConfig(bare, present)));
    const [organization] = present.organizations;
    if (organization === undefined) throw new Error('one organization');
    return { ...bare, approvals: [{ organization: organization.id, signature: node.admin.signer.sign(message) }] };
  }

  const submit = (changed: ConfigChange): Promise<Answer> =>
    node.postTransaction(node.admin.sign('config.change', encodeConfigChange(changed)));

  async function findings(): Promise<Finding[]> {
    const source = await LedgerAuditSource.open(node.database.nodeUrl);
    const found: Finding[] = [];
    const crypto = { sha256: sha256Node, verify: sodiumVerify };
    const contracts = [membershipContract, createProvenanceContract()];
    for await (const finding of auditLedger(source, node.genesis.bytes, contracts, crypto)) found.push(finding);
    await source.close();
    return found;
  }

  it('begins in epoch 0, with the config of genesis', async () => {
    const view = await network();
    expect(view).toMatchObject({ epoch: 0, startHeight: 0, configHash: toBase64Url(configHash(node.genesis.config)), quorum: 1 });
    receipts.push(await receiptOf(await act()));
  });

  it('enters the next one after the set number of blocks, with the same content', async () => {
    while ((await epochNow()) === 0) receipts.push(await receiptOf(await act()));
    const view = await network();
    expect(view).toMatchObject({ epoch: 1, startHeight: EPOCH_BLOCKS });
    expect(await config()).toEqual({ ...node.genesis.config, epoch: 1 });
  });

  it('enters one by a config transaction, whose block is the last of its epoch', async () => {
    const answer = await submit(await change({ turnBlocks: 32 }));
    expect([answer.status, answer.json]).toMatchObject([201, { status: 'APPLIED' }]);
    const { height, txId } = answer.json as unknown as { height: number; txId: string };
    receipts.push(await receiptOf(txId), await receiptOf(await act()));
    expect(await network()).toMatchObject({ epoch: 2, startHeight: height, parameters: { turnBlocks: 32 } });
    const block = (await node.get(`/v1/blocks/${height}`)).json as unknown as { epoch: number; signers: string[] };
    expect(block).toMatchObject({ epoch: 1, signers: ['finca-alta'] });
  });

  it('refuses a change of an earlier config, one without approval, and one against the rules, and goes on', async () => {
    const stale = await change({ turnBlocks: 64 });
    const first = await submit(stale);
    expect(first.json).toMatchObject({ status: 'APPLIED' });
    const epoch = await epochNow();
    const code = async (changed: ConfigChange): Promise<string> => {
      const { json } = await submit(changed);
      return (json as unknown as { code: string }).code;
    };
    expect(await code(stale)).toBe('STALE_CONFIG');
    expect(await code({ ...(await change({ turnBlocks: 65 })), approvals: [] })).toBe('CONFIG_APPROVALS');
    expect(await code(await change({ stateDepth: 9 }))).toBe('CONFIG_RULES');
    expect(await epochNow()).toBe(epoch);
    receipts.push(await receiptOf(await act()));
  });

  it('gives receipts that anyone verifies from genesis alone, through every epoch', () => {
    const reports = receipts.map((text) => verifyReceipt(text, node.genesis.bytes));
    expect(reports.map(({ proven }) => proven)).toEqual(receipts.map(() => true));
    expect(Math.max(...reports.map(({ facts }) => facts?.epoch ?? 0))).toBeGreaterThanOrEqual(3);
  });

  it('starts again in the epoch in which it stopped', async () => {
    const before = await network();
    await node.restart();
    expect(await network()).toEqual(before);
    expect(verifyReceipt(await receiptOf(await act()), node.genesis.bytes).proven).toBe(true);
  }, 60_000);

  it('is found clean by an audit, and every tampered row of an epoch is found', async () => {
    expect(await findings()).toEqual([]);
    const { epochs } = await network();
    const last = epochs.at(-1)?.epoch ?? 0;
    await tamper(node.database.adminUrl, [
      'UPDATE ledger.epoch SET start_height = start_height + 1 WHERE epoch = 1',
      "UPDATE ledger.epoch SET previous_views = '\\x80' WHERE epoch = 2",
      'UPDATE ledger.epoch SET config = (SELECT config FROM ledger.epoch WHERE epoch = 0) WHERE epoch = 3',
      'INSERT INTO ledger.epoch SELECT -1, start_height, config, previous_views FROM ledger.epoch WHERE epoch = 0',
      `INSERT INTO ledger.epoch SELECT ${last + 1}, start_height, config, previous_views FROM ledger.epoch WHERE epoch = ${last}`
    ]);
    const found = await findings();
    expect(found.map(({ table, key }) => `${table} ${key}`)).toEqual([
      'epoch -1', 'epoch 1', 'epoch 2', 'epoch 3', `epoch ${last + 1}`
    ]);
  }, 60_000);
});

