import {
  changedConfig,
  CONFIG_CHANGE,
  configApprovalBytes,
  configHash,
  configReadyBytes,
  encodeConfigChange,
  newValidators
} from '@lading/ledger';
import type { ConfigChange, EpochConfig, OrganizationConfig, Transaction } from '@lading/ledger';
import { signTransaction } from '../../fixtures/testNetwork.js';
import type { TestKey } from '../../fixtures/testNetwork.js';
import type { Cluster } from './cluster.js';

export interface Change {
  readonly organizations: readonly OrganizationConfig[];
  /** Who proposes and orders it. */
  readonly by: number;
  /** Validator keys that are new, by organization. */
  readonly keys?: ReadonlyMap<string, TestKey>;
}

/** A config transaction that every organization of the config approves. */
export function configTransaction(cluster: Cluster, config: EpochConfig, change: Change): Transaction {
  const { chainId } = config;
  const organizations = [...change.organizations].sort((a, b) => (a.id < b.id ? -1 : 1));
  const prevConfigHash = configHash(config);
  const draft: ConfigChange = { prevConfigHash, organizations, parameters: config.parameters, approvals: [], ready: [] };
  const next = changedConfig(draft, config);
  const keyOf = (id: string): TestKey => {
    const known = change.keys?.get(id) ?? cluster.organizations.find((organization) => organization.id === id)?.validator;
    if (known === undefined) throw new Error(`no key of ${id}`);
    return known;
  };
  const payload = encodeConfigChange({
    ...draft,
    approvals: config.organizations.map(({ id }) => {
      const owner = cluster.organizations.find((organization) => organization.id === id);
      if (owner === undefined) throw new Error(`no organization ${id}`);
      return { organization: id, signature: owner.admin.sign(configApprovalBytes(chainId, prevConfigHash, configHash(next))) };
    }),
    ready: newValidators(config, next).map(({ id }) => {
      return { organization: id, height: 0, signature: keyOf(id).sign(configReadyBytes(chainId, prevConfigHash, 0)) };
    })
  });
  const owner = cluster.organizations[change.by];
  if (owner === undefined) throw new Error(`no organization ${change.by}`);
  const iat = Math.floor(cluster.world.nowMs / 1000);
  const jti = `config-${config.epoch}`;
  return signTransaction(cluster.network, owner.admin, { op: CONFIG_CHANGE, payload, jti, lanes: [owner.id], iat });
}
