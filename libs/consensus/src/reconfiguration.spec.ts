import { toHex } from '@lading/kernel';
import type { OrganizationId } from '@lading/kernel';
import { faults, successorConfig } from '@lading/ledger';
import type { EpochConfig } from '@lading/ledger';
import { heldMessages, memoryBounds } from './memory.js';
import { keyOfNode, MiniNetwork } from './miniNetwork.test-kit.js';
import type { MiniNode } from './miniNetwork.test-kit.js';

/** Whole small lives by seed: validators come, go and change keys while nodes are cut off, slow, and restarted. */

function dice(seed: number): (limit: number) => number {
  let state = (seed * 2_654_435_761 + 12_345) >>> 0;
  return (limit) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 0x100000000) * limit);
  };
}

/** One validator more, one less, or another key for one; parameters at random. */
function changed(config: EpochConfig, node: MiniNode, roll: (limit: number) => number): EpochConfig {
  const { organizations } = config;
  const next = successorConfig(config);
  const parameters = {
    ...next.parameters, window: 1 + roll(6), turnBlocks: 1 + roll(5), epochBlocks: 2 + roll(6)
  };
  const spare = node.net.nodes.filter((one) => one.up && one.index < 0 && one.key !== null).map((one) => one.key?.[0] ?? 0);
  const [pattern] = organizations;
  if (pattern === undefined) throw new Error('no organization');
  if (spare.length > 0 && organizations.length < 7 && roll(2) === 0) {
    const key = keyOfNode((spare[roll(spare.length)] ?? 1) - 1);
    const id = `org${String.fromCharCode(97 + (key[0] ?? 0))}` as OrganizationId;
    const more = [...organizations, { ...pattern, id, validatorKey: key, adminKey: key }];
    return { ...next, parameters, organizations: more.sort((a, b) => (a.id < b.id ? -1 : 1)) };
  }
  if (organizations.length > 4 && roll(2) === 0) {
    const leaving = roll(organizations.length);
    return { ...next, parameters, organizations: organizations.filter((_, index) => index !== leaving) };
  }
  return { ...next, parameters };
}

function live(seed: number): MiniNetwork {
  const roll = dice(seed);
  const net = new MiniNetwork(4 + roll(2), { epochBlocks: 2 + roll(5), turnBlocks: 1 + roll(4), window: 1 + roll(4) });
  for (let i = 0; i < 3; i++) net.add(keyOfNode(20 + i));
  for (let turn = 0; turn < 14; turn++) {
    const members = net.nodes.filter((node) => node.index >= 0);
    const n = net.node(0).config.organizations.length;
    const act = roll(10);
    const victim = members[roll(members.length)];
    if (victim === undefined) throw new Error('no validator');
    if (act < 2 && net.away.size < faults(n)) net.away.add(victim);
    else if (act < 4) net.away.clear();
    else if (act === 4) victim.slow = !victim.slow;
    else if (act === 5) victim.restart();
    const author = members[roll(members.length)];
    if (author !== undefined && author.index >= 0) author.author(roll(4) === 0 ? changed(author.config, author, roll) : undefined);
    net.run(roll(3) === 0 ? 1_500 : 60);
    for (const node of net.nodes) {
      if (!node.slow) node.execute();
      const held = heldMessages(node.core);
      const bounds = memoryBounds(node.core);
      for (const name of Object.keys(held) as (keyof typeof held)[]) {
        if (held[name] > bounds[name]) throw new Error(`${name}: ${held[name]} above ${bounds[name]}`);
      }
    }
  }
  net.away.clear();
  for (const node of net.nodes) {
    node.slow = false;
    node.execute();
  }
  net.run(30_000);
  return net;
}

describe('Networks whose validators change under faults', () => {
  it('N2, N3, N4, S4, L2: agree on every block, epoch and leader, and go on afterwards', () => {
    let epochs = 0;
    for (let seed = 1; seed <= 10; seed++) {
      const net = live(seed);
      const before = Math.max(...net.heights());
      const last = net.nodes.find((node) => node.height === before && node.index >= 0);
      last?.author();
      net.run(20_000);
      const heights = net.nodes.map((node) => node.height);
      const label = `seed ${seed}`;
      expect([label, new Set(heights).size, Math.max(...heights) > before]).toEqual([label, 1, true]);
      const chains = net.nodes.map((node) => node.database.map(({ block, root }) => toHex(block.blockHash) + toHex(root)).join());
      expect([label, new Set(chains).size]).toEqual([label, 1]);
      expect([label, new Set(net.nodes.map((node) => `${node.core.epoch} ${node.core.leaders.join()}`)).size]).toEqual([label, 1]);
      expect(net.nodes.flatMap((node) => node.alarms)).toEqual([]);
      epochs += net.node(0).core.epoch;
    }
    expect(epochs).toBeGreaterThan(20);
  }, 120_000);
});
