import type { EpochConfig, OrganizationConfig } from '@lading/ledger';
import type { Cluster } from '../cluster.js';
import { membersOf, simulatedOrganization } from '../world.js';
import type { Planning, Weather } from './faultPlan.js';
import { planStorm } from './storm.js';
import { planGoodNetwork } from './byzantine.js';

/** Numbers of later keys of one organization. */
const KEYS = 64;

const CHANGES = ['add', 'remove', 'replace', 'parameters', 'same'] as const;

/** A network whose members change under load, on good links or bad ones. */
export function planEpochs(planning: Planning): Weather {
  const { dice } = planning;
  const weather = dice.chance(0.5, 'stormy') ? planStorm(planning, 'EpochEntered') : planGoodNetwork(planning);
  return {
    ...weather,
    workload: (cluster) => {
      weather.workload(cluster);
      const changes = dice.between(1, 3, 'changes');
      for (let i = 0; i < changes; i++) {
        const at = ((i + dice.roll('change', i)) / changes) * weather.endMs * 0.8;
        cluster.agenda.at(at, () => change(cluster, planning, i));
      }
    }
  };
}

function change(cluster: Cluster, { dice, nemesis }: Planning, i: number): void {
  const kind = dice.pick(CHANGES, 'kind', i);
  if (!nemesis.allows(`config ${i}`)) return;
  const author = cluster.honest.find((node) => node.alive && node.self !== null && node.guard.maySign);
  if (author === undefined) return;
  const next = changed(cluster, author.config, kind, dice.between(0, 63, 'whom', i));
  if (next !== null && cluster.author(author.index, 1, next)) cluster.trace(author, `asks for a new config: ${kind}`);
}

/** The next epoch's config after one change; null when the change is not possible now. */
export function changed(
  cluster: Cluster,
  config: EpochConfig,
  kind: (typeof CHANGES)[number],
  whom: number
): EpochConfig | null {
  const ids = membersOf(config);
  const next = (organizations: readonly OrganizationConfig[]): EpochConfig => ({
    ...config,
    epoch: config.epoch + 1,
    organizations: [...organizations].sort((a, b) => (a.id < b.id ? -1 : 1))
  });
  const target = ids[whom % ids.length] ?? 0;
  switch (kind) {
    case 'add': {
      const spare = cluster.nodes.find((node) => node.instance === 0 && !ids.includes(node.index));
      return spare === undefined ? null : next([...config.organizations, simulatedOrganization(spare.index, spare.key)]);
    }
    case 'remove':
      return ids.length <= 4 ? null : next(config.organizations.filter((_, index) => ids[index] !== target));
    case 'replace': {
      const node = cluster.node(target);
      // One at a time: a node without its key in force cannot vote.
      if (!cluster.isHonest(node) || cluster.nodes.some((other) => other.key !== other.index && other.self === null)) return null;
      renewKey(cluster, target);
      const renewed = simulatedOrganization(target, node.key);
      return next(config.organizations.map((organization, index) => (ids[index] === target ? renewed : organization)));
    }
    case 'parameters': {
      const parameters = { ...config.parameters, epochBlocks: config.parameters.epochBlocks + 3 };
      return { ...next(config.organizations), parameters };
    }
    case 'same':
      return next(config.organizations);
  }
}

/** The node is started again with a new validator key; it watches until a config names that key. */
export function renewKey(cluster: Cluster, index: number): void {
  const node = cluster.node(index);
  const wasAlive = node.alive;
  node.crash();
  node.key += KEYS;
  node.guard.renew();
  if (wasAlive) node.start();
}
