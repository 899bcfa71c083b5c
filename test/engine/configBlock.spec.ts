import { encodeConfigChange } from '@lading/ledger';
import type { ConfigChange, Transaction } from '@lading/ledger';
import { signedChange, TestKeys } from '../fixtures/testConfigChange.js';
import { signTransaction, testMemberKey, type TestMemberKey } from '../fixtures/testNetwork.js';
import { Cluster } from './fakes/cluster.js';

interface Told {
  readonly code: string;
  readonly height: number;
  readonly index: number;
}

/** Transactions of one block of a one-node network: submitted in one tick, so they share a batch. */
class OneNode {
  #jti = 0;

  private constructor(
    readonly cluster: Cluster,
    readonly secondAdmin: TestMemberKey
  ) {}

  static async start(): Promise<OneNode> {
    const cluster = await Cluster.started({ organizations: 1 });
    const { id } = cluster.network.organization(0);
    return new OneNode(cluster, testMemberKey(id, 'admin', 'second admin'));
  }

  get admin(): TestMemberKey {
    return this.cluster.network.organization(0).admin;
  }

  /** The administrator's key is replaced, and a parameter set. */
  change(turnBlocks: number): ConfigChange {
    const { network } = this.cluster;
    const { config } = network;
    const organizations = config.organizations.map((one) => ({ ...one, adminKey: this.secondAdmin.publicKey }));
    const next = { organizations, parameters: { ...config.parameters, turnBlocks } };
    return signedChange(config, next, new TestKeys(network));
  }

  sign(op: string, payload: unknown, key: TestMemberKey = this.admin): Transaction {
    const { network, world } = this.cluster;
    const iat = Math.floor(world.nowMs / 1000);
    return signTransaction(network, key, { op, payload, jti: `block-${this.#jti++}`, iat });
  }

  changing(turnBlocks: number): Transaction {
    return this.sign('config.change', encodeConfigChange(this.change(turnBlocks)));
  }

  async block(...transactions: readonly Transaction[]): Promise<Told[]> {
    const { world } = this.cluster;
    const waits = transactions.map((tx) => this.cluster.at(0).node.submit(tx, 10_000));
    const answers = await world.wait(Promise.all(waits));
    return answers.map((answer) => {
      if ('ok' in answer) throw new Error(answer.code);
      return { code: answer.outcome.code, height: answer.height, index: answer.index };
    });
  }

  member(member: string, key: TestMemberKey = this.admin): Transaction {
    return this.sign('member.add', { member, name: member, roles: ['query'] }, key);
  }
}

const epochsOf = ({ cluster }: OneNode) => cluster.configs.map(({ epoch, parameters }) => [epoch, parameters.turnBlocks]);

describe('a block with a config transaction', () => {
  it('takes the first effective one; the second is stale, whatever it says', async () => {
    const node = await OneNode.start();
    const told = await node.block(node.changing(11), node.changing(12));
    expect(told.map(({ code }) => code)).toEqual(['', 'STALE_CONFIG']);
    expect(new Set(told.map(({ height }) => height)).size).toBe(1);
    expect(epochsOf(node)).toEqual([
      [0, 256],
      [1, 11]
    ]);
  });

  it('passes over one without effect to the next', async () => {
    const node = await OneNode.start();
    const bare = node.sign('config.change', encodeConfigChange({ ...node.change(9), approvals: [] }));
    const told = await node.block(bare, node.changing(12), node.sign('config.change', { not: 'a change' }));
    expect(told.map(({ code }) => code)).toEqual(['CONFIG_APPROVALS', '', 'PAYLOAD_MALFORMED']);
    expect(epochsOf(node).at(-1)).toEqual([1, 12]);
  });

  it('lets what it changes bind from the next transaction on, and writes no dedupe entry', async () => {
    const node = await OneNode.start();
    const change = node.changing(11);
    const told = await node.block(node.member('a'), change, node.member('b'), node.member('c'));
    const at = told[1]?.index ?? 0;
    // Members of one tick come in any order; those behind the change are signed by a key that it has revoked.
    expect(told.map(({ code }) => code)).toEqual(told.map(({ index }) => (index <= at ? '' : 'KEY_NOT_ACTIVE')));
    const rows = [...(node.cluster.disks[0]?.database.stateRows.keys() ?? [])];
    expect(rows.filter((key) => key.startsWith('core/jti/'))).toHaveLength(at);
    const [later] = await node.block(node.member('later', node.secondAdmin));
    expect(later?.code).toBe('');
    expect(later?.height).toBeGreaterThan(told[1]?.height ?? Infinity);
  });

  it('is ordered again when it is sent again, and then is stale', async () => {
    const node = await OneNode.start();
    const change = node.changing(11);
    const [first] = await node.block(change);
    const [second] = await node.block(change);
    expect([first?.code, second?.code]).toEqual(['', 'STALE_CONFIG']);
    expect(second?.height).toBeGreaterThan(first?.height ?? Infinity);
  });
});
