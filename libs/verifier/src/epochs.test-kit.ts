import type { EpochConfig } from '@lading/ledger';
import { successorConfig } from '@lading/ledger';
import { APPLIED, TestChain } from '../../../test/fixtures/testChain.js';
import { signTransaction, testKey, testNetwork, type TestKey, type TestNetwork } from '../../../test/fixtures/testNetwork.js';

/** The two epochs after the first one of a network: all validator keys of both are new. `keys`: what signs with them. */
export function laterEpochs(network: TestNetwork, signers: 'right' | 'removed' = 'right') {
  const fresh = network.organizations.map(({ id }) => testKey(`epochs/${id}/second validator`));
  const keys = fresh.map((key, index): TestKey => {
    const { sign } = signers === 'right' ? key : network.organization(index).validator;
    return { ...key, sign };
  });
  const { config } = network;
  const second: EpochConfig = {
    ...successorConfig(config),
    organizations: config.organizations.map((organization, index) => {
      return { ...organization, validatorKey: fresh[index]?.publicKey ?? organization.validatorKey };
    })
  };
  return { keys, second, third: successorConfig(second) };
}

/**
 * Three epochs of some organizations: blocks 1 and 2 in epoch 0, 3 and 4 in epoch 1, all of whose validator keys are new,
 * and 5 in epoch 2, its successor. `signers`: who really signs with the keys of epoch 1; the right ones unless given. `ends`:
 * epochs that never end have no successor: what the first validators could go on to sign.
 */
export function epochsCase(
  signers: 'right' | 'removed' = 'right',
  seed = 'epochs',
  organizations = 4,
  ends: 'in turn' | 'never' = 'in turn'
) {
  const network = testNetwork({ seed, organizations });
  const { keys, second, third } = laterEpochs(network, signers);
  const chain = new TestChain(network, keys);
  let n = 0;
  const plan = (wanted: number) => {
    const lane = wanted % organizations;
    const key = network.organization(lane).memberKey('anna');
    const tx = signTransaction(network, key, { op: 'epcis.capture', payload: { n }, jti: `epoch-${n++}` });
    return { lane, transactions: [[tx, APPLIED] as const] };
  };
  chain.append([plan(0)]);
  const after = (next: EpochConfig): EpochConfig | undefined => (ends === 'never' ? undefined : next);
  chain.append([plan(1)], after(second));
  chain.append([plan(1), plan(0)]);
  chain.append([], after(third));
  chain.append([plan(2)]);
  return { network, chain, second, third, plan };
}
